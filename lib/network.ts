/** The public class IENetwork: a network that was read, with the settings for loading it. */
import { checkMade } from './addon/loader';
import type { NativeDim, NativeNetwork, NativePlan } from './addon/native-types';
import { checkInteger, checkString, readRecord } from './base/check';
import { readOnlyNames } from './base/guarded-records';
import { hiddenPart } from './base/hidden-part';
import { run, runSync } from './base/operation';
import { markClass } from './base/package-copies';
import { errorOf, type OpenVINOError, translate } from './errors';
import { InputInfo } from './input-info';
import { OutputInfo } from './output-info';
import type { LoadedInput, LoadedPort } from './ports/port';
import { writeIr } from './read/atomic-ir';
import { findNewOutputs, nameOfTensor, unknownLayer, type LayerOutput } from './read/layer-outputs';
import { axesOf, reorder } from './tensor/layout';
import { showDims } from './tensor/dims';
import { NameTable } from './ports/name-table';
import { toNativeDims, type Dimension } from './tensor/reshape';
import { withUniqueNames } from './ports/unique-names';

/** A network as `loadNetwork` compiles it. */
export interface Loadable {
  native: NativeNetwork;
  plan: NativePlan;
  inputs: readonly LoadedInput[];
  outputs: readonly LoadedPort[];
}

/** The internal members of a network that other modules use. */
interface Inside {
  /** @throws OpenVINOError - CLOSED */
  native: () => NativeNetwork;
  loadable: () => Loadable;
}

const inside = hiddenPart<IENetwork, Inside>();

/** Whether a value is a network that this copy of the package made. */
export const isNetwork = inside.has;

/** The addon's network. */
export function nativeNetworkOf(network: IENetwork): NativeNetwork {
  return inside.get(network).native();
}

/** The network and all settings on it, for `loadNetwork`. */
export function loadableOf(network: IENetwork): Loadable {
  return inside.get(network).loadable();
}

/** The error for a write that would replace an input or output. */
function refuseExchange(name: string): OpenVINOError {
  return errorOf(
    'INVALID_ARGUMENT',
    `Cannot replace '${name}' by another object; set its properties, such as its precision`,
  );
}

/** A network that `IECore.readNetwork` read: its inputs, outputs and layers, and settings for loading it. */
export class IENetwork {
  readonly #network: NativeNetwork;
  #inputs = new NameTable<InputInfo>('input', []);
  #outputs = new NameTable<OutputInfo>('output', []);
  #inputInfo = Object.create(null) as Readonly<Record<string, InputInfo>>;
  #outputInfo = Object.create(null) as Readonly<Record<string, OutputInfo>>;
  #affinity: Record<string, string> = {};
  #closed = false;

