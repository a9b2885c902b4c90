/** The public class ExecutableNetwork: a network loaded on a device, with a pool of requests. */
import { checkMade, loadAddon } from './addon/loader';
import type { NativeExecutableNetwork } from './addon/native-types';
import { CallRecorder, type CallStats } from './base/call-stats';
import { checkInteger, checkString, readOptions, readProperties } from './base/check';
import { hiddenPart } from './base/hidden-part';
import { run, runSync, type Operation } from './base/operation';
import { readTable } from './base/option-table';
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
import { poolOptions, type PoolOptions, type PoolSettings } from './infer/load-options';
import { RequestPool } from './infer/request-pool';
import { NameTable } from './ports/name-table';

/** Options of an inference. */
export interface InferOptions {
  /** Cancels the call when it is aborted, waiting or running; the call then rejects with an AbortError. */
  signal?: AbortSignal | undefined;
}

/** A ticket for a loaded network that another thread may attach: plain data for `workerData` or `postMessage`. */
export interface SharedNetwork {
  /** Identifies the network within this process. */
  readonly ticket: string;
}

/** Protects shared networks from the garbage collector: their tickets are valid until they are closed. */
const shared = new Set<ExecutableNetwork>();

/** The function of each network that makes a request. */
const makers = hiddenPart<ExecutableNetwork, () => Inference>();

/** Whether a value is a loaded network that this copy of the package made. */
export const isLoaded = makers.has;

/** Creates a request of a network outside its pool. */
export function newInference(network: ExecutableNetwork): Inference {
  return makers.get(network)();
}

/**
 * A network loaded on a device, with a pool of requests. `IECore.loadNetwork`, `IECore.importNetwork` and
 * `ExecutableNetwork.attach` return it.
 */
export class ExecutableNetwork {
  readonly #network: NativeExecutableNetwork;
  readonly #inputs: NameTable<InputPort>;
  readonly #outputs: NameTable<Port>;
  readonly #steady: boolean;
  readonly #pool: RequestPool;
  /** The public objects of the pool's requests, each created at its first use. */
  readonly #requests: InferRequest[] = [];
  readonly #maxQueue: number;
  readonly #calls = new CallRecorder();
  #closed = false;

  /** @internal */
  constructor(
    native: NativeExecutableNetwork,
    ports: NetworkPorts,
    { numRequests, maxQueue }: PoolSettings,
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
   * Attaches a network that another thread of this process shared: the same compiled network and weights, with
   * requests of its own. It is not loaded again and needs memory only for its requests. Closing one of the two
   * networks does not close the other.
   *
   * @param network - the result of `share()`
   * @throws OpenVINOError - CLOSED when this process has no such network, or it is closed
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
    const { ticket } = readProperties(network, 'network', ['ticket'], 'the result of share()');
    checkString(ticket, 'network.ticket');
    const pool = readTable(poolOptions, options);
    const found = loadAddon().attach(ticket);
    if (found === null)
      throw errorOf(
        'CLOSED',
        'Expected the ticket of a network that is loaded in this process; the shared network is closed, its thread has ended, or it belongs to another process',
      );
    return new ExecutableNetwork(found.network, portsFromJson(found.ports), pool);
  }

  get #native(): NativeExecutableNetwork {
    if (this.#closed) throw errorOf('CLOSED', 'This network is closed; load it again');
    return this.#network;
  }

