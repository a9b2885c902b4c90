import { CallRecorder, type CallStats } from './base/call-stats';
import { checkInteger, checkString, readOptions, readProperties } from './base/check';
import { markClass } from './base/package-copies';
import { propertyError, readProperty } from './device/config-keys';
import { baseDevices } from './device/names';
import { errorOf, translate, type OpenVINOError } from './errors';
import { FreshFiles } from './base/fresh-files';
import { fixed, fixedNames } from './base/guarded';
import {
  copyOutputs,
  InferRequest,
  isIdle,
  runRequestSync,
  StatusCode,
  type Inputs,
  type Outputs,
} from './infer-request';
import type { InputPort } from './ports/input-port';
import { isLayout } from './tensor/layout';
import { checkMade, loadAddon } from './addon/loader';
import type { NativeExecutableNetwork } from './addon/native-types';
import { IENetwork } from './network';
import { NameTable, plainDims, type Port, type TensorDesc } from './tensor/port';
import { bytesOf } from './tensor/precision';
import { readPreProcess } from './ports/preprocess';
import { checkMaxQueue, RequestPool } from './request-pool';
import { isValueRule } from './ports/value-rules';

/** An input or output of a loaded network. */
export interface PortDescription {
  readonly name: string;
  readonly precision: TensorDesc['precision'];
  readonly layout: TensorDesc['layout'];
  /** In the order of `layout`; -1 where one may vary. */
  readonly shape: readonly number[];
  readonly tensorDesc: TensorDesc;
}

/** Options of an inference. */
export interface InferOptions {
  /** Ends the wait and the inference when it fires; the call rejects with an AbortError. */
  signal?: AbortSignal | undefined;
}

/** Options of the pool of requests that a network has. */
export interface PoolOptions {
  /** How many requests the pool has. Default and 0: as many as the device works best with. */
  numRequests?: number;
  /**
   * How many calls of `infer` may wait for a request; one more is refused with QUEUE_FULL at once. Each
   * that waits keeps its inputs in memory. A service takes about as many as are answered in half the
   * time that its clients wait. Default: `Infinity`, no bound.
   */
  maxQueue?: number;
}

/** Names of {@link PoolOptions}. */
export const poolOptionNames = ['numRequests', 'maxQueue'] as const;

/** A loaded network on its way to another thread: plain data, for `workerData` or `postMessage`. */
export interface SharedNetwork {
  /** What the process knows it by. */
  readonly ticket: string;
}

/** What is written with an exported network, so that importing brings back names, precisions and layouts. */
export interface ExportedPorts {
  inputs: InputPort[];
  outputs: Port[];
  /** Whether no value decides how long an inference takes; what is not known counts as no. */
  steady?: boolean;
}

/** JSON, with the numbers of mean images as text. */
function portsToJson(ports: ExportedPorts): string {
  return JSON.stringify(ports, (_, value: unknown) =>
    value instanceof Float32Array
      ? { float32: Buffer.from(bytesOf(value)).toString('base64') }
      : value,
  );
}

/** Stands at both ends, so that a file that was cut off is known for ours. The addon tells the rest of the format. */
const mark = Buffer.from('IECOREP2');
const checksumLength = 16;

function isDim(dim: unknown): boolean {
  return typeof dim === 'number' || (Array.isArray(dim) && dim.length === 2 && dim.every(isDim));
}

function isPort(value: unknown, index: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const port = value as Readonly<Record<keyof Port, unknown>>;
  return (
    port.index === index &&
    typeof port.name === 'string' &&
    Array.isArray(port.aliases) &&
    port.aliases.every((alias) => typeof alias === 'string') &&
    typeof port.precision === 'string' &&
    isLayout(port.layout) &&
    (port.dims === null || (Array.isArray(port.dims) && port.dims.every(isDim))) &&
    (port.rules === undefined || (Array.isArray(port.rules) && port.rules.every(isValueRule)))
  );
}

function haveOwnNames(ports: readonly Port[]): boolean {
  return new Set(ports.map(({ name }) => name)).size === ports.length;
}

