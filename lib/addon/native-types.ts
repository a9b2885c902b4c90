/** The types of the addon's functions and classes: one fixed signature each, for arguments that are checked already. */

/** A dimension: a number, or [min, max] where it may vary; a max of -1 means no limit. */
export type NativeDim = number | readonly [number, number];

/** An input or output of a graph. `dims` is null if the rank may vary. */
export interface NativePort {
  name: string;
  aliases: string[];
  element: string;
  dims: NativeDim[] | null;
  layout: string;
}

/** The user's settings of inputs, outputs and layers. Empty layouts, colors and lists change nothing. */
export interface NativePlan {
  inputs: {
    precision: string;
    layout: string;
    modelLayout: string;
    color: string;
    resize: string;
    reverseChannels: boolean;
    mean: readonly number[];
    /** The bytes of FP32 numbers, [C,H,W]. */
    meanImage?: Uint8Array;
    scale: readonly number[];
  }[];
  outputs: { precision: string; layout: string; modelLayout: string }[];
  /** Device by layer name. */
  affinity: Record<string, string>;
}

export interface NativeVersion {
  buildNumber: string;
  description: string;
}

export interface NativeBlob {
  element(): string;
  dims(): number[];
  /** A new ArrayBuffer over the tensor's memory; null where the platform forbids such buffers. */
  buffer(): ArrayBuffer | null;
  /** Copies the tensor's memory into `bytes`, which must have the same length. */
  read(bytes: Uint8Array): void;
  /** Copies `bytes`, which must have the same length, into the tensor's memory. */
  write(bytes: Uint8Array): void;
}

export interface NativeVariableState {
  name(): string;
  get(): NativeBlob;
  set(blob: NativeBlob): void;
  reset(): void;
}

/** A layer's times in microseconds. */
export interface NativeProfile {
  name: string;
  status: 'EXECUTED' | 'NOT_RUN' | 'OPTIMIZED_OUT';
  execType: string;
  layerType: string;
  realTime: number;
  cpuTime: number;
}

export interface NativeInferRequest {
  input(index: number): NativeBlob;
  output(index: number): NativeBlob | null;
  setInput(index: number, blob: NativeBlob): void;
  setOutput(index: number, blob: NativeBlob): void;
  infer(): void;
  /** Starts an inference in another thread. */
  start(mayRunHere: false): Promise<void>;
  /**
   * Starts an inference. A quick one may run in the calling thread; if it has succeeded there, the result is a boolean:
   * whether the caller has to yield to the event loop before it continues.
   */
  start(mayRunHere: boolean): Promise<void> | boolean;
  wait(milliseconds: number): boolean;
  cancel(): void;
  latency(): number;
  profile(): NativeProfile[];
  states(): NativeVariableState[];
  close(): void;
}

/** A call whose last argument is `sync`: it returns its value when `sync` is true, else a promise of it. */
interface Twin<Arguments extends unknown[], Result> {
  (...args: [...Arguments, sync: true]): Result;
  (...args: [...Arguments, sync: false]): Promise<Result>;
  (...args: [...Arguments, sync: boolean]): Result | Promise<Result>;
}

export interface NativeOperation {
  name: string;
  type: string;
  outputs: number;
  /** The tensor names of each output, by port. */
  tensors: string[][];
  /** The name that each output has, or would have, as an output of the network, by port. */
  names: string[];
  /** The outputs that its inputs come from. */
  sources: NativePosition[];
  rtInfo: Record<string, string>;
}

/** An output in a graph: the operation's position in the list of operations, and the port. */
export interface NativePosition {
  operation: number;
  port: number;
}

/** An input or constant that replaces an output in the graph; null keeps the shape or type. */
export interface NativeInputChange extends NativePosition {
  name: string;
  aliases: readonly string[];
  shape: readonly NativeDim[] | null;
  type: string | null;
  /** The elements of a constant as text; null makes an input. */
  value: readonly string[] | null;
}

/** Preprocessing that becomes part of the graph, in this order: channel reversal, `- mean`, `/ scale`. */
export interface NativePreprocessing {
  layout: string;
  modelLayout: string;
  keepLayout: boolean;
  reverseChannels: boolean;
  mean: readonly number[];
  scale: readonly number[];
}

/** The changes that Model Optimizer makes to a graph. */
export interface NativeConversionPlan {
  /** The new inputs and constants; null keeps the inputs. */
  inputs: readonly NativeInputChange[] | null;
  /** The new outputs; null keeps the outputs. A `name` that is not empty renames the operation. */
  outputs: readonly (NativePosition & { name: string })[] | null;
  shapes: readonly (readonly NativeDim[] | null)[];
  preprocessing: readonly NativePreprocessing[];
  transformations: readonly { name: string; arguments: Record<string, string> }[];
  fold: boolean;
  records: Record<string, string>;
}

/** Either the changed network, or the name of an input that it still needs and that the plan does not list. */
export type NativeConversion =
  { network: NativeNetwork; missingInput: null } | { network: null; missingInput: string };

/** The names of the tensors of each input and output of an operation. */
export interface NativeTensors {
  inputs: string[][];
  outputs: string[][];
}

