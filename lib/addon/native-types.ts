/** The typed face of the addon. Every call has one fixed signature; TypeScript validates before it calls. */

/** A dimension: a number, or [min, max] where it may vary; a max of -1 has no bound. */
export type NativeDim = number | readonly [number, number];

/** An input or output of a graph. `dims` is null where even the rank may vary. */
export interface NativePort {
  name: string;
  aliases: string[];
  element: string;
  dims: NativeDim[] | null;
  layout: string;
}

/** What was set on the inputs and outputs; empty strings and lists mean "as it is". */
export interface NativePlan {
  inputs: {
    precision: string;
    layout: string;
    modelLayout: string;
    color: string;
    resize: string;
    reverseChannels: boolean;
    mean: readonly number[];
    /** FP32 numbers, [C,H,W]. */
    meanImage?: Uint8Array;
    scale: readonly number[];
  }[];
  outputs: { precision: string; layout: string; modelLayout: string }[];
  /** Layer to device. */
  affinity: Record<string, string>;
}

export interface NativeVersion {
  buildNumber: string;
  description: string;
}

export interface NativeBlob {
  element(): string;
  dims(): number[];
  /** A new ArrayBuffer over the tensor's memory; null where the platform forbids that. */
  buffer(): ArrayBuffer | null;
  /** Copies the tensor's memory into `bytes`, which are as many. */
  read(bytes: Uint8Array): void;
  /** Copies `bytes` into the tensor's memory. */
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
  /** Null where the inference has ended well already: a quick one may run in the calling thread. */
  start(mayRunHere: boolean): Promise<void> | null;
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
  /** The tensor names of each output. */
  tensors: string[][];
  /** What each output is called where it is one of the network's. */
  names: string[];
  /** What goes into it: outputs of operations, by position in the same order. */
  sources: NativePosition[];
  rtInfo: Record<string, string>;
}

/** An output in a graph: the operation's position in the order of execution, and the port. */
export interface NativePosition {
  operation: number;
  port: number;
}

/** What feeds a network at a place; null leaves what is there. */
export interface NativeInputChange extends NativePosition {
  name: string;
  aliases: readonly string[];
  shape: readonly NativeDim[] | null;
  type: string | null;
  /** Makes it a constant: its elements as texts. */
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

/** What an element of an input may be: a number from `min` to `max`. */
export interface NativeValueLimit {
  min: number;
  max: number;
  /** Whether it may be zero. */
  zero: boolean;
  /** Added to the bounds once the inputs are known; null where the graph has the bounds. */
  number: NativeInputNumber | null;
}

/** The length of an axis of an input or the value of an element; bounds grow by it, times the factors. */
export interface NativeInputNumber {
  /** Position of the input. */
  input: number;
  /** Of the axis or the element. */
  index: number;
  isLength: boolean;
  minFactor: number;
  maxFactor: number;
}

/** An input that feeds an operand which the runtime does not check. */
export interface NativeValueRule {
  /** Position of the input. */
  input: number;
  /** Type and name of the operation. */
  operation: string;
  /** Name of the operand in the operation's specification. */
  operand: string;
  /** Of the elements in turn, the first following the last; null where one may be anything. */
  limits: readonly (NativeValueLimit | null)[];
  /** Whether the sum of the elements above zero may not exceed the first limit's maximum. */
  total: boolean;
}

/** What the graph of a network told when it was compiled; nothing where it was imported. */
export interface NativeFacts {
  /** Whether no value decides how long an inference takes. */
  steady: boolean;
  rules: NativeValueRule[];
}

export interface NativeExecutableNetwork {
  inputs(): NativePort[];
  outputs(): NativePort[];
  facts(): NativeFacts;
  /** @param steady - as `facts` said where the network was compiled */
  createRequest(precisions: readonly string[], steady: boolean): NativeInferRequest;
  getProperty(name: string): unknown;
  runtimeModel(): NativeNetwork;
  /** Writes a mark, a checksum, `ports`, the runtime's bytes, and the mark again. */
  export: Twin<[file: string, mark: string, ports: string], undefined>;
  /** A ticket for `attach`; what `ports` says comes out there. */
  share(ports: string): string;
  close(): void;
}

export type NativeConfig = Record<string, string>;

/** Where compiled networks are kept, `key` being all that makes one but its weights; `lasting` where the device may write there after compiling. */
export interface NativeCachePlace {
  folder: string;
  key: string;
  lasting: boolean;
}

export interface NativeCore {
  availableDevices(): string[];
  versions(device: string): Record<string, NativeVersion>;
  setProperty(device: string, properties: NativeConfig): void;
  /** Why the device does not take the properties, or null; nothing is set. */
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

/** What the addon exports. */
export interface Addon {
  Core: new (pluginsXml: string) => NativeCore;
  Blob: new (precision: string, dims: readonly number[]) => NativeBlob;
  ExecutableNetwork: new () => NativeExecutableNetwork;
  InferRequest: new () => NativeInferRequest;
  Network: new () => NativeNetwork;
  VariableState: new () => NativeVariableState;
  version(): NativeVersion;
  /** Sixteen hexadecimal digits that tell damaged bytes from whole ones. */
  checksum: Twin<[bytes: Uint8Array], string>;
  /** What a thread of this process shared under a ticket, with the text it gave; null once that is closed. */
  attach(ticket: string): { network: NativeExecutableNetwork; ports: string } | null;
  /** Frees the memory of a whole buffer now; nothing may be at work on it. */
  release(bytes: Uint8Array): void;
  /** Of this process, on Linux; elsewhere it does nothing. */
  limitMemory(bytes: number): void;
  convert(bytes: Uint8Array, from: string, to: string): ArrayBuffer;
  operationTensors: Twin<
    [path: string, frontend: string, names: readonly string[], tensors: readonly string[]],
    (NativeTensors | null)[]
  >;
  optimize: Twin<[network: NativeNetwork, plan: NativeConversionPlan], NativeConversion>;
  saveModel: Twin<[network: NativeNetwork, xml: string, compress: boolean], undefined>;
}
