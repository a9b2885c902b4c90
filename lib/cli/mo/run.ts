import { basename, parse, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import { plainText } from '../../base/foreign-text';
import { formatOfFile } from '../../read/format';
import {
  convertModel,
  reportConversion,
  type ConversionReport,
  type ConvertOptions,
} from '../../model-optimizer';
import { parseFreeze, parseLayouts, parseTransformations, parseValues } from './syntax';
import type { IENetwork } from '../../network';
import type { Precision } from '../../tensor/precision';
import { addCalibrationOptions, type CalibrationOptions } from '../shared/calibration';
import {
  declare,
  entry,
  exitCodes,
  note,
  print,
  printJson,
  version,
  wholeNumber,
  type CommonOptions,
} from '../shared/command';
import { parseInputs, parseShapes, splitOutsideBrackets } from '../shared/input-syntax';
import { limitPixelsOption } from '../shared/limit-pixels';
import { checkPlace, inputFiles, weightsBeside } from '../shared/outputs';
import { writePicture } from '../shared/graph-image';

interface MoOptions extends CommonOptions, CalibrationOptions {
  data?: string[];
  limitPixels?: number;
  input_model?: string;
  model_name?: string;
  output_dir: string;
  framework?: string;
  input_shape?: string;
  batch?: number;
  input?: string;
  output?: string;
  mean_values?: string;
  scale_values?: string;
  scale?: number;
  reverse_input_channels?: boolean;
  layout?: string;
  source_layout?: string;
  target_layout?: string;
  data_type?: string;
  compress_to_fp16?: boolean;
  freeze_placeholder_with_value?: string;
  static_shape?: boolean;
  transform?: string;
  extensions?: string;
  silent: boolean;
  log_level: string;
  progress?: boolean;
  report?: string | true;
  version?: boolean;
}

const fusing = 'the runtime fuses layers itself when it loads a network';
const format = 'there is one format now, IR version 11';

/** Flags of old: whether they take a value, and why they do nothing any more. */
const ignored: Readonly<Record<string, { value?: string; why: string }>> = {
  disable_fusing: { why: fusing },
  disable_gfusing: { why: fusing },
  disable_resnet_optimization: { why: fusing },
  finegrain_fusing: { value: '<names>', why: fusing },
  enable_concat_optimization: { why: fusing },
  move_to_preprocess: { why: 'mean values are a part of the graph' },
  legacy_ir_generation: { why: format },
  generate_deprecated_IR_V7: { why: format },
  keep_shape_ops: { why: 'operations on shapes are always kept' },
  disable_weights_compression: { why: 'weights are compressed only by --compress_to_fp16' },
  use_legacy_frontend: { why: 'there is one frontend for each format' },
  use_new_frontend: { why: 'there is one frontend for each format' },
  stream_output: { why: '--progress prints lines' },
};

/** Spellings that are no short options as others know them. */
const spellings: Readonly<Record<string, string>> = {
  '-m': '--input_model',
  '-ms': '--mean_values',
};

const fp16 = ['FP16', 'half'];

/** The precisions of `--input "name{type}"`. */
const inputTypes: Readonly<Record<string, Precision>> = {
  f64: 'FP64',
  f32: 'FP32',
  f16: 'FP16',
  i64: 'I64',
  i32: 'I32',
  u8: 'U8',
  boolean: 'BOOL',
};

function truth(text: string): boolean {
  if (/^(true|1|yes)$/i.test(text)) return true;
  if (/^(false|0|no)$/i.test(text)) return false;
  throw new InvalidArgumentError('True or False is needed.');
}

function factor(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('a number is needed.');
  return value;
}

/** `iecore mo`: Model Optimizer, which OpenVINO ships no more. */
export function moCommand(): Command {
  const boolean = (flags: string, description: string): Option =>
    new Option(`${flags} [bool]`, description).preset('True').argParser(truth);
  const command = declare(
    'mo',
    'Convert a model to IR, with its preprocessing inside (Model Optimizer)',
    [
      [
        'iecore mo --input_model resnet18.onnx -s 255 --reverse_input_channels',
        'takes the pixels of a BGR picture',
      ],
      [
        "iecore mo --input_model net.onnx --input_shape '[1,3,224,224]' --data_type FP16",
        'one shape, half the size',
      ],
      [
        "iecore mo --input_model net.onnx --mean_values '[124,116,104]' --scale_values '[58,57,57]'",
        'a value for each channel',
      ],
      ['iecore mo --input_model yolo.onnx --output Conv_100,Conv_250', 'ends at those layers'],
      ['iecore mo --input_model net.onnx --layout "nchw->nhwc"', 'takes channels last'],
    ],
  )
    .option('-w, --input_model <file>', 'the model: .onnx, .xml, .pb, .tflite, .pdmodel')
    .option('-n, --model_name <name>', 'name of the IR (default: that of the model)')
    .option('-o, --output_dir <folder>', 'where the IR goes; it is made if need be', '.')
    .addOption(
      new Option('--framework <name>', 'the format that the file has to be of').choices([
        'onnx',
        'tf',
        'tflite',
        'paddle',
      ]),
    )
    .option('--input_shape <shapes>', 'shapes of the inputs: [1,3,224,224],[1..8,?]')
    .option('-b, --batch <number>', 'batch of every input', wholeNumber)
    .option(
      '--input <inputs>',
      'inputs instead of the model’s: name, 0:name[1 3]{f32}, name->value',
    )
    .option('--output <names>', 'outputs instead of the model’s: name, name:port, port:name')
    .option('--mean_values <values>', 'subtracted from the channels: [1,2,3], data[1,2,3]')
    .option('--scale_values <values>', 'divide the channels, after the mean')
    .option('-s, --scale <number>', 'divides every channel of every input', factor)
    .addOption(boolean('--reverse_input_channels', 'take BGR for RGB, or the other way round'))
    .option('--layout <layouts>', 'what the network takes, ->what comes in: nchw->nhwc, a(nc)')
    .option('--source_layout <layouts>', 'what the network takes')
    .option('--target_layout <layouts>', 'what comes in')
    .addOption(
      new Option('--data_type <type>', 'precision of the weights').choices([
        'FP32',
        'FP16',
        'half',
        'float',
        'INT8',
      ]),
    )
    .option('--data <paths...>', 'with --data_type INT8: pictures to calibrate with')
    .addOption(limitPixelsOption())
    .addOption(boolean('--compress_to_fp16', 'write the weights in FP16'))
    .option('--freeze_placeholder_with_value <values>', 'inputs that become constants: a->True')
    .addOption(boolean('--static_shape', 'compute now what follows from the shapes'))
    .option('--transform <list>', 'LowLatency2[…], MakeStateful[…]')
    .option('--extensions <files>', 'libraries with operations that the model uses')
    .addOption(boolean('--silent', 'print nothing but errors').default(false))
    .addOption(
      new Option('--log_level <level>', 'what is told')
        .choices(['CRITICAL', 'ERROR', 'WARN', 'WARNING', 'INFO', 'DEBUG', 'NOTSET'])
        .default('WARNING'),
    )
    .addOption(boolean('--progress', 'tell how far it is'))
    .option(
      '--report [file]',
      'show the operations before and after, and what the CPU fuses; a .svg holds a picture',
    )
    .option('--version', 'print the version of Model Optimizer');
  addCalibrationOptions(command);
  for (const [name, { value }] of Object.entries(ignored))
    command.addOption(new Option(`--${name}${value === undefined ? '' : ` ${value}`}`).hideHelp());
  const parseOptions = command.parseOptions.bind(command);
  command.parseOptions = (args) => parseOptions(args.map((arg) => spellings[arg] ?? arg));
  return command.action(mo);
}

function modelOf(options: MoOptions): { model: string; name: string } {
  const { input_model: model, framework } = options;
  if (model === undefined)
    throw errorOf('INVALID_ARGUMENT', 'Expected a model: --input_model FILE');
  const known = formatOfFile(model, false);
  if (framework !== undefined && known !== undefined && known !== framework) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a model of ${framework} (--framework), ${basename(model)} ends like one of ${known}`,
    );
  }
  const stem = parse(model).name;
  return {
    model,
    name: options.model_name ?? (stem === '' || stem.startsWith('.') ? 'model' : stem),
  };
}

function inputsOf(options: MoOptions): NonNullable<ConvertOptions['input']> | undefined {
  const inputs = options.input === undefined ? undefined : parseInputs(options.input, '--input');
  return inputs?.map(({ place, shape, type, value }) => {
    const precision = type === undefined ? undefined : inputTypes[type];
    if (type !== undefined && precision === undefined) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected one of ${Object.keys(inputTypes).join(', ')} for the type of '${place}', received '${type}'`,
      );
    }
    return {
      name: place,
      ...(shape !== undefined && { shape }),
      ...(precision !== undefined && { precision }),
      ...(value !== undefined && { value }),
    };
  });
}

