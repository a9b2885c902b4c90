/** The public class ExecutableNetwork: a network loaded on a device, with a pool of requests. */
import { checkMade, loadAddon } from './addon/loader';
import type { NativeExecutableNetwork } from './addon/native-types';
import { CallRecorder, type CallStats } from './base/call-stats';
import { checkInteger, checkString, readOptions, readProperties } from './base/check';
import { hiddenPart } from './base/hidden-part';
import { run, runSync, type Operation } from './base/operation';
import { markClass } from './base/package-copies';
import { getProperty } from './device/config-keys';
import { baseDevices } from './device/names';
import { errorOf, translate } from './errors';
import { InferRequest } from './infer-request';
import type { Inputs } from './infer/assignment';
import { Inference } from './infer/inference';
import { copyOutputs, type Outputs } from './infer/outputs';
import type { StatusCode } from './infer/status-code';
import { IENetwork } from './network';
import type { InputPort, Port } from './ports/port';
import { portsFromJson, portsToJson, type NetworkPorts } from './ports/network-ports';
import { describePorts, type PortDescription } from './ports/port-description';
import { exportNetwork } from './read/exported-file';
import { checkMaxQueue, RequestPool } from './infer/request-pool';
import { NameTable } from './ports/name-table';

export type { PortDescription } from './ports/port-description';

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

/** Checks the options of a pool and fills in the defaults; 0 requests leave their number to the device. */
export function toPool({
  numRequests = 0,
  maxQueue = Infinity,
}: PoolOptions): Required<PoolOptions> {
  checkInteger(numRequests, 'options.numRequests', 0, 65536);
  checkMaxQueue(maxQueue);
  return { numRequests, maxQueue };
}

/** Networks that were shared: kept from the garbage collector, because their tickets are valid until they are closed. */
const shared = new Set<ExecutableNetwork>();

/** Makes the requests of a network. */
const makers = hiddenPart<ExecutableNetwork, () => Inference>();

/** Whether a value is a loaded network that this copy of the package made. */
export const isLoaded = makers.has;

/** Makes a request of a network outside its pool. */
export function newInference(network: ExecutableNetwork): Inference {
  return makers.get(network)();
}

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
  /** The public objects of the pool's requests, each made when it is first needed. */
  readonly #requests: InferRequest[] = [];
  readonly #maxQueue: number;
  readonly #calls = new CallRecorder();
  #closed = false;

  /** @internal */
  constructor(
    native: NativeExecutableNetwork,
    ports: NetworkPorts,
    { numRequests, maxQueue }: Required<PoolOptions>,
  ) {
    checkMade('ExecutableNetwork', native, 'IECore.loadNetwork()');
    makers.set(this, () => this.#newInference());
    this.#network = native;
    this.#inputs = new NameTable('input', ports.inputs);
    this.#outputs = new NameTable('output', ports.outputs);
    this.#steady = ports.steady ?? false;
    const size = numRequests === 0 ? this.#optimalRequests : numRequests;
    this.#pool = new RequestPool(size, () => this.#newInference());
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
    return new ExecutableNetwork(found.network, portsFromJson(found.ports), pool);
  }

  get #native(): NativeExecutableNetwork {
    if (this.#closed) throw errorOf('CLOSED', 'This network is closed; load it again');
    return this.#network;
  }

  /** The inputs by friendly name, in lexicographic order. Writing into them throws: they are loaded. */
  get inputInfo(): Readonly<Record<string, PortDescription>> {
    return describePorts('inputInfo', this.#inputs);
  }

  /** The outputs by friendly name, in lexicographic order. Writing into them throws: they are loaded. */
  get outputs(): Readonly<Record<string, PortDescription>> {
    return describePorts('outputs', this.#outputs);
  }

  /** The pool's requests; `infer` uses those that are idle. */
  get requests(): InferRequest[] {
    void this.#native;
    return Array.from({ length: this.#pool.size }, (_, id) => this.#request(id));
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
    const inference = this.#pool.at(id);
    inference.runSync(inputs, true);
    return copyOutputs(inference);
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
    const request = this.#request(id);
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
    return this.#pool.wait(numRequests, timeout);
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

  #request(id: number): InferRequest {
    return (this.#requests[id] ??= new InferRequest(this.#pool.at(id)));
  }

  #newInference(): Inference {
    try {
      const native = this.#native.createRequest(
        this.#outputs.items.map(({ precision }) => precision),
        this.#steady,
      );
      return new Inference(native, this.#inputs, this.#outputs);
    } catch (error) {
      throw translate(error, 'Cannot create a request');
    }
  }

  /** Makes a request outside the pool. */
  createInferRequest(): InferRequest {
    return new InferRequest(this.#newInference());
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
    return getProperty({ read, devices, isNetwork: true }, name, (error) =>
      translate(error, `Cannot read ${name}`),
    );
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

  get #ports(): NetworkPorts {
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
    return run(this.#export(file));
  }

  /** Like {@link ExecutableNetwork.export}, but blocks the calling thread until it is done. */
  exportSync(file: string): void {
    runSync(this.#export(file));
  }

  #export(file: string): Operation<void> {
    checkString(file, 'file');
    return exportNetwork(this.#native, this.#ports, file);
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

markClass(ExecutableNetwork);