  /** The inputs by friendly name, in lexicographic order. They are read-only. */
  get inputInfo(): Readonly<Record<string, PortDescription>> {
    return describePorts('inputInfo', this.#inputs);
  }

  /** The outputs by friendly name, in lexicographic order. They are read-only. */
  get outputs(): Readonly<Record<string, PortDescription>> {
    return describePorts('outputs', this.#outputs);
  }

  /** The requests of the pool; `infer` uses idle ones. */
  get requests(): InferRequest[] {
    void this.#native;
    return Array.from({ length: this.#pool.size }, (_, id) => this.#request(id));
  }

  /** The number of calls of `infer` that wait for a request. */
  get pending(): number {
    return this.#pool.pending;
  }

  /** The number of requests of the pool that run an inference. */
  get running(): number {
    return this.#pool.running;
  }

  /**
   * Counts the results of `infer` and `inferSync`, with latencies of the last calls. Inferences that were started
   * on a request directly count only as `running`. Works after `close()` too.
   */
  stats(): CallStats {
    const { pending, running } = this;
    return this.#calls.stats({ pending, running });
  }

  /**
   * Runs one inference. Calls beyond the number of requests wait, and the oldest call is served first. A call that
   * its signal aborts is a sign of overload; then the newest call with a signal is served first, so that at least
   * new calls get their results in time. Inputs are copied when the inference starts; the
   * outputs belong to the caller.
   *
   * @param inputs - every input by name: a typed array of its precision, a `Blob`, or `{ data, dims }`
   * @returns the outputs by name
   * @throws ArgumentError - UNKNOWN_NAME, MISSING_INPUT, SHAPE_MISMATCH, PRECISION_MISMATCH
   * @throws InferenceError - INFERENCE_FAILED, CANCELLED, QUEUE_FULL
   * @throws AbortError - when the signal is aborted
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

  /**
   * Like {@link ExecutableNetwork.infer}, but blocks the calling thread until it is done.
   *
   * @throws InferenceError - REQUEST_BUSY when no request is idle
   */
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
   * @param inputs - the inputs to change; the others keep the contents of their blobs
   */
  startAsync(id: number, inputs: Inputs = {}): InferRequest {
    void this.#native;
    checkInteger(id, 'id', 0, this.#pool.size - 1);
    const request = this.#request(id);
    request.startAsync(inputs);
    return request;
  }

  /**
   * Resolves once `numRequests` requests are idle.
   *
   * @param numRequests - default: all
   * @param timeout - in ms; -1 for no limit, 0 to return at once. Default: -1
   * @returns OK, or RESULT_NOT_READY after the timeout
   * @throws InferenceError - the error of an inference that failed
   */
  async wait(numRequests = this.#pool.size, timeout = -1): Promise<StatusCode> {
    void this.#native;
    checkInteger(numRequests, 'numRequests', 0, this.#pool.size);
    checkInteger(timeout, 'timeout', -1, 2 ** 31 - 1);
    return this.#pool.wait(numRequests, timeout);
  }

  /**
   * Shares this network with other threads of this process, which call `ExecutableNetwork.attach`.
   *
   * @returns a ticket to send to them; valid until this network is closed or this thread ends
   */
  share(): SharedNetwork {
    const ticket = this.#native.share(portsToJson(this.#ports));
    shared.add(this);
    return { ticket };
  }

  /** The index of an idle request, or -1. */
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

  /** Creates a request outside the pool. */
  createInferRequest(): InferRequest {
    return new InferRequest(this.#newInference());
  }

  /** Reads a metric of the loaded network, such as OPTIMAL_NUMBER_OF_INFER_REQUESTS. */
  getMetric(name: string): unknown {
    checkString(name, 'name');
    const native = this.#native;
    const read = (key: string): unknown => native.getProperty(key);
    const devices = (): string[] =>
      // AUTO lists a device in parentheses while that device works in place of the chosen one.
      (read('EXECUTION_DEVICES') as string[]).flatMap((device) =>
        baseDevices(device.replace(/[()]/g, '')),
      );
    return getProperty({ read, devices, isNetwork: true }, name, (error) =>
      translate(error, `Cannot read ${name}`),
    );
  }

  /** Reads a configuration value that the network was loaded with. */
  getConfig(name: string): unknown {
    return this.getMetric(name);
  }

  /** The graph that the device executes, with fused layers. */
  getExecGraphInfo(): IENetwork {
    try {
      return new IENetwork(this.#native.runtimeModel());
    } catch (error) {
      throw translate(error, 'The device does not report the executed graph');
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
   * Writes the compiled network, for `importNetwork` with the same runtime on the same kind of machine.
   *
   * @param file - path of the file, which is written under a temporary name and then moved into place
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
   * Frees the network. Waiting calls reject with CLOSED, and running inferences are cancelled. Blobs stay readable.
   * Closing again does nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    shared.delete(this);
    this.#pool.close('network');
    this.#network.close();
  }

  /** Closes the network at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

markClass(ExecutableNetwork);
