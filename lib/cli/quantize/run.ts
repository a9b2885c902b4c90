import { stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import type { Command } from 'commander';
import { plainText } from '../../base/escape-text';
import { writeAtomically } from '../../base/atomic-files';
import { findImages } from '../../image';
import { compareNetworks, type Comparison } from '../../quantization';
import { exists, readRegular } from '../../base/regular-file';
import { addCalibrationOptions, type CalibrationOptions } from '../shared/calibration';
import { declare, passOn, print, printJson, type CommonOptions } from '../shared/command';
import { checkPlace, inputFiles, weightsBeside } from '../shared/outputs';
import {
  addPictureOptions,
  labelsBeside,
  toAcceptOptions,
  type PictureOptions,
} from '../shared/images';
import { runQuantization } from '../shared/run-quantization';

interface QuantizeCommandOptions extends CommonOptions, PictureOptions, CalibrationOptions {
  model: string;
  data: string[];
  output?: string;
  overflowFix: boolean;
  accuracyReport?: boolean;
  python?: string;
}

/** `iecore quantize`: FP32 in, INT8 out. */
export function quantizeCommand(): Command {
  const command = declare(
    'quantize',
    'Make an INT8 network of one that classifies pictures: smaller, and faster where INT8 is',
    [
      ['iecore quantize -m resnet18.xml --data photos/', 'writes resnet18-int8.xml'],
      [
        'iecore quantize -m resnet18.xml --data photos/ --accuracy-report',
        'and compares the two on these pictures',
      ],
      [
        'iecore quantize -m net.onnx --data photos/ --preset mixed --subset 100 -o net8.xml',
        'asymmetric activations, a hundred pictures',
      ],
    ],
  )
    .requiredOption('-m, --model <file>', 'the network: .xml, .onnx, …')
    .requiredOption(
      '--data <paths...>',
      'pictures like those it will see: files, folders, patterns',
    )
    .option('-o, --output <file>', 'the IR to write (default: MODEL-int8.xml)');
  return addCalibrationOptions(addPictureOptions(command))
    .option(
      '--no-overflow-fix',
      'use all of INT8 for weights; wrong on processors with AVX2 or AVX-512 that lack VNNI',
    )
    .option('--accuracy-report', 'compare with the network it was made of: classes, outputs, speed')
    .option('--python <path>', 'Python to make the environment of NNCF with, at first use')
    .action(run);
}

/** What is told of a comparison. */
function reportText({ images, agreement, ...figures }: Comparison): string {
  const [before, after] = figures.milliseconds;
  const others = images
    .filter(({ classes: [a, b] }) => a !== b)
    .map(
      ({ image, classes: [a, b] }) =>
        `  ${plainText(basename(image))}: class ${a} became class ${b}`,
    );
  return [
    `Top-1 agreement: ${agreement} of ${images.length}`,
    ...others,
    `Largest difference of outputs: ${figures.largestDifference.toPrecision(3)}`,
    `Median time of an inference: ${before.toFixed(2)} ms before, computed in FP32; ${after.toFixed(2)} ms now, ${figures.speedup.toFixed(2)} times as fast`,
  ].join('\n');
}

/** Labels are found by the network's name, so the new one needs them too. */
async function copyLabels(model: string, output: string): Promise<void> {
  const [from, to] = [labelsBeside(model), labelsBeside(output)];
  if (exists(from) && from !== to)
    await writeAtomically(to, await readRegular(from, 'labels file'));
}

async function run(options: QuantizeCommandOptions): Promise<void> {
  const { model, data, verbose, json } = options;
  const { dir, name } = parse(model);
  const output = options.output ?? join(dir, `${name}-int8.xml`);
  const accept = toAcceptOptions(options);
  const inputs = await inputFiles(model, await findImages(data));
  for (const file of [output, weightsBeside(output)]) await checkPlace(file, inputs);
  await runQuantization(model, {
    ...accept,
    images: data,
    outputFile: output,
    preset: options.preset,
    subset: options.subset,
    overflowFix: options.overflowFix,
    ...(options.python !== undefined && { python: options.python }),
    ...(verbose === true && { onOutput: passOn }),
  });
  await copyLabels(model, output);
  const sizes = await Promise.all(
    [output, `${output.slice(0, -4)}.bin`].map(async (file) => (await stat(file)).size),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const comparison =
    options.accuracyReport === true
      ? await compareNetworks(model, output, { ...accept, images: data })
      : undefined;
  if (json === true) return printJson({ xml: output, bytes, ...(comparison && { comparison }) });
  print(`Wrote ${plainText(output)}, ${(bytes / 1e6).toFixed(1)} MB with its weights`);
  if (comparison !== undefined) print(reportText(comparison));
}