  /** @internal */
  constructor(native: NativeNetwork) {
    checkMade('Network', native, 'IECore.readNetwork()');
    this.#network = native;
    this.#refresh();
    inside.set(this, { native: () => this.#native, loadable: () => this.#loadable });
  }

  get #native(): NativeNetwork {
    if (this.#closed) throw errorOf('CLOSED', 'This network is closed; read it again');
    return this.#network;
  }

  get #loadable(): Loadable {
    return {
      inputs: this.#inputs.items.map((input) => input.loaded),
      outputs: this.#outputs.items.map((output) => output.loaded),
      plan: {
        inputs: this.#inputs.items.map((input) => input.plan),
        outputs: this.#outputs.items.map((output) => output.plan),
        affinity: this.#affinity,
      },
      // Last, because reading preProcess runs code of the caller, which may close the network.
      native: this.#native,
    };
  }

  /** Reads the ports of the changed graph; keeps the user's settings of ports that existed before. */
  #refresh(): void {
    // Reshaping keeps the order and new outputs come last, so the index identifies a port.
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
    this.#inputInfo = readOnlyNames(
      this.#inputs.record((info) => info),
      refuseExchange,
      (name) => this.#inputs.unknown(name),
    );
    this.#outputInfo = readOnlyNames(
      this.#outputs.record((info) => info),
      refuseExchange,
      (name) => this.#outputs.unknown(name),
    );
  }

  /** The name in the model's file. */
  get name(): string {
    return this.#native.name();
  }

  /**
   * The inputs by friendly name, in lexicographic order. Reading an unknown name throws UNKNOWN_NAME; use `in`
   * to ask whether a name exists.
   */
  get inputInfo(): Readonly<Record<string, InputInfo>> {
    return this.#inputInfo;
  }

  /**
   * The outputs by friendly name, in lexicographic order. Reading an unknown name throws UNKNOWN_NAME; use `in`
   * to ask whether a name exists.
   */
  get outputs(): Readonly<Record<string, OutputInfo>> {
    return this.#outputInfo;
  }

  /**
   * The batch size: the length of the N axis of the first input with such an axis; -1 if it may vary, 1 if no input
   * has one. Setting it reshapes every input that has an N axis.
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
   * Changes the shapes of inputs, and with them the shapes in the whole network.
   *
   * @param shapes - for each input to change, its dimensions in the order of its `layout`
   * @throws ArgumentError - UNKNOWN_NAME, INVALID_ARGUMENT
   * @throws OpenVINOError - NETWORK_NOT_CHANGED when the network cannot have that shape; it then stays unchanged
   * @example
   * ```ts
   * net.reshape({ input: [8, 3, 224, 224] });
   * net.reshape({ input: [-1, 3, [64, 1024], [64, 1024]] });
   * ```
   */
  reshape(shapes: Readonly<Record<string, readonly Dimension[]>>): void {
    const given = readRecord(shapes, 'shapes', 'a record of dimensions by input name');
    const wanted = new Map<InputInfo, NativeDim[]>();
    for (const [input, dims] of this.#inputs.byItem(Object.entries(given))) {
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
   * Makes outputs of inner layers outputs of the network: all of them, or none after an error.
   *
   * @param layers - names of layers, with the port if a layer has several outputs; or names of tensors
   * @throws ArgumentError - UNKNOWN_NAME
   */
  addOutputs(layers: LayerOutput | readonly LayerOutput[]): void {
    const outputs = findNewOutputs(this.#native.operations(), layers);
    try {
      this.#native.addOutputs(outputs);
    } catch (error) {
      throw translate(error, 'The outputs cannot be added');
    }
    this.#refresh();
  }

  /**
   * Finds the name that this network uses for a tensor of the original model: the key of an input or output, or
   * the name of an inner layer for `addOutputs`.
   *
   * @param tensor - the tensor's name in the original framework, such as ONNX
   * @throws ArgumentError - UNKNOWN_NAME when the model has no tensor of that name
   */
  getOvNameForTensor(tensor: string): string {
    checkString(tensor, 'tensor');
    const ports = [...this.#inputs.items, ...this.#outputs.items];
    const port = ports.find(({ name, aliases }) => name === tensor || aliases.includes(tensor));
    if (port !== undefined) return port.name;
    return nameOfTensor(this.#native.operations(), tensor);
  }

  /** Device by layer name, as `setAffinity` set them. */
  get affinity(): Record<string, string> {
    return { ...this.#affinity };
  }

  /**
   * Assigns layers to devices, for `loadNetwork` on a HETERO device. HETERO assigns all other layers; weights go to
   * the layers that use them. Replaces all earlier assignments.
   *
   * @param affinity - device by layer name, such as `{ conv1: 'GPU' }`; `{}` removes all assignments
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
   * Reads metadata of the model's file at a path, such as `('model_info', 'labels')`; undefined if there is none.
   */
  rtInfo(...path: string[]): unknown {
    for (const part of path) checkString(part, 'path');
    try {
      return this.#native.rtInfo(path);
    } catch (error) {
      throw translate(error, `Cannot read ${path.join('.')}`);
    }
  }

  /** All layers in an order of execution: name, type and, for executed graphs, information from the device. */
  get layers(): { name: string; type: string; rtInfo: Record<string, string> }[] {
    return this.#native.operations().map(({ name, type, rtInfo }) => ({ name, type, rtInfo }));
  }

  /**
   * Writes the network as IR: the graph to `xml` and the weights to `bin`. Writes to temporary files and moves them
   * into place, so a failure leaves no incomplete file.
   *
   * @param xml - a path that ends in .xml
   * @param bin - default: the path `xml` with the extension .bin
   * @throws FileError - FILE_NOT_WRITABLE
   */
  async serialize(xml: string, bin?: string): Promise<void> {
    return run(writeIr(this.#native, xml, bin));
  }

  /** Like {@link IENetwork.serialize}, but blocks the calling thread until it is done. */
  serializeSync(xml: string, bin?: string): void {
    runSync(writeIr(this.#native, xml, bin));
  }

  /** Frees the graph and the weights. Networks loaded from it stay usable. Closing again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#network.close();
  }

  /** Closes the network at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

markClass(IENetwork);
