import { checkInteger, checkString, invalid, isList, readList, readRecord } from './base/check';
import { markClass } from './base/package-copies';
import { errorOf, type OpenVINOError, translate } from './errors';
import { FreshIr } from './read/fresh-ir';
import { fixedNames } from './base/guarded';
import { InputInfo } from './input-info';
import type { LoadedInput } from './ports/input-port';
import { axesOf, reorder } from './tensor/layout';
import { checkMade } from './addon/loader';
import type {
  NativeDim,
  NativeNetwork,
  NativeOperation,
  NativePlan,
  NativePosition,
} from './addon/native-types';
import { OutputInfo } from './output-info';
import { NameTable, showDims, type LoadedPort } from './tensor/port';
import { didYouMean } from './base/suggest';
import { withUniqueNames } from './tensor/unique-names';

/** A dimension to reshape to: a length, -1 for any, or [min, max]. */
export type Dimension = number | readonly [min: number, max: number];

/** A layer's output to make an output of the network: its name, or name and port. */
export type LayerOutput = string | readonly [name: string, port: number];

/** What `loadNetwork` needs of a network. */
export interface Loadable {
  native: NativeNetwork;
  plan: NativePlan;
  inputs: readonly LoadedInput[];
  outputs: readonly LoadedPort[];
}

/** Whether a value is a network, and not only something that says so. */
let isNetwork: (value: unknown) => value is IENetwork;
let nativeOf: (network: IENetwork) => NativeNetwork;
let loadableOf: (network: IENetwork) => Loadable;

function toNativeDim(dim: unknown, name: string): NativeDim {
  if (dim === -1) return [0, -1];
  if (!isList(dim)) {
    checkInteger(dim, name);
    return dim;
  }
  const [min, max, ...more] = readList(dim, name, 'a range [min, max]', (item) => item);
  checkInteger(min, `${name}[0]`);
  checkInteger(max, `${name}[1]`, -1);
  if (more.length > 0 || (max !== -1 && max < min)) throw invalid(name, 'a range [min, max]', dim);
  return min === max ? min : [min, max];
}

function unknownLayer(layer: string, names: readonly string[]): OpenVINOError {
  return errorOf(
    'UNKNOWN_NAME',
    `There is no layer named '${layer}'; the first of ${names.length} are: ${names.slice(0, 10).join(', ')}${didYouMean(layer, names)}`,
  );
}

const placeText = ({ operation, port }: NativePosition): string => `${operation}:${port}`;

/** The outputs of operations that are called so as outputs of the network. */
function calledSo(operations: readonly NativeOperation[], name: string): NativePosition[] {
  return operations.flatMap(({ type, names }, operation) => {
    const port = type === 'Result' ? -1 : names.indexOf(name);
    return port === -1 ? [] : [{ operation, port }];
  });
}

/**
 * Finds an output of a layer; a name of several layers is refused. A tensor name means one output.
 *
 * @param given - the port; undefined for what the name alone means
 */
function findPlace(
  operations: readonly NativeOperation[],
  layer: string,
  given: number | undefined,
): NativePosition {
  const port = given ?? 0;
  // An operation may go by the name of its last tensor, as those from ONNX do.
  const [own, ...same] = given === undefined ? calledSo(operations, layer) : [];
  if (own !== undefined && same.length === 0) return own;
  const found = operations.flatMap(({ name }, i) => (name === layer ? [i] : []));
  if (found.length === 0) {
    const ofTensor = operations.flatMap(({ type, tensors }, operation): NativePosition[] => {
      const at = type === 'Result' ? -1 : tensors.findIndex((names) => names.includes(layer));
      return at === -1 ? [] : [{ operation, port: at }];
    });
    const [place] = ofTensor;
    if (place !== undefined && port === 0) return place;
    throw unknownLayer(
      layer,
      operations.map(({ name }) => name),
    );
  }
  const [operation = 0, ...others] = found;
  if (others.length > 0) {
    const tensors = found.flatMap((i) => operations[i]?.tensors.flat() ?? []);
    const choice =
      tensors.length === 0 ? '' : `; give a tensor name instead: ${tensors.join(', ')}`;
    throw errorOf('UNKNOWN_NAME', `${found.length} layers are named '${layer}'${choice}`);
  }
  const outputs = operations[operation]?.outputs ?? 0;
  if (port >= outputs) throw invalid(`port of '${layer}'`, `less than ${outputs}`, port);
  return { operation, port };
}