function toConvertOptions(options: MoOptions): ConvertOptions {
  const read = <T>(
    flag: keyof MoOptions,
    parser: (text: string, flag: string) => T,
  ): T | undefined =>
    options[flag] === undefined ? undefined : parser(String(options[flag]), `--${flag}`);
  const shapes = read('input_shape', parseShapes);
  const inputs = inputsOf(options);
  if (shapes !== undefined && inputs?.some((item) => typeof item !== 'string' && item.shape)) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected shapes in --input_shape or in --input, received both; leave one out',
    );
  }
  const given = {
    input: inputs,
    output: options.output === undefined ? undefined : splitOutsideBrackets(options.output),
    inputShape: shapes,
    batch: options.batch,
    meanValues: read('mean_values', parseValues),
    scaleValues: read('scale_values', parseValues),
    scale: options.scale,
    reverseInputChannels: options.reverse_input_channels,
    layout: read('layout', parseLayouts),
    sourceLayout: read('source_layout', parseLayouts),
    targetLayout: read('target_layout', parseLayouts),
    freeze: read('freeze_placeholder_with_value', parseFreeze),
    staticShape: options.static_shape,
    transform: read('transform', parseTransformations),
    extensions: options.extensions?.split(','),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The precision of the weights to write. */
function precisionOf({ data_type: type = 'FP32', compress_to_fp16: half, data }: MoOptions) {
  if (type !== 'INT8') {
    if (data !== undefined) {
      throw errorOf(
        'INVALID_ARGUMENT',
        'Expected --data with --data_type INT8 only, where pictures calibrate the network',
      );
    }
    return (half ?? fp16.includes(type)) ? 'FP16' : 'FP32';
  }
  if (half === true) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected --data_type INT8 or --compress_to_fp16, received both; leave one out',
    );
  }
  if (data === undefined) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected pictures to calibrate with for --data_type INT8: --data FOLDER',
    );
  }
  return 'INT8';
}