function fromJson(_: string, value: unknown): unknown {
  const { float32 } = Object(value) as { float32?: unknown };
  return typeof float32 === 'string'
    ? new Float32Array(Uint8Array.from(Buffer.from(float32, 'base64')).buffer)
    : value;
}

function readPorts(json: string): ExportedPorts {
  const ports: unknown = JSON.parse(json, fromJson);
  const { inputs, outputs, steady } = Object(ports) as Record<keyof ExportedPorts, unknown>;
  for (const list of [inputs, outputs])
    if (!Array.isArray(list) || !list.every(isPort) || !haveOwnNames(list))
      throw new Error('These are no ports');
  if (!['boolean', 'undefined'].includes(typeof steady)) throw new Error('These are no ports');
  // Files of earlier versions say nothing of preprocessing.
  const withSteps = (inputs as (Port & { preProcess?: unknown })[]).map((port) => ({
    ...port,
    preProcess: readPreProcess(port.preProcess ?? {}, 'preProcess'),
  }));
  return { ...(ports as ExportedPorts), inputs: withSteps };
}

/** A compiled network in memory, and its ports where this package exported it. */
export interface Exported {
  bytes: Uint8Array;
  ports: ExportedPorts | undefined;
}

/** What a file of ours holds between the marks, with the checksum that was written; undefined for another tool's. */
function openExported(bytes: Uint8Array): { content: Buffer; written: string } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = buffer.subarray(0, mark.length).equals(mark);
  const ends = buffer.subarray(-mark.length).equals(mark);
  if (!begins && !ends) return undefined;
  const start = mark.length + checksumLength;
  // What lacks one of the marks has no checksum that could be right.
  const written = begins && ends ? buffer.toString('latin1', mark.length, start) : '';
  return { content: buffer.subarray(start, -mark.length), written };
}

function readExported(content: Buffer, written: string, checksum: string): Exported {
  if (checksum !== written)
    throw errorOf('NETWORK_NOT_LOADED', 'The exported network is damaged; export it again');
  const end = 4 + content.readUInt32LE();
  try {
    return { bytes: content.subarray(end), ports: readPorts(content.toString('utf8', 4, end)) };
  } catch (cause) {
    throw errorOf(
      'NETWORK_NOT_LOADED',
      'The exported network is not one of ours; export it again',
      { cause },
    );
  }
}

/**
 * Takes the two apart; what another tool exported has no ports. The runtime is not given a file of
 * ours that is damaged: it need not notice.
 *
 * @param bytes - which nobody else changes
 */
export async function unpack(bytes: Uint8Array): Promise<Exported> {
  const opened = openExported(bytes);
  if (opened === undefined) return { bytes, ports: undefined };
  const { content, written } = opened;
  return readExported(content, written, await loadAddon().checksum(content, false));
}

/** The same, waiting for the end. */
export function unpackSync(bytes: Uint8Array): Exported {
  const opened = openExported(bytes);
  if (opened === undefined) return { bytes, ports: undefined };
  const { content, written } = opened;
  return readExported(content, written, loadAddon().checksum(content, true));
}

const cannotExport = 'The device cannot export this network';

/** What is written into the description of a loaded network's input or output is refused. */
function describe(kind: 'inputInfo' | 'outputs', port: Port): PortDescription {
  const { name, precision, layout, dims } = port;
  const shape = plainDims(dims);
  const refuse = (property: string): OpenVINOError =>
    errorOf(
      'INVALID_ARGUMENT',
      `The network is loaded, and ${property} of '${name}' stays as it is; set net.${kind}['${name}'].${property} before loadNetwork`,
    );
  const tensorDesc = fixed({ precision, dims: shape, layout }, refuse);
  return fixed({ name, precision, layout, shape, tensorDesc }, refuse);
}

/** The descriptions of all inputs or outputs, under their names. */
function describeAll(
  kind: 'inputInfo' | 'outputs',
  table: NameTable<Port>,
): Readonly<Record<string, PortDescription>> {
  return fixedNames(
    table.record((port) => describe(kind, port)),
    (name) =>
      errorOf(
        'INVALID_ARGUMENT',
        `The network is loaded, and its ${kind} '${name}' stays as it is; set net.${kind} before loadNetwork`,
      ),
    (name) => table.unknown(name),
  );
}