/** What is set on an input or output is set one by one. */
function refuseExchange(name: string): OpenVINOError {
  return errorOf(
    'INVALID_ARGUMENT',
    `Expected settings on '${name}' itself, such as its precision, received another object in its place`,
  );
}

/** Checks dimensions to reshape to, and turns them into the addon's. */
export function toNativeDims(dims: unknown, name: string): NativeDim[] {
  return readList(dims, name, 'a list of dimensions', toNativeDim);
}

/**
 * A network that was read: its inputs and outputs, and what may be changed before it is loaded.
 * Made by `IECore.readNetwork`.
 */
export class IENetwork {
  readonly #network: NativeNetwork;
  #inputs = new NameTable<InputInfo>('input', []);
  #outputs = new NameTable<OutputInfo>('output', []);
  #inputInfo = Object.create(null) as Readonly<Record<string, InputInfo>>;
  #outputInfo = Object.create(null) as Readonly<Record<string, OutputInfo>>;
  #affinity: Record<string, string> = {};
  #closed = false;

  static {
    markClass(this);
    isNetwork = (value): value is IENetwork =>
      typeof value === 'object' && value !== null && #network in value;
    nativeOf = (network) => network.#native;
    loadableOf = (network) => ({
      inputs: network.#inputs.items.map((input) => input.loaded),
      outputs: network.#outputs.items.map((output) => output.loaded),
      plan: {
        inputs: network.#inputs.items.map((input) => input.plan),
        outputs: network.#outputs.items.map((output) => output.plan),
        affinity: network.#affinity,
      },
      // Last, because reading preProcess runs code of the caller's, which may close it.
      native: network.#native,
    });
  }

  /** @internal */
  constructor(native: NativeNetwork) {
    checkMade('Network', native, 'IECore.readNetwork()');
    this.#network = native;
    this.#refresh();
  }

  get #native(): NativeNetwork {
    if (this.#closed) throw errorOf('CLOSED', 'This network is closed; read it again');
    return this.#network;
  }

