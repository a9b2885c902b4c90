/** `iecore mo`: Model Optimizer, which OpenVINO no longer ships. */

import type { Command } from 'commander';
import { IECore } from '../../core';
import { convertModel, reportConversion, type ConversionReport } from '../../model-optimizer';
import type { IENetwork } from '../../network';
import { entry, note, print } from '../shared/print';
import { exitCodes } from '../shared/report-error';
import { version } from '../shared/version';
import { declareCommand, type Example } from '../shared/command-options';
import { writeGraphImage } from '../shared/graph-image';
import { checkPlace, inputFiles } from '../shared/outputs';
import { readConversion, type Conversion } from './conversion';
import { ignoredFlagWarnings } from './ignored-flags';
import { logLevels, moFlags, type MoValues } from './options';
import {
  printArguments,
  printProgress,
  printReport,
  printResultJson,
  printSuccess,
  type ConversionResult,
} from './print';

const description = 'Convert a model to IR, with its preprocessing inside (Model Optimizer)';

const examples: readonly Example[] = [
  [
    'iecore mo --input_model resnet18.onnx -s 255 --reverse_input_channels',
    'take the pixels of a BGR image',
  ],
  [
    "iecore mo --input_model net.onnx --input_shape '[1,3,224,224]' --data_type FP16",
    'fix the shape, and write FP16 weights',
  ],
  [
    "iecore mo --input_model net.onnx --mean_values '[124,116,104]' --scale_values '[58,57,57]'",
    'one mean and one divisor per channel',
  ],
  ['iecore mo --input_model yolo.onnx --output Conv_100,Conv_250', 'end at these layers'],
  ['iecore mo --input_model net.onnx --layout "nchw->nhwc"', 'take data with channels last'],
];

/** Declares the command. */
export function moCommand(): Command {
  return declareCommand({ name: 'mo', description, examples }, moFlags, mo);
}

/** Checks that no output file replaces an input or is a folder. */
async function checkOutputs({ model, xml, bin }: Conversion, { report }: MoValues): Promise<void> {
  const inputs = await inputFiles(model);
  const image = typeof report === 'string' ? [report] : [];
  for (const file of [xml, bin, ...image]) await checkPlace(file, inputs);
}

/** Converts the model; for INT8, also quantizes the result. */
async function write(
  { model, xml, precision, settings }: Conversion,
  { data = [], limitPixels, preset, subset, progress }: MoValues,
  onWarning: (message: string) => void,
): Promise<IENetwork> {
  const all = { ...settings, onWarning, ...(progress === true && { onProgress: printProgress }) };
  if (precision !== 'INT8') {
    const compressToFp16 = precision === 'FP16';
    return convertModel(model, { ...all, outputFile: xml, compressToFp16 });
  }
  // Loaded here because it loads sharp, whose memory other conversions do not need.
  const { runQuantization } = await import('../shared/run-quantization.js');
  return runQuantization(await convertModel(model, all), {
    images: data,
    ...(limitPixels !== undefined && { limitPixels }),
    preset,
    subset,
    outputFile: xml,
  });
}

async function makeReport(
  model: string,
  network: IENetwork,
  image: string | true,
): Promise<ConversionReport> {
  const report = await reportConversion(await new IECore().readNetwork(model), network);
  if (typeof image === 'string') await writeGraphImage(image, report.layers);
  return report;
}

async function convert(values: MoValues): Promise<void> {
  const began = performance.now();
  const warn = (message: string): void => {
    if (logLevels[values.logLevel]) note(entry('[ WARNING ] ', message));
  };
  for (const warning of ignoredFlagWarnings(values)) warn(warning);
  const conversion = readConversion(values);
  const json = values.json === true;
  const isVerbose = !values.silent && !json;
  if (isVerbose) printArguments(values, conversion);
  await checkOutputs(conversion, values);
  const network = await write(conversion, values, warn);
  const result: ConversionResult = {
    network,
    seconds: (performance.now() - began) / 1000,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    report:
      values.report === undefined
        ? undefined
        : await makeReport(conversion.model, network, values.report),
  };
  if (json) printResultJson(conversion, result);
  else if (result.report !== undefined) printReport(result.report);
  if (isVerbose) printSuccess(conversion, result);
}

async function mo(values: MoValues): Promise<void> {
  if (values.version === true) return print(`Version of Model Optimizer is: ${version()}`);
  try {
    await convert(values);
  } catch (error) {
    if (values.json === true || values.verbose === true) throw error;
    note(entry('[ ERROR ] ', error instanceof Error ? error.message : String(error)));
    process.exitCode = exitCodes.failed;
  }
}
