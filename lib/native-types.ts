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
    scale: readonly number[];
  }[];
  outputs: { precision: string; layout: string; modelLayout: string }[];
}

export interface NativeVersion {
  buildNumber: string;
  description: string;
}

export interface NativeBlob {
  element(): string;
  dims(): number[];
  /** A new ArrayBuffer over the tensor's memory. */
  buffer(): ArrayBuffer;
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
  start(): Promise<void>;
  wait(milliseconds: number): boolean;
  cancel(): void;
  latency(): number;
  profile(): NativeProfile[];
  states(): NativeVariableState[];
  close(): void;
}

/** Calls that end in `sync` return their value when it is true, else a promise of it. */
interface Twin<Arguments extends unknown[], Result> {
  (...args: [...Arguments, sync: true]): Result;
  (...args: [...Arguments, sync: false]): Promise<Result>;
}

export interface NativeOperation {
  name: string;
  type: string;
  outputs: number;
  rtInfo: Record<string, string>;
}

export interface NativeNetwork {
  name(): string;
  inputs(): NativePort[];
  outputs(): NativePort[];
  operations(): NativeOperation[];
  rtInfo(path: readonly string[]): unknown;
  reshape(shapes: (readonly NativeDim[] | null)[]): void;
  addOutputs(layers: { name: string; port: number }[]): void;
  serialize: Twin<[xml: string, bin: string], undefined>;
  close(): void;
}

export interface NativeExecutableNetwork {
  inputs(): NativePort[];
  outputs(): NativePort[];
  createRequest(precisions: readonly string[]): NativeInferRequest;
  getProperty(name: string): unknown;
  runtimeModel(): NativeNetwork;
  export: Twin<[], ArrayBuffer>;
  close(): void;
}

export type NativeConfig = Record<string, string>;

export interface NativeCore {
  availableDevices(): string[];
  versions(device: string): Record<string, NativeVersion>;
  setProperty(device: string, properties: NativeConfig): void;
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
    [network: NativeNetwork, plan: NativePlan, device: string, config: NativeConfig],
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
  version(): NativeVersion;
  convert(bytes: Uint8Array, from: string, to: string): ArrayBuffer;
}