/** Checks the options of a pool and fills in the defaults; 0 requests leave their number to the device. */
export function toPool({
  numRequests = 0,
  maxQueue = Infinity,
}: PoolOptions): Required<PoolOptions> {
  checkInteger(numRequests, 'options.numRequests', 0, 65536);
  checkMaxQueue(maxQueue);
  return { numRequests, maxQueue };
}

/** Those that share() gave tickets for. They are not collected, since the tickets are good until they are closed. */
const shared = new Set<ExecutableNetwork>();

/** Whether a value is a loaded network, and not only something that says so. */
let isLoaded: (value: unknown) => value is ExecutableNetwork;

/**
 * A network loaded on a device, with a pool of requests. Made by `IECore.loadNetwork`,
 * `IECore.importNetwork` and `attach`.
 */
export class ExecutableNetwork {
  readonly #network: NativeExecutableNetwork;
  readonly #inputs: NameTable<InputPort>;
  readonly #outputs: NameTable<Port>;
  readonly #steady: boolean;
  readonly #pool: RequestPool;
  readonly #maxQueue: number;
  readonly #calls = new CallRecorder();
  #closed = false;

  static {
    markClass(this);
    isLoaded = (value): value is ExecutableNetwork =>
      typeof value === 'object' && value !== null && #network in value;
  }

  /** @internal */
  constructor(
    native: NativeExecutableNetwork,
    ports: ExportedPorts,
    { numRequests, maxQueue }: Required<PoolOptions>,
  ) {
    checkMade('ExecutableNetwork', native, 'IECore.loadNetwork()');
    this.#network = native;
    this.#inputs = new NameTable('input', ports.inputs);
    this.#outputs = new NameTable('output', ports.outputs);
    this.#steady = ports.steady ?? false;
    const size = numRequests === 0 ? this.#optimalRequests : numRequests;
    this.#pool = new RequestPool(size, () => this.createInferRequest());
    this.#maxQueue = maxQueue;
  }

  get #optimalRequests(): number {
    return Number(this.#network.getProperty('OPTIMAL_NUMBER_OF_INFER_REQUESTS'));
  }

  /**
   * Takes up a network that another thread of this process shared: the same compiled network and
   * weights, with requests of its own. It is loaded no second time, and takes memory for its requests only.
   * It stays when the one that shared it is closed, and closing it closes no other.
   *
   * @param network - what `share()` gave
   * @throws OpenVINOError - CLOSED when there is no such network in this process, or no more
   * @example
   * ```ts
   * // In the main thread:
   * new Worker(file, { workerData: exec.share() });
   * // In the worker:
   * const exec = ExecutableNetwork.attach(workerData);
   * const { output } = await exec.infer({ input: pixels });
   * ```
   */
  static attach(network: SharedNetwork, options: PoolOptions = {}): ExecutableNetwork {
    const { ticket } = readProperties(network, 'network', ['ticket'], 'what share() gave');
    checkString(ticket, 'network.ticket');
    const pool = toPool(readOptions(options, 'options', poolOptionNames));
    const found = loadAddon().attach(ticket);
    if (found === null)
      throw errorOf(
        'CLOSED',
        'Expected the ticket of a network that is loaded in this process; the one that shared it is closed, its thread has ended, or it is in another process',
      );
    return new ExecutableNetwork(found.network, readPorts(found.ports), pool);
  }

  get #native(): NativeExecutableNetwork {
    if (this.#closed) throw errorOf('CLOSED', 'This network is closed; load it again');
    return this.#network;
  }

