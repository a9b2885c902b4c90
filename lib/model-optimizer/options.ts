/** The table of `convertModel`'s options: their types, checks and documentation. */

import { invalid, isList, readList, readPlain, readRecord } from '../base/check';
import {
  boolean,
  callback,
  integer,
  option,
  readTable,
  required,
  text,
  texts,
  type OptionRow,
  type OptionsOf,
  type OptionTable,
} from '../base/option-table';
import { errorOf, type OpenVINOError } from '../errors';
import type { Dimension } from '../tensor/reshape';
import { isSingle } from '../ports/preprocess';
import type { Precision } from '../tensor/precision';
import { toNativeTransformations, type Transformations } from './transformations';

/** A value for the only input, a list with one for each input in the model's order, or a record by input name. */
export type ByInput<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** Plain data that is copied here, and checked once the inputs of the model are known. */
function plain<T>(expected: string): OptionRow<T> {
  return option(expected, (value, name) => readPlain(value, name) as T);
}

const constant: OptionRow<readonly (number | boolean)[]> = option(
  'a list of numbers or booleans',
  (value, name) =>
    readList(value, name, constant.expected, (item, at) => {
      if (typeof item !== 'number' && typeof item !== 'boolean')
        throw invalid(at, 'a number or a boolean', item);
      return item;
    }),
);

const constants: OptionRow<Readonly<Record<string, readonly (number | boolean)[]>>> = option(
  'a record of lists by input name',
  (value, name) =>
    Object.fromEntries(
      Object.entries(readRecord(value, name)).map(([input, list]) => [
        input,
        constant.read(list, `${name}.${input}`),
      ]),
    ),
);

const layouts: OptionRow<string | Readonly<Record<string, string>>> = option(
  'a layout, or a record of layouts by input name',
  (value, name) => {
    if (typeof value === 'string') return value;
    const copy = readPlain(value, name);
    const items = isList(copy) ? copy : Object.values(readRecord(copy, name, layouts.expected));
    for (const item of items)
      if (typeof item !== 'string') throw invalid(name, layouts.expected, item);
    return copy as Readonly<Record<string, string>>;
  },
);

const scale: OptionRow<number> = option(
  'a finite number other than 0 in single precision',
  (value, name) => {
    if (!isSingle(value, true)) throw invalid(name, scale.expected, value);
    return value;
  },
);

const transform: OptionRow<Transformations> = option(
  'a record of transformations',
  (value, name) => {
    const copy = readPlain(value, name) as Transformations;
    toNativeTransformations(copy);
    return copy;
  },
);

const irFile: OptionRow<string> = option('a path that ends in .xml', (value, name) => {
  const file = text().read(value, name);
  if (!file.endsWith('.xml')) throw invalid(name, irFile.expected, file);
  return file;
});

const inputChangeOptions = {
  /**
   * Name of an input, tensor or operation. `0:conv1` is the first input of an operation, `conv1:0` its
   * first output.
   */
  name: required(text()),
  /** Shape of the input. Default: that of the tensor. */
  shape: plain<readonly Dimension[]>('a shape'),
  /** Precision of the input. Default: that of the tensor. */
  precision: text<Precision>(),
  /** Replaces the input by a constant with this value. */
  value: constant,
} satisfies OptionTable;

/** An input of the converted network: a tensor of the model whose values the caller passes. */
export interface InputChange extends OptionsOf<typeof inputChangeOptions> {}

const inputs: OptionRow<readonly (string | InputChange)[]> = option(
  'a list of inputs',
  (value, name) =>
    readList(value, name, inputs.expected, (item, at) =>
      typeof item === 'string' ? item : readTable(inputChangeOptions, item as InputChange, at),
    ),
);

/** Marks an option that the IR does not record, because paths are private and functions are not data. */
function unrecorded<Row extends OptionRow<unknown>>(row: Row): Row & { recorded: false } {
  return { ...row, recorded: false };
}

/** The options of `convertModel`. */
export const convertOptions = {
  /** Inputs that replace the model's own. */
  input: inputs,
  /** Outputs that replace the model's own, in this order; named like `input`. */
  output: texts('a list of names'),
  /** Shapes of the inputs; cannot be combined with `batch`. */
  inputShape: plain<ByInput<readonly Dimension[]>>('a shape, or shapes by input'),
  /** Batch size of every input. */
  batch: integer(1),
  /** Mean to subtract: one value for all channels, or one for each in the order of the network's channels. */
  meanValues: plain<ByInput<readonly number[]>>('a list of numbers, or lists by input'),
  /** Divisors, applied after the mean; cannot be combined with `scale`. */
  scaleValues: plain<ByInput<readonly number[]>>('a list of numbers, or lists by input'),
  /** One divisor for every channel of every input. */
  scale,
  /** Reverses the channels, so that a network for RGB takes BGR, or vice versa. Default false. */
  reverseInputChannels: boolean(),
  /** Layout of the network's input, or `source->target` to take data of another layout: `nchw->nhwc`. */
  layout: layouts,
  /** Layout of the network's input. */
  sourceLayout: layouts,
  /** Layout of the data that the converted network takes. */
  targetLayout: layouts,
  /** Inputs that become constants, with their values. */
  freeze: constants,
  /** Computes everything that depends only on shapes during the conversion. Default false. */
  staticShape: boolean(),
  /** Transformations of the graph, with their arguments. */
  transform,
  /** Writes the weights as FP16. Default false. */
  compressToFp16: boolean(),
  /** Libraries with operations that the model uses. */
  extensions: unrecorded(texts('a list of paths')),
  /** Path of the IR to write, ending in `.xml`; its folder is made. Default: no file. */
  outputFile: unrecorded(irFile),
  /** Receives each warning about options that may not have the intended effect. */
  onWarning: unrecorded(callback<(message: string) => void>()),
  /** Receives the completed fraction of the conversion, from 0 to 1, before each step. */
  onProgress: unrecorded(callback<(part: number, step: string) => void>()),
} satisfies OptionTable;

/** Options of `convertModel`, with the names and meanings of Model Optimizer's flags. */
export interface ConvertOptions extends OptionsOf<typeof convertOptions> {}

function contradictory(one: string, other: string): OpenVINOError {
  return errorOf('INVALID_ARGUMENT', `Expected ${one} or ${other}, received both; leave one out`);
}

/** Copies the options and checks them as far as this is possible without the model. */
export function readConvertOptions(given: ConvertOptions): ConvertOptions {
  const options = readTable(convertOptions, given);
  if (options.batch !== undefined) {
    if (options.inputShape !== undefined) throw contradictory('batch', 'input shapes');
    if (options.input?.some((item) => typeof item !== 'string' && item.shape !== undefined))
      throw contradictory('batch', 'shapes of inputs');
  }
  if (options.scale !== undefined && options.scaleValues !== undefined)
    throw contradictory('scale', 'scale values');
  if (
    options.layout !== undefined &&
    (options.sourceLayout !== undefined || options.targetLayout !== undefined)
  )
    throw contradictory('layout', 'source and target layout');
  return options;
}

/** Returns the options as the IR records them under `conversion_parameters`, in snake case. */
export function conversionRecords(options: ConvertOptions): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name]) => !('recorded' in convertOptions[name as keyof ConvertOptions]))
      .map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
  );
}
