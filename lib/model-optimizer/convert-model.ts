/** `convertModel`: cuts, freezes and reshapes a model and builds preprocessing into its graph. */

import { IECore } from '../core';
import { errorOf, translate } from '../errors';
import { loadAddon } from '../addon/loader';
import type {
  NativeConversion,
  NativeConversionPlan,
  NativeNetwork,
  NativePort,
} from '../addon/native-types';
import { IENetwork, isNetwork, nativeNetworkOf } from '../network';
import { withUniqueNames } from '../ports/unique-names';
import { findCut } from './cut';
import { shapesOf } from './input-shapes';
import { conversionRecords, readConvertOptions, type ConvertOptions } from './options';
import { preprocessingOf } from './preprocessing';
import { toNativeTransformations } from './transformations';
import { writeIr } from './write-ir';

const noChange: NativeConversionPlan = {
  inputs: null,
  outputs: null,
  shapes: [],
  preprocessing: [],
  transformations: [],
  fold: false,
  records: {},
};

async function change(
  network: NativeNetwork,
  changes: Partial<NativeConversionPlan>,
): Promise<NativeNetwork> {
  let changed: NativeConversion;
  try {
    changed = await loadAddon().optimize(network, { ...noChange, ...changes }, false);
  } catch (error) {
    throw translate(error, 'Cannot convert the model');
  }
  if (changed.network !== null) return changed.network;
  throw errorOf(
    'MISSING_INPUT',
    `The network still needs its input '${changed.missingInput}'; list it with the other inputs, or freeze it to a value`,
  );
}

const inputsOf = (network: NativeNetwork): NativePort[] => withUniqueNames(network.inputs());

async function read(
  model: string | IENetwork,
  { extensions = [] }: ConvertOptions,
): Promise<IENetwork> {
  const core = new IECore();
  for (const library of extensions) core.addExtension(library);
  return isNetwork(model) ? model : core.readNetwork(model);
}

/** Changes the graph in three steps, because shapes and layouts refer to the inputs after the cut. */
async function convert(
  network: NativeNetwork,
  file: string | undefined,
  options: ConvertOptions,
): Promise<NativeNetwork> {
  const cut = await change(network, await findCut(options, network, file));
  const shaped = await change(cut, { shapes: shapesOf(options, inputsOf(cut)) });
  return change(shaped, {
    preprocessing: preprocessingOf(options, inputsOf(shaped)),
    transformations: toNativeTransformations(options.transform ?? {}),
    fold: options.staticShape ?? false,
    records: conversionRecords(options),
  });
}

/**
 * Converts a model as Model Optimizer did: cuts and freezes it, sets its shapes, and builds
 * preprocessing into the graph. The graph first reverses the channels, then subtracts the mean, then
 * divides by the scale.
 *
 * @param model - a path, or a network that was read before, which stays unchanged
 * @returns the converted network, independent of the model; with `outputFile`, IR is written too
 * @throws ArgumentError - UNKNOWN_NAME with the nearest names, SHAPE_MISMATCH, INVALID_ARGUMENT
 * @throws OpenVINOError - NETWORK_NOT_READ, NETWORK_NOT_CHANGED
 * @throws FileError - FILE_NOT_FOUND, FILE_NOT_WRITABLE; no incomplete file is left
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
  const { outputFile, compressToFp16 = false, onProgress = () => undefined } = options;
  onProgress(0, 'reading');
  const network = await read(model, options);
  onProgress(0.4, 'changing');
  const file = typeof model === 'string' ? model : undefined;
  const converted = await convert(nativeNetworkOf(network), file, options);
  if (outputFile !== undefined) {
    onProgress(0.7, 'writing');
    await writeIr(converted, outputFile, compressToFp16);
  }
  onProgress(1, 'done');
  return new IENetwork(converted);
}