  /** The inputs by friendly name, in lexicographic order. Writing into them throws: they are loaded. */
  get inputInfo(): Readonly<Record<string, PortDescription>> {
    return describeAll('inputInfo', this.#inputs);
  }

  /** The outputs by friendly name, in lexicographic order. Writing into them throws: they are loaded. */
  get outputs(): Readonly<Record<string, PortDescription>> {
    return describeAll('outputs', this.#outputs);
  }

  /** The pool's requests; `infer` uses those that are idle. */
  get requests(): InferRequest[] {
    void this.#native;
    return this.#pool.all;
  }

  /** How many calls of `infer` wait for a request. */
  get pending(): number {
    return this.#pool.pending;
  }

  /** How many requests of the pool have an inference under way. */
  get running(): number {
    return this.#pool.running;
  }

  /**
   * What became of the calls of `infer` and `inferSync`, and how long the last of them took. Inferences that
   * are started on a request itself count as `running` only. Good after `close()` too.
   */
  stats(): CallStats {
    const { pending, running } = this;
    return this.#calls.stats({ pending, running });
  }

  /**
   * Runs one inference. Calls beyond the number of requests wait their turn: the one who came first is
   * served first, until a call is aborted by its signal. Then more is asked than can be done in time, and
   * of those with a signal the newest is served first, so that at least they get their answers in time.
   * Inputs are copied when the inference starts; the outputs belong to the caller.
   *
   * @param inputs - every input by name: a typed array of its precision, a `Blob`, or `{ data, dims }`
   * @returns the outputs by name
   * @throws ArgumentError - UNKNOWN_NAME, MISSING_INPUT, SHAPE_MISMATCH, PRECISION_MISMATCH
   * @throws InferenceError - INFERENCE_FAILED, CANCELLED, QUEUE_FULL
   * @throws AbortError - when the signal fires
   * @example
   * ```ts
   * const { output } = await exec.infer({ input: pixels });
   * console.log(output.dims, output.data);
   * ```
   */
  async infer(inputs: Inputs, options?: InferOptions): Promise<Outputs> {
    const { signal } = options === undefined ? {} : readOptions(options, 'options', ['signal']);
    void this.#native;
    return this.#calls.record(performance.now(), this.#pool.run(inputs, signal, this.#maxQueue));
  }

  /** The same, waiting for the end. Needs an idle request: REQUEST_BUSY otherwise. */
  inferSync(inputs: Inputs): Outputs {
    void this.#native;
    return this.#calls.recordSync(() => this.#inferSync(inputs));
  }

  #inferSync(inputs: Inputs): Outputs {
    const id = this.getIdleRequestId();
    if (id === -1)
      throw errorOf(
        'REQUEST_BUSY',
        'All requests are busy; await infer() instead, or load with more numRequests',
      );
    const request = this.#pool.at(id);
    runRequestSync(request, inputs);
    return copyOutputs(request);
  }

  /**
   * Starts an inference on one request of the pool and returns that request.
   *
   * @param id - index into `requests`
   * @param inputs - those to change; the others keep what their blobs hold
   */
  startAsync(id: number, inputs: Inputs = {}): InferRequest {
    void this.#native;
    checkInteger(id, 'id', 0, this.#pool.size - 1);
    const request = this.#pool.at(id);
    request.startAsync(inputs);
    return request;
  }

  /**
   * Waits until so many requests are done.
   *
   * @param numRequests - default: all
   * @param timeout - milliseconds; -1 without end, 0 only asks. Default -1
   * @returns OK, or RESULT_NOT_READY when the time was too short
   * @throws InferenceError - what one of them failed with
   */
  async wait(numRequests = this.#pool.size, timeout = -1): Promise<StatusCode> {
    void this.#native;
    checkInteger(numRequests, 'numRequests', 0, this.#pool.size);
    checkInteger(timeout, 'timeout', -1, 2 ** 31 - 1);
    const started = this.#pool.made;
    const busy = started.filter((request) => !isIdle(request));
    let missing = numRequests - (this.#pool.size - busy.length);
    if (missing <= 0) {
      if (numRequests === this.#pool.size)
        await Promise.all(started.map(async (request) => request.wait(0)));
      return StatusCode.OK;
    }
    if (timeout === 0) return StatusCode.RESULT_NOT_READY;
    return new Promise((resolve, reject) => {
      const timer =
        timeout > 0 ? setTimeout(resolve, timeout, StatusCode.RESULT_NOT_READY) : undefined;
      for (const request of busy) {
        request.wait().then(
          () => {
            missing -= 1;
            if (missing > 0) return;
            clearTimeout(timer);
            resolve(StatusCode.OK);
          },
          (error: unknown) => {
            clearTimeout(timer);
            reject(translate(error));
          },
        );
      }
    });
  }

  /**
   * Lets other threads of this process take this network up, with `ExecutableNetwork.attach`.
   *
   * @returns plain data to send to them, good until this network is closed or this thread ends
   */
  share(): SharedNetwork {
    const ticket = this.#native.share(portsToJson(this.#ports));
    shared.add(this);
    return { ticket };
  }

  /** The index of a request that is idle, or -1. */
  getIdleRequestId(): number {
    void this.#native;
    return this.#pool.idleId();
  }

  /** Makes a request outside the pool. */
  createInferRequest(): InferRequest {
    try {
      const native = this.#native.createRequest(
        this.#outputs.items.map(({ precision }) => precision),
        this.#steady,
      );
      return new InferRequest(native, this.#inputs, this.#outputs);
    } catch (error) {
      throw translate(error, 'Cannot create a request');
    }
  }

  /** A metric of the loaded network, such as OPTIMAL_NUMBER_OF_INFER_REQUESTS. */
  getMetric(name: string): unknown {
    checkString(name, 'name');
    const native = this.#native;
    const read = (key: string): unknown => native.getProperty(key);
    const devices = (): string[] =>
      // AUTO puts the device in parentheses that helps out until its own is ready.
      (read('EXECUTION_DEVICES') as string[]).flatMap((device) =>
        baseDevices(device.replace(/[()]/g, '')),
      );
    const source = { read, devices, isNetwork: true };
    try {
      return readProperty(source, name);
    } catch (error) {
      throw propertyError(source, name, translate(error, `Cannot read ${name}`));
    }
  }

  /** A configuration value the network was loaded with. */
  getConfig(name: string): unknown {
    return this.getMetric(name);
  }

  /** The graph as the device executes it, with its fused layers. */
  getExecGraphInfo(): IENetwork {
    try {
      return new IENetwork(this.#native.runtimeModel());
    } catch (error) {
      throw translate(error, 'The device shows no executed graph');
    }
  }

  get #ports(): ExportedPorts {
    return {
      inputs: [...this.#inputs.items],
      outputs: [...this.#outputs.items],
      steady: this.#steady,
    };
  }

  /**
   * Writes the compiled network, for `importNetwork` on the same kind of machine and runtime.
   *
   * @param file - written under another name first and moved into place
   * @throws FileError - FILE_NOT_WRITABLE
   */
  async export(file: string): Promise<void> {
    checkString(file, 'file');
    const files = new FreshFiles(file);
    try {
      await this.#native.export(...this.#exportTo(files), false);
    } catch (error) {
      throw this.#exportError(files, error);
    }
    try {
      await files.commit();
    } catch (error) {
      throw files.discard(error);
    }
  }

  /** The same, waiting for the end. */
  exportSync(file: string): void {
    checkString(file, 'file');
    const files = new FreshFiles(file);
    try {
      this.#native.export(...this.#exportTo(files), true);
    } catch (error) {
      throw this.#exportError(files, error);
    }
    try {
      files.commitSync();
    } catch (error) {
      throw files.discard(error);
    }
  }

  #exportTo({ paths }: FreshFiles): [file: string, mark: string, ports: string] {
    return [paths[0] as string, mark.toString(), JSON.stringify(this.#ports)];
  }

  /** Says what could not be done: to write the file, or to export at all. */
  #exportError(files: FreshFiles, error: unknown): OpenVINOError {
    const notWritten = files.discard(error);
    const failure = translate(error, cannotExport);
    return failure.code === 'FILE_NOT_WRITABLE' ? notWritten : failure;
  }

  /**
   * Lets go of the network: who waits for a request is refused with CLOSED, inferences under way
   * are cancelled. Blobs stay readable. Safe to call again.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    shared.delete(this);
    this.#pool.close('network');
    this.#network.close();
  }

  /** For `using`: the same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }
}

export { isLoaded };
