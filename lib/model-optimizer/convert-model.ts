import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IECore } from '../core';
import { errorOf, translate, type OpenVINOError } from '../errors';
import { makeFolder } from '../base/folders';
import { FreshIr } from '../read/fresh-ir';
import { formatOfFile } from '../read/format';
import { loadAddon } from '../addon/loader';
import type {
  NativeInputChange,
  NativeNetwork,
  NativeOperation,
  NativeOptimizePlan,
  NativePort,
  NativeTensors,
} from '../addon/native-types';
import { IENetwork, isNetwork, nativeOf, toNativeDims } from '../network';
import { withUniqueNames } from '../tensor/unique-names';
import {
  readConvertOptions,
  toNativeTransformations,
  type ConvertOptions,
  type InputChange,
} from './options';
import { Places } from './places';
import { prepare, shapesOf } from './preparation';
import { readPlaceName } from './syntax';

/** An input as the graph is told of it. */
function toChange(change: InputChange, places: Places): NativeInputChange {
  const at = places.find(change.name, 'inputs');
  const { name, tensors } = places.namesAt(at);
  const [plain] = readPlaceName(change.name);
  const own = plain?.name ?? change.name;
  const [first = name] = [...tensors].sort();
  const value = change.value?.map(String) ?? null;
  return {
    ...at,
    name: tensors.includes(own) ? own : first,
    aliases: [...new Set([...tensors, own])],
    shape: change.shape === undefined ? null : toNativeDims(change.shape, `the shape of '${own}'`),
    type: change.precision ?? null,
    value,
  };
}

/** The inputs that are to be, or null where the model's own stay; frozen ones are among them. */
function changesOf(
  options: ConvertOptions,
  own: readonly NativePort[],
  places: Places,
): NativeInputChange[] | null {
  const listed = options.input?.map((item) => (typeof item === 'string' ? { name: item } : item));
  const frozen = Object.entries(options.freeze ?? {}).map(([name, value]) => ({ name, value }));
  if (listed === undefined && frozen.length === 0) return null;
  const kept = listed ?? own.map(({ name }): InputChange => ({ name }));
  const all = [...kept, ...frozen].map((change) => toChange(change, places));
  // What is frozen replaces what is listed or there already.
  const byPlace = new Map(all.map((change) => [`${change.operation}:${change.port}`, change]));
  return [...byPlace.values()];
}

/** Which names may be those of operations in the model's own file. */
async function askSource(
  model: string | undefined,
  options: ConvertOptions,
  operations: readonly NativeOperation[],
): Promise<Map<string, NativeTensors>> {
  const texts = [
    ...(options.output ?? []),
    ...(options.input ?? []).map((item) => (typeof item === 'string' ? item : item.name)),
    ...Object.keys(options.freeze ?? {}),
  ];
  const format = model === undefined ? undefined : formatOfFile(model, false);
  if (model === undefined || format === undefined || format === 'ir' || texts.length === 0)
    return new Map();
  const names = [...new Set(texts.flatMap((text) => readPlaceName(text).map(({ name }) => name)))];
  const found = await loadAddon().operationTensors(
    model,
    format,
    names,
    operations.flatMap(({ tensors }) => tensors.flat()),
    false,
  );
  return new Map(
    names.flatMap((name, i): [string, NativeTensors][] => {
      const tensors = found[i];
      return tensors === undefined || tensors === null ? [] : [[name, tensors]];
    }),
  );
}

/** What the file says of how it was made; no paths, which are nobody's business. */
function records(options: ConvertOptions): Record<string, string> {
  const unsaid = ['outputFile', 'extensions', 'onWarning', 'onProgress'];
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => value !== undefined && !unsaid.includes(name))
      .map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
  );
}