export interface NativeNetwork {
  name(): string;
  inputs(): NativePort[];
  outputs(): NativePort[];
  operations(): NativeOperation[];
  rtInfo(path: readonly string[]): unknown;
  reshape(shapes: (readonly NativeDim[] | null)[]): void;
  addOutputs(outputs: readonly NativePosition[]): void;
  serialize: Twin<[xml: string, bin: string], undefined>;
  close(): void;
}

/** The allowed values of an element of an input: numbers from `min` to `max`. */
export interface NativeValueLimit {
  min: number;
  max: number;
  /** Whether zero is allowed. */
  zero: boolean;
  /** A number that changes the bounds, known only with the inputs; null if the graph has the bounds. */
  number: NativeInputNumber | null;
}

/** A length of an axis or a value of an element of an input: multiplied by the factors, it is added to the bounds. */
export interface NativeInputNumber {
  /** Index of the input. */
  input: number;
  /** Index of the axis or of the element. */
  index: number;
  isLength: boolean;
  minFactor: number;
  maxFactor: number;
}

/** A rule for the values of an input that becomes an operand which the runtime does not check. */
export interface NativeValueRule {
  /** Index of the input. */
  input: number;
  /** Type and name of the operation. */
  operation: string;
  /** Name of the operand in the operation's specification. */
  operand: string;
  /** The limits of the elements, repeated for inputs with more elements; null allows any value. */
  limits: readonly (NativeValueLimit | null)[];
  /** Whether the sum of the positive elements must not exceed the maximum of the first limit. */
  total: boolean;
}

/** Facts that the graph shows when it is compiled; unknown for imported networks. */
export interface NativeFacts {
  /** Whether the duration of an inference is independent of the input values. */
  steady: boolean;
  rules: NativeValueRule[];
}

export interface NativeExecutableNetwork {
  inputs(): NativePort[];
  outputs(): NativePort[];
  facts(): NativeFacts;
  /**
   * @param precisions - of the outputs
   * @param steady - from `facts` of the process that compiled the network
   */
  createRequest(precisions: readonly string[], steady: boolean): NativeInferRequest;
  getProperty(name: string): unknown;
  runtimeModel(): NativeNetwork;
  /** Writes the file format that read/exported-file.ts describes. */
  export: Twin<[file: string, magic: string, ports: string], undefined>;
  /** Returns a ticket for `attach`, which returns `ports` unchanged. */
  share(ports: string): string;
  close(): void;
}

export type NativeConfig = Record<string, string>;

/** Where a compiled network is cached. */
export interface NativeCachePlace {
  folder: string;
  /** Everything that determines the compiled network, except the weights. */
  key: string;
  /** Whether the device may write to the folder after it has compiled the network. */
  lasting: boolean;
}

export interface NativeCore {
  availableDevices(): string[];
  versions(device: string): Record<string, NativeVersion>;
  setProperty(device: string, properties: NativeConfig): void;
  /** Why the device refuses the properties, or null if it accepts them. Sets nothing. */
  refusal(device: string, properties: NativeConfig): string | null;
  getProperty(device: string, name: string): unknown;
  registerPlugin(plugin: string, device: string): void;
  registerPlugins(xml: string): void;
  unregisterPlugin(device: string): void;
  addExtension(path: string): void;
  readModel: Twin<[path: string, weights: string, frontend: string], NativeNetwork>;
  readModelFromBuffer: Twin<
    [model: Uint8Array, weights: Uint8Array, frontend: string],
    NativeNetwork
  >;
  compile: Twin<
    [
      network: NativeNetwork,
      plan: NativePlan,
      device: string,
      config: NativeConfig,
      cache: NativeCachePlace | null,
    ],
    NativeExecutableNetwork
  >;
  importModel: Twin<
    [bytes: Uint8Array, device: string, config: NativeConfig],
    NativeExecutableNetwork
  >;
  queryModel: Twin<
    [network: NativeNetwork, device: string, config: NativeConfig],
    Record<string, string>
  >;
}

/** The exports of the addon. */
export interface Addon {
  Core: new (pluginsXml: string) => NativeCore;
  Blob: new (precision: string, dims: readonly number[]) => NativeBlob;
  ExecutableNetwork: new () => NativeExecutableNetwork;
  InferRequest: new () => NativeInferRequest;
  Network: new () => NativeNetwork;
  VariableState: new () => NativeVariableState;
  version(): NativeVersion;
  /** A checksum as 16 hexadecimal digits, to detect damage. */
  checksum: Twin<[bytes: Uint8Array], string>;
  /** The network that a thread of this process shared, with its `ports`; null once that network is closed. */
  attach(ticket: string): { network: NativeExecutableNetwork; ports: string } | null;
  /** Frees the memory of a whole buffer now; no thread may be using it. */
  release(bytes: Uint8Array): void;
  /** Limits the memory of this process, on Linux; does nothing elsewhere. */
  limitMemory(bytes: number): void;
  convert(bytes: Uint8Array, from: string, to: string): ArrayBuffer;
  operationTensors: Twin<
    [path: string, frontend: string, names: readonly string[], tensors: readonly string[]],
    (NativeTensors | null)[]
  >;
  optimize: Twin<[network: NativeNetwork, plan: NativeConversionPlan], NativeConversion>;
  saveModel: Twin<[network: NativeNetwork, xml: string, compress: boolean], undefined>;
}
