/** Reads a model from a path, a file URL or bytes: checks the arguments, finds the format, calls the runtime. */
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { release } from '../addon/loader';
import type { NativeCore, NativeNetwork } from '../addon/native-types';
import { invalid, reading } from '../base/check';
import { step, type Operation } from '../base/operation';
import { readTable, unchecked, type OptionsOf, type OptionTable } from '../base/option-table';
import { copyBytes } from '../base/copy-bytes';
import { checkFile, checkFileOrFolder } from '../base/regular-file';
import { errorOf, translate } from '../errors';
import { bytesOf, typedArrayName } from '../base/typed-array';
import { filesBeside, formatOfBytes, formatOfFile, modelEndings } from './format';
import {
  tryIsolated,
  toIsolationLimits,
  type IsolationLimits,
  type IsolationOptions,
} from './isolated';

/** A model or weights: a path, a file URL, or the bytes themselves. */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer;

/** The table of {@link ReadOptions}. */
const readOptionTable = {
  /**
   * For a model that is not trusted: another process tries it first. That process reads the model, loads it
   * on the CPU and runs it once with zeros, because a damaged model may crash the process at each of
   * these steps. This process reads the model only if all of them succeeded. Protects against models that
   * crash, hang or exhaust the memory with such inputs, and takes the time of starting a process and of these steps.
   * It does not protect against a model that is crafted to take over a process, or against a file that
   * changes between the two reads.
   */
  isolated: unchecked<boolean | IsolationOptions>('a boolean, or an object of limits'),
} satisfies OptionTable;

/** Options of `readNetwork`. */
export interface ReadOptions extends OptionsOf<typeof readOptionTable> {}

/** A model to read: paths, or bytes. `weights` is empty if none were given. */
interface Source<Part extends string | Uint8Array> {
  /** Its name in error messages. */
  readonly what: string;
  /** The runtime's name of the format. */
  readonly format: string;
  readonly model: Part;
  readonly weights: Part;
}

type AnySource = Source<string> | Source<Uint8Array>;

function isInMemory(source: AnySource): source is Source<Uint8Array> {
  return typeof source.model !== 'string';
}

/** The arguments of `readNetwork`: model, weights and options; the weights may be left out. */
export type ReadArguments = readonly [model: unknown, second?: unknown, third?: unknown];

export function isBytes(value: unknown): value is Uint8Array | ArrayBuffer {
  return typedArrayName(value) === 'Uint8Array' || types.isArrayBuffer(value);
}

/** A view of the caller's bytes, without a copy. */
export function viewBytes(value: Uint8Array | ArrayBuffer, name: string): Uint8Array {
  if (!types.isArrayBuffer(value)) return bytesOf(value);
  return reading(name, () => new Uint8Array(value));
}

export function toPath(value: unknown, name: string): string {
  const isUrl = reading(name, () => value instanceof URL && value.protocol === 'file:');
  const path = isUrl ? reading(name, () => fileURLToPath(value as URL)) : value;
  if (typeof path !== 'string' || path === '')
    throw invalid(name, 'a path, a file URL or bytes', value);
  return path;
}

function fromBytes(model: Uint8Array | ArrayBuffer, weights: unknown): Source<Uint8Array> {
  if (weights !== undefined && !isBytes(weights))
    throw invalid('weights', 'bytes, because the model is given as bytes', weights);
  const bytes = viewBytes(model, 'model');
  if (bytes.byteLength === 0)
    throw errorOf('NETWORK_NOT_READ', 'Cannot read the model: expected bytes, received none');
  return {
    what: 'the model',
    format: formatOfBytes(bytes),
    model: bytes,
    weights: weights === undefined ? new Uint8Array() : viewBytes(weights, 'weights'),
  };
}

function fromFiles(model: unknown, weights: unknown): Source<string> {
  const path = toPath(model, 'model');
  const { isFolder } = checkFileOrFolder(path, 'model');
  const format = formatOfFile(path, isFolder);
  if (format === undefined) {
    throw errorOf(
      'NETWORK_NOT_READ',
      `Cannot tell the format of ${path}; expected a file ending in ${modelEndings.join(', ')} or a SavedModel folder`,
    );
  }
  for (const { file, what } of filesBeside(path, isFolder)) checkFile(file, what);
  const bin = weights === undefined ? '' : toPath(weights, 'weights');
  if (bin !== '') checkFile(bin, 'weights file');
  return { what: path, model: path, weights: bin, format };
}

/** Checks the arguments of `readNetwork`; the second one is the weights or the options. */
function readArguments([model, second, third]: ReadArguments): {
  source: AnySource;
  limits: IsolationLimits | undefined;
} {
  const isOptions =
    third === undefined &&
    typeof second === 'object' &&
    second !== null &&
    !reading('weights', () => second instanceof URL) &&
    !ArrayBuffer.isView(second) &&
    !isBytes(second);
  const [weights, options = {}] = isOptions ? [undefined, second] : [second, third];
  const { isolated } = readTable(readOptionTable, options as ReadOptions);
  const limits = toIsolationLimits(isolated, 'options.isolated');
  return { source: isBytes(model) ? fromBytes(model, weights) : fromFiles(model, weights), limits };
}

/** Copies the bytes, which the caller could change while another thread reads them. */
async function withOwnBytes(source: AnySource): Promise<AnySource> {
  if (!isInMemory(source)) return source;
  // Both copies begin at once, so that small arrays are copied before `readNetwork` returns.
  const [model, weights] = await Promise.all([
    copyBytes(source.model, 'model'),
    copyBytes(source.weights, 'weights'),
  ]);
  return { ...source, model, weights };
}

/**
 * Reads a model, after a trial in another process if the options request it.
 *
 * @param extensions - libraries with operations that the model may use
 */
export function* readModel(
  core: NativeCore,
  extensions: readonly string[],
  args: ReadArguments,
): Operation<NativeNetwork> {
  const { source: given, limits } = readArguments(args);
  const source = yield* step((sync) => (sync ? given : withOwnBytes(given)));
  if (limits !== undefined) yield* tryIsolated(source, extensions, limits);
  try {
    return yield* step((sync) =>
      isInMemory(source)
        ? core.readModelFromBuffer(source.model, source.weights, source.format, sync)
        : core.readModel(source.model, source.weights, source.format, sync),
    );
  } catch (error) {
    throw translate(error, `Cannot read ${source.what}`);
  } finally {
    if (source !== given && isInMemory(source)) {
      release(source.model);
      release(source.weights);
    }
  }
}
