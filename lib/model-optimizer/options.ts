import {
  checkInteger,
  checkString,
  invalid,
  isList,
  readList,
  readOptions,
  readPlain,
  readRecord,
} from '../base/check';
import { errorOf, type OpenVINOError } from '../errors';
import type { Dimension } from '../tensor/reshape';
import type { Precision } from '../tensor/precision';
import { isSingle } from '../ports/preprocess';
import { toNativeTransformations, type Transformations } from './transformations';

/** An input of the network to be: a place in the model, and what it takes there. */
export interface InputChange {
  /** Name of an input, tensor or operation; `0:conv1` its first input, `conv1:0` its first output. */
  name: string;
  /** Default: that of the place. */
  shape?: readonly Dimension[];
  /** Default: that of the place. */
  precision?: Precision;
  /** Makes it a constant of that value; the input is gone. */
  value?: readonly (number | boolean)[];
}

/** Values for the only input, for each input in the model's order, or by the inputs' names. */
export type ByInput<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** Options of `convertModel`; names and meaning are those of Model Optimizer's flags. */
export interface ConvertOptions {
  /** The inputs instead of the model's own. */
  input?: readonly (string | InputChange)[];
  /** The outputs instead of the model's own, in that order; names as for inputs. */
  output?: readonly string[];
  /** Shapes of the inputs; not together with `batch`. */
  inputShape?: ByInput<readonly Dimension[]>;
  /** The batch of every input. */
  batch?: number;
  /** Subtracted, a value for all channels or one for each, in the order of the network's own. */
  meanValues?: ByInput<readonly number[]>;
  /** Divided by, after the mean; not together with `scale`. */
  scaleValues?: ByInput<readonly number[]>;
  /** One divisor for every channel of every input. */
  scale?: number;
  /** Takes BGR where the network was made for RGB, and the other way round. */
  reverseInputChannels?: boolean;
  /** What the network takes, or `source->target` with what is to come in: `nchw->nhwc`. */
  layout?: string | Readonly<Record<string, string>>;
  /** What the network takes. */
  sourceLayout?: string | Readonly<Record<string, string>>;
  /** What is to come in. */
  targetLayout?: string | Readonly<Record<string, string>>;
  /** Inputs that become constants. */
  freeze?: Readonly<Record<string, readonly (number | boolean)[]>>;
  /** Computes now what follows from the shapes. */
  staticShape?: boolean;
  /** Transformations of the graph, with their arguments. */
  transform?: Transformations;
  /** Writes the weights in FP16; default false. */
  compressToFp16?: boolean;
  /** Libraries with operations that the model uses. */
  extensions?: readonly string[];
  /** Where to write the IR: a path ending in .xml; its folder is made. */
  outputFile?: string;
  /** Is told what may not be what was meant. */
  onWarning?: (message: string) => void;
  /** Is told what is done, and which part of the whole is behind: 0 to 1. */
  onProgress?: (part: number, step: string) => void;
}

const optionNames: readonly (keyof ConvertOptions)[] = [
  'input',
  'output',
  'inputShape',
  'batch',
  'meanValues',
  'scaleValues',
  'scale',
  'reverseInputChannels',
  'layout',
  'sourceLayout',
  'targetLayout',
  'freeze',
  'staticShape',
  'transform',
  'compressToFp16',
  'extensions',
  'outputFile',
  'onWarning',
  'onProgress',
];

function contradictory(one: string, other: string): OpenVINOError {
  return errorOf('INVALID_ARGUMENT', `Expected ${one} or ${other}, received both; leave one out`);
}

function checkBoolean(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(name, 'a boolean', value);
}

function readStrings(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return readList(value, name, 'a list of names', (item, at) => {
    checkString(item, at);
    return item;
  });
}

function readConstant(value: unknown, name: string): readonly (number | boolean)[] {
  return readList(value, name, 'a list of numbers or booleans', (item, at) => {
    if (typeof item !== 'number' && typeof item !== 'boolean')
      throw invalid(at, 'a number or a boolean', item);
    return item;
  });
}

function readInput(item: unknown, name: string): string | InputChange {
  if (typeof item === 'string') return item;
  const keys = ['name', 'shape', 'precision', 'value'];
  const change = readOptions(item as InputChange, name, keys);
  checkString(change.name, `${name}.name`);
  if (change.precision !== undefined) checkString(change.precision, `${name}.precision`);
  if (change.value === undefined) return change;
  return { ...change, value: readConstant(change.value, `${name}.value`) };
}

/** Layouts are texts, alone or by name. */
function checkTexts(value: unknown, name: string): void {
  if (value === undefined || typeof value === 'string') return;
  const texts = isList(value)
    ? readList(value, name, 'layouts', (text) => text)
    : Object.values(readRecord(value, name, 'a layout, or a record of layouts by input'));
  for (const text of texts)
    if (typeof text !== 'string') throw invalid(name, 'a layout, or a record of layouts', text);
}

/** A copy of the options; checks what can be checked without the model. */
export function readConvertOptions(given: ConvertOptions): ConvertOptions {
  const read = readOptions(given, 'options', optionNames);
  const copy = Object.fromEntries(
    Object.entries(read).map(([name, value]) => [name, readPlain(value, name)]),
  ) as ConvertOptions;
  const { freeze } = copy;
  const options: ConvertOptions = {
    ...copy,
    ...(copy.input !== undefined && {
      input: readList(copy.input, 'input', 'a list of inputs', readInput),
    }),
    ...(freeze !== undefined && {
      freeze: Object.fromEntries(
        Object.entries(readRecord(freeze, 'freeze')).map(([name, value]) => [
          name,
          readConstant(value, `freeze.${name}`),
        ]),
      ),
    }),
  };
  readStrings(options.output, 'output');
  readStrings(options.extensions, 'extensions');
  for (const name of ['layout', 'sourceLayout', 'targetLayout'] as const)
    checkTexts(options[name], name);
  for (const name of ['reverseInputChannels', 'staticShape', 'compressToFp16'] as const)
    checkBoolean(options[name], name);
  if (options.batch !== undefined) {
    checkInteger(options.batch, 'batch', 1);
    if (options.inputShape !== undefined) throw contradictory('batch', 'input shapes');
    if (options.input?.some((item) => typeof item !== 'string' && item.shape !== undefined))
      throw contradictory('batch', 'shapes of inputs');
  }
  if (options.scale !== undefined) {
    if (options.scaleValues !== undefined) throw contradictory('scale', 'scale values');
    if (!isSingle(options.scale, true))
      throw invalid('scale', 'a finite number other than 0 in single precision', options.scale);
  }
  if (
    options.layout !== undefined &&
    (options.sourceLayout !== undefined || options.targetLayout !== undefined)
  )
    throw contradictory('layout', 'source and target layout');
  if (options.outputFile !== undefined) {
    checkString(options.outputFile, 'outputFile');
    if (!options.outputFile.endsWith('.xml'))
      throw invalid('outputFile', 'a path that ends in .xml', options.outputFile);
  }
  toNativeTransformations(options.transform ?? {});
  return options;
}

/** Options that are not recorded in the IR: file paths are private, and callbacks are not data. */
const unrecorded: readonly string[] = [
  'outputFile',
  'extensions',
  'onWarning',
  'onProgress',
] satisfies (keyof ConvertOptions)[];

/** Returns the options as the IR records them under `conversion_parameters`, in snake case. */
export function conversionRecords(options: ConvertOptions): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => value !== undefined && !unrecorded.includes(name))
      .map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
  );
}