async function change(native: NativeNetwork, plan: NativeOptimizePlan): Promise<NativeNetwork> {
  try {
    return await loadAddon().optimize(native, plan, false);
  } catch (error) {
    const { code, message } = error as OpenVINOError;
    if (code === 'MISSING_INPUT') {
      throw errorOf(
        'MISSING_INPUT',
        `The network still needs its input '${message}'; list it with the others, or give it a value`,
      );
    }
    throw translate(error, 'Cannot convert the model');
  }
}

const unchanged = { inputs: null, outputs: null, transformations: [], fold: false, records: {} };

/** Writes a network as IR. */
async function save(network: NativeNetwork, xml: string, compress: boolean): Promise<void> {
  await makeFolder(dirname(xml));
  const files = new FreshIr(xml);
  try {
    const [weights, graph] = files.paths as [string, string];
    await loadAddon().saveModel(network, graph, compress, false);
    // Where a link leads elsewhere, the weights are not written beside the graph.
    const beside = `${graph.slice(0, -4)}.bin`;
    if (beside !== weights) await copyFile(beside, weights);
    await files.commit();
  } catch (error) {
    throw files.discard(error);
  }
}

/**
 * Converts a model as Model Optimizer did: cuts and freezes it, sets its shapes, and puts
 * preprocessing into the graph for good. What comes in is reversed first, then the mean is
 * subtracted, then it is divided by the scale.
 *
 * @param model - a path, or a network that was read; it is not changed
 * @returns a network of its own; with `outputFile`, IR is written too
 * @throws ArgumentError - UNKNOWN_NAME with the nearest names, SHAPE_MISMATCH, INVALID_ARGUMENT
 * @throws OpenVINOError - NETWORK_NOT_READ, NETWORK_NOT_CHANGED
 * @throws FileError - FILE_NOT_FOUND, FILE_NOT_WRITABLE; nothing half-written is left
 * @example
 * ```ts
 * const net = await convertModel('resnet18.onnx', {
 *   scale: 255,
 *   reverseInputChannels: true,
 *   inputShape: [1, 3, 224, 224],
 *   outputFile: 'resnet18.xml',
 * });
 * ```
 */
export async function convertModel(
  model: string | IENetwork,
  options: ConvertOptions = {},
): Promise<IENetwork> {
  options = readConvertOptions(options);
  const progress = options.onProgress ?? (() => undefined);
  progress(0, 'reading');
  const core = new IECore();
  for (const library of options.extensions ?? []) core.addExtension(library);
  const network = isNetwork(model) ? model : await core.readNetwork(model);
  const native = nativeOf(network);
  progress(0.4, 'changing');
  const operations = native.operations();
  const path = typeof model === 'string' ? model : undefined;
  const places = new Places(operations, await askSource(path, options, operations));
  const keepsNames = path === undefined || formatOfFile(path, false) === 'ir';
  const outputs =
    options.output?.map((name) => {
      const at = places.find(name, 'outputs');
      const { tensors } = places.namesAt(at);
      const several = (operations[at.operation]?.outputs ?? 1) > 1;
      const [tensor = ''] = [...tensors].sort();
      return { ...at, name: keepsNames || several ? '' : tensor };
    }) ?? null;
  const cut = await change(native, {
    ...unchanged,
    inputs: changesOf(options, withUniqueNames(native.inputs()), places),
    outputs,
    shapes: [],
    preparations: [],
  });
  const shaped = await change(cut, {
    ...unchanged,
    shapes: shapesOf(options, withUniqueNames(cut.inputs())),
    preparations: [],
  });
  const converted = await change(shaped, {
    ...unchanged,
    shapes: [],
    preparations: prepare(options, withUniqueNames(shaped.inputs())),
    transformations: toNativeTransformations(options.transform ?? {}),
    fold: options.staticShape ?? false,
    records: records(options),
  });
  if (options.outputFile !== undefined) {
    progress(0.7, 'writing');
    await save(converted, options.outputFile, options.compressToFp16 ?? false);
  }
  progress(1, 'done');
  return new IENetwork(converted);
}