/** Converts, and for INT8 quantizes what came of it. */
async function convertAs(
  precision: ReturnType<typeof precisionOf>,
  model: string,
  settings: ConvertOptions,
  xml: string,
  options: MoOptions,
): Promise<IENetwork> {
  if (precision !== 'INT8')
    return convertModel(model, {
      ...settings,
      outputFile: xml,
      compressToFp16: precision === 'FP16',
    });
  // Here, because it brings sharp, which takes memory that the rest can do without.
  const { runQuantization } = await import('../shared/run-quantization.js');
  return runQuantization(await convertModel(model, settings), {
    images: options.data ?? [],
    ...(options.limitPixels !== undefined && { limitPixels: options.limitPixels }),
    preset: options.preset,
    subset: options.subset,
    outputFile: xml,
  });
}

function argumentsBlock(
  options: MoOptions,
  model: string,
  name: string,
  precision: string,
): string {
  const inherited = 'Not specified, inherited from the model';
  const rows: readonly (readonly [string, string | number | undefined, string])[] = [
    ['Path to the Input Model', resolve(model), ''],
    ['Path for generated IR', resolve(options.output_dir), ''],
    ['IR output name', name, ''],
    ['Log level', options.log_level, ''],
    ['Batch', options.batch, inherited],
    ['Input layers', options.input, inherited],
    ['Output layers', options.output, inherited],
    ['Input shapes', options.input_shape, inherited],
    ['Source layout', options.source_layout, 'Not specified'],
    ['Target layout', options.target_layout, 'Not specified'],
    ['Layout', options.layout, 'Not specified'],
    ['Mean values', options.mean_values, 'Not specified'],
    ['Scale values', options.scale_values, 'Not specified'],
    ['Scale factor', options.scale, 'Not specified'],
    ['Precision of IR', precision, ''],
    ['User transformations', options.transform, 'Not specified'],
    ['Reverse input channels', options.reverse_input_channels ? 'True' : 'False', ''],
    ['Enable IR generation for fixed input shape', options.static_shape ? 'True' : 'False', ''],
  ];
  const lines = rows.map(
    ([what, value, otherwise]) => `\t- ${what}: \t${plainText(String(value ?? otherwise))}`,
  );
  return ['Model Optimizer arguments:', 'Common parameters:', ...lines].join('\n');
}

