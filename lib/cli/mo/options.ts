/** The table of the flags of `iecore mo`. */

import {
  boolean,
  choice,
  defaultTo,
  option,
  text,
  texts,
  type OptionRow,
} from '../../base/option-table';
import { invalid } from '../../base/check';
import { convertOptions, type ConvertOptions } from '../../model-optimizer/options';
import { calibrationFlags } from '../shared/calibration';
import type { CommandOption, CommandTable, CommandValues } from '../shared/command-options';
import { parseShapes, splitOutsideBrackets } from '../shared/input-syntax';
import { limitPixelsFlag } from '../shared/limit-pixels';
import { ignoredFlags } from './ignored-flags';
import {
  parseFreeze,
  parseLayouts,
  parseModelInputs,
  parseTransformations,
  parseValues,
} from './syntax';

/** The precision of the weights for each `--data_type`. */
export const dataTypes = {
  FP32: 'FP32',
  FP16: 'FP16',
  half: 'FP16',
  float: 'FP32',
  INT8: 'INT8',
} as const;

/** Whether warnings are printed at each `--log_level`. */
export const logLevels = {
  CRITICAL: false,
  ERROR: false,
  WARN: true,
  WARNING: true,
  INFO: true,
  DEBUG: true,
  NOTSET: true,
} as const;

/** The formats that `--framework` can require. */
const frameworks = { onnx: true, tf: true, tflite: true, paddle: true } as const;

/** A boolean as Python and Model Optimizer spell it. */
const pythonBoolean: OptionRow<boolean> = { ...boolean(), expected: 'True or False' };

const number: OptionRow<number> = {
  ...option('a number', (value, name) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw invalid(name, number.expected, value);
    return value;
  }),
  fromText: (value) => (value.trim() === '' ? NaN : Number(value)),
};

/** A flag whose text has a notation of its own; `run` parses it, because errors in it exit with code 1, not 2. */
interface NotationFlag<T> extends CommandOption<OptionRow<string>> {
  readonly parse: (text: string, flag: string) => T;
}

function notation<T>(
  flags: string,
  help: string,
  parse: NotationFlag<T>['parse'],
): NotationFlag<T> {
  return { flags, help, takes: text(), parse };
}

/** A row for each option of `convertModel` that has a flag; a forgotten one is a compile error. */
type ConvertFlags = {
  readonly [K in Exclude<keyof ConvertOptions, 'outputFile' | `on${string}`>]:
    | CommandOption<OptionRow<NonNullable<ConvertOptions[K]>>>
    | NotationFlag<NonNullable<ConvertOptions[K]>>;
};

/** The flags of options of `convertModel`. */
const convertFlags = {
  inputShape: notation(
    '--input_shape <shapes>',
    'shapes of the inputs: [1,3,224,224],[1..8,?]',
    parseShapes,
  ),
  batch: {
    flags: '-b, --batch <number>',
    help: 'batch size of every input',
    takes: convertOptions.batch,
  },
  input: notation(
    '--input <inputs>',
    "inputs replacing the model's: name, 0:name[1 3]{f32}, name->value",
    parseModelInputs,
  ),
  output: notation(
    '--output <names>',
    "outputs replacing the model's: name, name:port, port:name",
    (list) => splitOutsideBrackets(list),
  ),
  meanValues: {
    ...notation(
      '--mean_values <values>',
      'mean of each channel: [1,2,3], data[1,2,3]',
      parseValues,
    ),
    aliases: ['-ms'],
  },
  scaleValues: notation(
    '--scale_values <values>',
    'divisor of each channel, applied after the mean',
    parseValues,
  ),
  scale: {
    flags: '-s, --scale <number>',
    help: 'divisor of every channel of every input',
    takes: number,
  },
  reverseInputChannels: {
    flags: '--reverse_input_channels [bool]',
    help: 'take BGR instead of RGB, or the reverse',
    takes: pythonBoolean,
  },
  layout: notation(
    '--layout <layouts>',
    'layout of the network, or network->data: nchw->nhwc',
    parseLayouts,
  ),
  sourceLayout: notation('--source_layout <layouts>', 'layout of the network', parseLayouts),
  targetLayout: notation('--target_layout <layouts>', 'layout of the data', parseLayouts),
  compressToFp16: {
    flags: '--compress_to_fp16 [bool]',
    help: 'write the weights as FP16',
    takes: pythonBoolean,
  },
  freeze: notation(
    '--freeze_placeholder_with_value <values>',
    'inputs that become constants: a->True',
    parseFreeze,
  ),
  staticShape: {
    flags: '--static_shape [bool]',
    help: 'compute everything that depends only on shapes',
    takes: pythonBoolean,
  },
  transform: notation(
    '--transform <list>',
    'graph transformations: LowLatency2[…], MakeStateful[…]',
    parseTransformations,
  ),
  extensions: notation(
    '--extensions <files>',
    'libraries with operations that the model uses',
    (files) => files.split(','),
  ),
} satisfies ConvertFlags;

/** All flags; `run` gets the values by these names. */
export const moFlags = {
  model: {
    flags: '-w, --input_model <file>',
    aliases: ['-m'],
    help: 'model: .onnx, .xml, .pb, .tflite or .pdmodel',
    takes: text(),
  },
  name: {
    flags: '-n, --model_name <name>',
    help: "name of the IR (default: the model's name)",
    takes: text(),
  },
  outputDir: {
    flags: '-o, --output_dir <folder>',
    help: 'folder for the IR, made if missing',
    takes: defaultTo(text(), '.'),
  },
  framework: {
    flags: '--framework <name>',
    help: 'format that the model must have',
    takes: choice(frameworks),
  },
  ...convertFlags,
  dataType: {
    flags: '--data_type <type>',
    help: 'precision of the weights',
    takes: choice(dataTypes),
  },
  data: {
    flags: '--data <paths...>',
    help: 'images to calibrate with, for --data_type INT8',
    takes: texts(),
  },
  limitPixels: limitPixelsFlag,
  silent: {
    flags: '--silent [bool]',
    help: 'print errors only',
    takes: defaultTo(pythonBoolean, false),
  },
  logLevel: {
    flags: '--log_level <level>',
    help: 'lowest severity of messages to print',
    takes: defaultTo(choice(logLevels), 'WARNING'),
  },
  progress: { flags: '--progress [bool]', help: 'print the progress', takes: pythonBoolean },
  report: {
    flags: '--report [file]',
    help: 'print operations and fused layers; draw them (.svg)',
    takes: option<string | true>('a path', (value) => value as string | true),
  },
  version: { flags: '--version', help: 'print the version of Model Optimizer', takes: boolean() },
  ...calibrationFlags,
  ...ignoredFlags,
} satisfies CommandTable;

/** The values of the flags; flags with a notation are still text. */
export type MoValues = CommandValues<typeof moFlags>;

/** Parses the flags of options of `convertModel`. */
export function parseConvertFlags(values: MoValues): ConvertOptions {
  const given: [string, unknown][] = Object.entries<CommandOption>(convertFlags)
    .map(([name, flag]): [string, unknown] => {
      const value = values[name as keyof typeof convertFlags];
      if (value === undefined || !('parse' in flag)) return [name, value];
      const { parse } = flag as NotationFlag<unknown>;
      const [long = ''] = /--\w+/.exec(flag.flags) ?? [];
      return [name, parse(String(value), long)];
    })
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
