/** Finds outputs of layers in a network's graph by the names that a caller gives. */
import type { NativeOperation, NativePosition } from '../addon/native-types';
import { checkInteger, checkString, invalid, readList } from '../base/check';
import { didYouMean } from '../base/suggest';
import { errorOf, type OpenVINOError } from '../errors';

/** A layer's output to make an output of the network: the name of the layer, or its name and the port. */
export type LayerOutput = string | readonly [name: string, port: number];

/** The error for a name that no layer has. */
export function unknownLayer(layer: string, names: readonly string[]): OpenVINOError {
  return errorOf(
    'UNKNOWN_NAME',
    `There is no layer named '${layer}'; the first of ${names.length} are: ${names.slice(0, 10).join(', ')}${didYouMean(layer, names)}`,
  );
}

/** Finds a port of each operation; Results are not searched, because they have the names of their sources. */
function findPorts(
  operations: readonly NativeOperation[],
  portIn: (operation: NativeOperation) => number,
): NativePosition[] {
  return operations.flatMap((each, operation) => {
    const port = each.type === 'Result' ? -1 : portIn(each);
    return port === -1 ? [] : [{ operation, port }];
  });
}

/** Finds the output that a tensor name belongs to. */
function findTensor(operations: readonly NativeOperation[], tensor: string): NativePosition[] {
  return findPorts(operations, ({ tensors }) =>
    tensors.findIndex((names) => names.includes(tensor)),
  );
}

function severalLayers(
  layer: string,
  found: readonly number[],
  operations: readonly NativeOperation[],
): OpenVINOError {
  const tensors = found.flatMap((i) => operations[i]?.tensors.flat() ?? []);
  const choice = tensors.length === 0 ? '' : `; give a tensor name instead: ${tensors.join(', ')}`;
  return errorOf('UNKNOWN_NAME', `${found.length} layers are named '${layer}'${choice}`);
}

/**
 * Finds one output by the name of its layer or of its tensor. Refuses a name that several layers have.
 *
 * @param givenPort - undefined if the caller gave only a name, which may be the name of any output
 */
function findOutput(
  operations: readonly NativeOperation[],
  layer: string,
  givenPort: number | undefined,
): NativePosition {
  const port = givenPort ?? 0;
  // The runtime may name an output after its last tensor, as in networks from ONNX.
  const [own, ...same] =
    givenPort === undefined ? findPorts(operations, ({ names }) => names.indexOf(layer)) : [];
  if (own !== undefined && same.length === 0) return own;
  const found = operations.flatMap(({ name }, i) => (name === layer ? [i] : []));
  const [operation, ...others] = found;
  if (operation === undefined) {
    const [ofTensor] = port === 0 ? findTensor(operations, layer) : [];
    if (ofTensor !== undefined) return ofTensor;
    throw unknownLayer(
      layer,
      operations.map(({ name }) => name),
    );
  }
  if (others.length > 0) throw severalLayers(layer, found, operations);
  const outputs = operations[operation]?.outputs ?? 0;
  if (port >= outputs) throw invalid(`port of '${layer}'`, `less than ${outputs}`, port);
  return { operation, port };
}

function positionKey({ operation, port }: NativePosition): string {
  return `${operation}:${port}`;
}

/** Checks the argument of `addOutputs`: the name and the port of each output. */
function readOutputs(layers: unknown): [layer: string, port: number | undefined][] {
  const expected = 'a layer name, [name, port], or a list of them';
  const given: readonly unknown[] =
    typeof layers === 'string' ? [layers] : readList(layers, 'layers', expected, (item) => item);
  const list = typeof given[1] === 'number' ? [given] : given;
  if (list.length === 0) throw invalid('layers', expected, layers);
  return list.map((item, i) => {
    const [layer, port]: readonly unknown[] =
      typeof item === 'string' ? [item] : readList(item, `layers[${i}]`, expected, (part) => part);
    checkString(layer, 'layer name');
    if (port !== undefined) checkInteger(port, `port of '${layer}'`);
    return [layer, port];
  });
}

/**
 * The positions of outputs that a caller wants to add, except those that already are outputs of the network.
 *
 * @throws ArgumentError - UNKNOWN_NAME, INVALID_ARGUMENT
 */
export function findNewOutputs(
  operations: readonly NativeOperation[],
  layers: LayerOutput | readonly LayerOutput[],
): NativePosition[] {
  const places = readOutputs(layers).map(([layer, port]) => findOutput(operations, layer, port));
  const wanted = new Map(places.map((place) => [positionKey(place), place]));
  for (const { type, sources } of operations)
    if (type === 'Result') for (const source of sources) wanted.delete(positionKey(source));
  return [...wanted.values()];
}

/** The name of the output that a tensor of the original model belongs to; throws UNKNOWN_NAME if there is none. */
export function nameOfTensor(operations: readonly NativeOperation[], tensor: string): string {
  const [place] = findTensor(operations, tensor);
  const name = place && operations[place.operation]?.names[place.port];
  if (name !== undefined) return name;
  const known = operations.flatMap(({ type, tensors }) =>
    type === 'Result' ? [] : tensors.flat(),
  );
  throw errorOf(
    'UNKNOWN_NAME',
    `There is no tensor named '${tensor}' in the model${didYouMean(tensor, known)}`,
  );
}