function tellIgnored(options: MoOptions, warn: (message: string) => void): void {
  for (const [name, { why }] of Object.entries(ignored))
    if (Object.hasOwn(options, name)) warn(`--${name} does nothing: ${why}`);
}

function reportText({ operations, layers }: ConversionReport): string {
  const fused = layers.filter(({ operations: taken }) => taken.length > 1);
  const rows = operations.map(
    ({ type, before, after }) =>
      `  ${plainText(type).padEnd(24)}${String(before).padStart(8)}${String(after).padStart(8)}`,
  );
  return [
    `  ${'operations'.padEnd(24)}${'before'.padStart(8)}${'after'.padStart(8)}`,
    ...rows,
    `The CPU executes ${layers.length} layers; ${fused.length} of them took in others:`,
    ...fused.map(
      ({ type, operations: taken }) => `  ${plainText(type)}: ${plainText(taken.join(', '))}`,
    ),
  ].join('\n');
}

async function tellReport(
  model: string,
  network: IENetwork,
  file: string | true,
): Promise<ConversionReport> {
  const report = await reportConversion(await new IECore().readNetwork(model), network);
  if (typeof file !== 'string') return report;
  await writePicture(file, report.layers);
  return report;
}

async function convert(options: MoOptions): Promise<void> {
  const began = performance.now();
  const { model, name } = modelOf(options);
  const warn = (message: string): void => {
    if (!['CRITICAL', 'ERROR'].includes(options.log_level)) note(entry('[ WARNING ] ', message));
  };
  tellIgnored(options, warn);
  const settings = toConvertOptions(options);
  const precision = precisionOf(options);
  const tells = !options.silent && options.json !== true;
  if (tells) {
    print(argumentsBlock(options, model, name, precision));
    print(`Model Optimizer version: \t${version()}`);
  }
  const xml = resolve(options.output_dir, `${name}.xml`);
  const inputs = await inputFiles(model);
  const picture = typeof options.report === 'string' ? [options.report] : [];
  for (const file of [xml, weightsBeside(xml), ...picture]) await checkPlace(file, inputs);
  const told = {
    ...settings,
    onWarning: warn,
    ...(options.progress === true && {
      onProgress: (part: number) => {
        const dots = '.'.repeat(Math.round(20 * part)).padEnd(20);
        note(`Progress: [${dots}] ${(100 * part).toFixed(2).padStart(6)}% done`);
      },
    }),
  };
  const network = await convertAs(precision, model, told, xml, options);
  const seconds = (performance.now() - began) / 1000;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  const bin = `${xml.slice(0, -4)}.bin`;
  const report =
    options.report === undefined ? undefined : await tellReport(model, network, options.report);
  if (options.json === true) {
    const { inputInfo, outputs } = network;
    printJson({
      xml,
      bin,
      inputs: Object.keys(inputInfo),
      outputs: Object.keys(outputs),
      seconds,
      megabytes,
      ...(report !== undefined && { report }),
    });
  }
  if (report !== undefined && options.json !== true) print(reportText(report));
  if (!tells) return;
  print(`[ SUCCESS ] Total execution time: ${seconds.toFixed(2)} seconds. `);
  print(`[ SUCCESS ] Memory consumed: ${megabytes} MB. `);
  print('[ SUCCESS ] Generated IR version 11 model.');
  print(`[ SUCCESS ] XML file: ${plainText(xml)}`);
  print(`[ SUCCESS ] BIN file: ${plainText(bin)}`);
}

async function mo(options: MoOptions): Promise<void> {
  if (options.version === true) return print(`Version of Model Optimizer is: ${version()}`);
  try {
    await convert(options);
  } catch (error) {
    if (options.json === true || options.verbose === true) throw error;
    note(entry('[ ERROR ] ', error instanceof Error ? error.message : String(error)));
    process.exitCode = exitCodes.failed;
  }
}