  /** Follows the graph; what the user set on inputs and outputs that remain is kept. */
  #refresh(): void {
    // Reshaping keeps their order, and new outputs come last, so the position says which is which.
    const inputs = withUniqueNames(this.#native.inputs()).map((port, i) => {
      const info = this.#inputs.items[i] ?? new InputInfo(this.#native, port);
      info.update(port);
      return info;
    });
    const outputs = withUniqueNames(this.#native.outputs()).map((port, i) => {
      const info = this.#outputs.items[i] ?? new OutputInfo(this.#native, port);
      info.update(port);
      return info;
    });
    this.#inputs = new NameTable('input', inputs);
    this.#outputs = new NameTable('output', outputs);
    this.#inputInfo = fixedNames(
      this.#inputs.record((info) => info),
      refuseExchange,
      (name) => this.#inputs.unknown(name),
    );
    this.#outputInfo = fixedNames(
      this.#outputs.record((info) => info),
      refuseExchange,
      (name) => this.#outputs.unknown(name),
    );
  }

  /** The name the model's file gives it. */
  get name(): string {
    return this.#native.name();
  }

  /**
   * The inputs by friendly name, in lexicographic order. Reading a name that is not there throws
   * UNKNOWN_NAME; `in` tells whether it is.
   */
  get inputInfo(): Readonly<Record<string, InputInfo>> {
    return this.#inputInfo;
  }

  /**
   * The outputs by friendly name, in lexicographic order. Reading a name that is not there throws
   * UNKNOWN_NAME; `in` tells whether it is.
   */
  get outputs(): Readonly<Record<string, OutputInfo>> {
    return this.#outputInfo;
  }

  /**
   * The batch: the length of the first input's N axis, -1 where it may vary, 1 where there is none.
   * Setting it reshapes every input that has such an axis.
   */
  get batchSize(): number {
    for (const { layout, shape } of this.#inputs.items) {
      const axis = axesOf(layout).indexOf('N');
      if (axis !== -1) return shape[axis] ?? 1;
    }
    return 1;
  }

  set batchSize(size: number) {
    if (size !== -1) checkInteger(size, 'batchSize', 1);
    const shapes = this.#inputs.items.flatMap(({ name, layout, dims }) => {
      const axis = axesOf(layout).indexOf('N');
      if (axis === -1 || dims === null) return [];
      return [[name, dims.map((dim, i) => (i === axis ? size : dim))] as const];
    });
    this.reshape(Object.fromEntries(shapes));
  }

  /**
   * Changes the shapes of inputs; the rest of the network follows.
   *
   * @param shapes - for each input to change, its dimensions in the order of its `layout`
   * @throws ArgumentError - UNKNOWN_NAME, INVALID_ARGUMENT
   * @throws OpenVINOError - NETWORK_NOT_CHANGED when the network cannot take that shape; it is then as before
   * @example
   * ```ts
   * net.reshape({ input: [8, 3, 224, 224] });
   * net.reshape({ input: [-1, 3, [64, 1024], [64, 1024]] });
   * ```
   */
  reshape(shapes: Readonly<Record<string, readonly Dimension[]>>): void {
    const given = readRecord(shapes, 'shapes', 'a record of dimensions by input name');
    const wanted = new Map<InputInfo, NativeDim[]>();
    for (const [input, dims] of this.#inputs.byItem(given)) {
      const { name } = input;
      const checked = toNativeDims(dims, `shapes.${name}`);
      if (input.dims !== null && checked.length !== input.dims.length) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `Expected ${input.dims.length} dimensions (${input.layout}) for input '${name}', received ${showDims(checked)}`,
        );
      }
      wanted.set(input, reorder(checked, input.layout, input.ownLayout));
    }
    try {
      this.#native.reshape(this.#inputs.items.map((input) => wanted.get(input) ?? null));
    } catch (error) {
      throw translate(error, 'The network cannot be reshaped');
    }
    this.#refresh();
  }

  /**
   * Makes outputs of inner layers. All are added, or none.
   *
   * @param layers - names of layers, with the port where a layer has several outputs; or tensor names
   * @throws ArgumentError - UNKNOWN_NAME
   */
  addOutputs(layers: LayerOutput | readonly LayerOutput[]): void {
    const expected = 'a layer name, [name, port], or a list of them';
    const given: readonly unknown[] =
      typeof layers === 'string' ? [layers] : readList(layers, 'layers', expected, (item) => item);
    const list = typeof given[1] === 'number' ? [given] : given;
    if (list.length === 0) throw invalid('layers', expected, layers);
    const operations = this.#native.operations();
    const places = list.map((item, i) => {
      const name = `layers[${i}]`;
      const [layer, port]: readonly unknown[] =
        typeof item === 'string' ? [item] : readList(item, name, expected, (part) => part);
      checkString(layer, 'layer name');
      if (port !== undefined) checkInteger(port, `port of '${layer}'`);
      return findPlace(operations, layer, port);
    });
    const present = new Set(
      operations.flatMap(({ type, sources }) => (type === 'Result' ? sources.map(placeText) : [])),
    );
    const fresh = new Map(places.map((place) => [placeText(place), place]));
    for (const place of present) fresh.delete(place);
    try {
      this.#native.addOutputs([...fresh.values()]);
    } catch (error) {
      throw translate(error, 'The outputs cannot be added');
    }
    this.#refresh();
  }

  /**
   * The name that a tensor of the original model goes by here: the key of an input or output, and what
   * `addOutputs` takes for an inner one.
   *
   * @param tensor - its name in the framework that the model comes from, such as ONNX
   * @throws ArgumentError - UNKNOWN_NAME when the model's file names no such tensor
   */
  getOvNameForTensor(tensor: string): string {
    checkString(tensor, 'tensor');
    const ports = [...this.#inputs.items, ...this.#outputs.items];
    const port = ports.find(({ name, aliases }) => name === tensor || aliases.includes(tensor));
    if (port !== undefined) return port.name;
    const operations = this.#native.operations().filter(({ type }) => type !== 'Result');
    for (const { tensors, names } of operations) {
      const index = tensors.findIndex((known) => known.includes(tensor));
      if (index !== -1) return names[index] as string;
    }
    const known = operations.flatMap(({ tensors }) => tensors.flat());
    throw errorOf(
      'UNKNOWN_NAME',
      `There is no tensor named '${tensor}' in the model${didYouMean(tensor, known)}`,
    );
  }

  /** Devices of layers, as `setAffinity` set them. */
  get affinity(): Record<string, string> {
    return { ...this.#affinity };
  }

  /**
   * Says which device of HETERO is to run which layers; `loadNetwork` obeys. Where nothing is said,
   * HETERO decides; weights go where they are needed. What was set before is forgotten.
   *
   * @param affinity - device by name of the layer, such as `{ conv1: 'GPU' }`; `{}` for none
   * @throws ArgumentError - UNKNOWN_NAME
   * @example
   * ```ts
   * const layers = await ie.queryNetwork(net, 'HETERO:GPU,CPU');
   * net.setAffinity({ ...layers, softmax: 'CPU' });
   * const exec = await ie.loadNetwork(net, 'HETERO:GPU,CPU');
   * ```
   */
  setAffinity(affinity: Readonly<Record<string, string>>): void {
    const given = readRecord(affinity, 'affinity', 'a record of devices by layer name');
    const wanted = Object.entries(given);
    const names = new Set(
      wanted.length === 0 ? [] : this.#native.operations().map(({ name }) => name),
    );
    const devices = wanted.map(([layer, device]) => {
      checkString(device, `affinity.${layer}`);
      if (!names.has(layer)) throw unknownLayer(layer, [...names]);
      return [layer, device];
    });
    this.#affinity = Object.fromEntries(devices) as Record<string, string>;
  }

  /**
   * What the model's file records about itself at a path, such as `('model_info', 'labels')`;
   * undefined where there is nothing.
   */
  rtInfo(...path: string[]): unknown {
    for (const part of path) checkString(part, 'path');
    try {
      return this.#native.rtInfo(path);
    } catch (error) {
      throw translate(error, `Cannot read ${path.join('.')}`);
    }
  }

  /** Every layer in an order of execution: its name, type and, for executed graphs, the device's remarks. */
  get layers(): { name: string; type: string; rtInfo: Record<string, string> }[] {
    return this.#native.operations().map(({ name, type, rtInfo }) => ({ name, type, rtInfo }));
  }

  /**
   * Writes the network as IR: `xml` for the graph and `bin` for the weights. Both are written under
   * other names and moved into place, so a failure leaves no half-written file.
   *
   * @param xml - path that ends in .xml
   * @param bin - default: beside it, ending in .bin
   * @throws FileError - FILE_NOT_WRITABLE
   */
  async serialize(xml: string, bin?: string): Promise<void> {
    const native = this.#native;
    const files = new FreshIr(xml, bin);
    const [weights, graph] = files.paths as [string, string];
    try {
      await native.serialize(graph, weights, false);
      await files.commit();
    } catch (error) {
      throw files.discard(error);
    }
  }

  /** The same, waiting for the end. */
  serializeSync(xml: string, bin?: string): void {
    const native = this.#native;
    const files = new FreshIr(xml, bin);
    const [weights, graph] = files.paths as [string, string];
    try {
      native.serialize(graph, weights, true);
      files.commitSync();
    } catch (error) {
      throw files.discard(error);
    }
  }

  /** Lets go of the graph and its weights. Networks already loaded from it go on. Safe to call again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#network.close();
  }

  /** For `using`: the same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }
}

export { isNetwork, loadableOf, nativeOf };
