import { writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { renameSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { checkInteger, checkOptions, checkString } from './check';
import { readProperty } from './config';
import { errorOf, translate } from './errors';
import {
  abortable,
  checkComplete,
  copyOutputs,
  InferRequest,
  isIdle,
  runRequest,
  StatusCode,
  whenIdle,
  type Inputs,
  type Outputs,
} from './infer-request';
import type { NativeExecutableNetwork } from './native-types';
import { IENetwork } from './network';
import { NameTable, plainDims, type Port, type TensorDesc } from './port';

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
  signal?: AbortSignal;
}

/** What is written behind an exported network, so that importing brings back names, precisions and layouts. */
export interface ExportedPorts {
  inputs: Port[];
  outputs: Port[];
}

const mark = Buffer.from('IECOREP1');

/** The runtime's bytes with the ports behind them: JSON, its length in four bytes, a mark. */
function pack(bytes: ArrayBuffer, ports: ExportedPorts): Buffer {
  const json = Buffer.from(JSON.stringify(ports));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([Buffer.from(bytes), json, length, mark]);
}

/** Takes the two apart; what another tool exported has no ports. */
export function unpack(bytes: Uint8Array): { bytes: Uint8Array; ports: ExportedPorts | undefined } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || !buffer.subarray(-mark.length).equals(mark))
    return { bytes, ports: undefined };
  const end = buffer.length - mark.length - 4;
  const start = end - buffer.readUInt32LE(end);
  try {
    const ports = JSON.parse(buffer.toString('utf8', start, end)) as ExportedPorts;
    return { bytes: bytes.subarray(0, start), ports };
  } catch (cause) {
    throw errorOf('NETWORK_NOT_LOADED', 'The exported network is damaged; export it again', {
      cause,
    });
  }
}

interface Waiter {
  begin: (request: InferRequest) => void;
  refuse: (error: Error) => void;
}

function describe({ name, precision, layout, dims }: Port): PortDescription {
  const shape = plainDims(dims);
  return { name, precision, layout, shape, tensorDesc: { precision, dims: shape, layout } };
}

/**
 * A network loaded on a device, with a pool of requests. Made by `IECore.loadNetwork` and
 * `IECore.importNetwork`.
 */
export class ExecutableNetwork {
  readonly #network: NativeExecutableNetwork;
  readonly #inputs: NameTable<Port>;
  readonly #outputs: NameTable<Port>;
  readonly #requests: (InferRequest | undefined)[];
  readonly #waiters: Waiter[] = [];
  #closed = false;

  /** @internal */
  constructor(native: NativeExecutableNetwork, ports: ExportedPorts, numRequests: number) {
    this.#network = native;
    this.#inputs = new NameTable('input', ports.inputs);
    this.#outputs = new NameTable('output', ports.outputs);
    this.#requests = Array.from({ length: numRequests }, () => undefined);
  }

  get #native(): NativeExecutableNetwork {
    if (this.#closed) throw errorOf('CLOSED', 'This network is closed; load it again');
    return this.#network;
  }

  /** The inputs by friendly name, in lexicographic order. */
  get inputInfo(): Record<string, PortDescription> {
    return this.#inputs.record(describe);
  }

  /** The outputs by friendly name, in lexicographic order. */
  get outputs(): Record<string, PortDescription> {
    return this.#outputs.record(describe);
  }

  /** The pool's requests; `infer` uses those that are idle. */
  get requests(): InferRequest[] {
    return this.#requests.map((_, id) => this.#request(id));
  }

  // Made when first needed: a request costs the memory of the network's inner tensors.
  #request(id: number): InferRequest {
    const known = this.#requests[id];
    if (known !== undefined) return known;
    const request = this.createInferRequest();
    whenIdle(request, () => {
      this.#serve(request);
    });
    this.#requests[id] = request;
    return request;
  }

  #serve(request: InferRequest): void {
    // A waiter whose inputs are refused leaves the request idle for the next.
    while (isIdle(request) && this.#waiters.length > 0) this.#waiters.shift()?.begin(request);
  }

  /** Runs something on the next idle request; those who wait are served in order. */
  async #withRequest<T>(
    signal: AbortSignal | undefined,
    use: (request: InferRequest) => Promise<T>,
  ): Promise<T> {
    let mine: InferRequest | undefined;
    let waiter: Waiter | undefined;
    const work = async (): Promise<T> => {
      const id = this.getIdleRequestId();
      if (id !== -1) return use((mine = this.#request(id)));
      return new Promise<T>((resolve, reject) => {
        waiter = {
          begin: (request) => {
            mine = request;
            use(request).then(resolve, reject);
          },
          refuse: reject,
        };
        this.#waiters.push(waiter);
      });
    };
    return abortable(signal, work, () => {
      if (mine !== undefined) return mine.cancel();
      const place = waiter === undefined ? -1 : this.#waiters.indexOf(waiter);
      if (place !== -1) this.#waiters.splice(place, 1);
    });
  }

  /**
   * Runs one inference. Calls beyond the number of requests wait their turn. Inputs are copied when
   * the inference starts; the outputs belong to the caller.
   *
   * @param inputs - every input by name: a typed array of its precision, a `Blob`, or `{ data, dims }`
   * @returns the outputs by name
   * @throws ArgumentError - UNKNOWN_NAME, MISSING_INPUT, SHAPE_MISMATCH, PRECISION_MISMATCH
   * @throws InferenceError - INFERENCE_FAILED, CANCELLED
   * @throws AbortError - when the signal fires
   * @example
   * ```ts
   * const { output } = await exec.infer({ input: pixels });
   * console.log(output.dims, output.data);
   * ```
   */
  async infer(inputs: Inputs, options: InferOptions = {}): Promise<Outputs> {
    checkOptions(options, 'options', ['signal']);
    void this.#native;
    return this.#withRequest(options.signal, async (request) => {
      checkComplete(request, inputs);
      return runRequest(request, inputs, () => copyOutputs(request));
    });
  }

  /** The same, waiting for the end. Needs an idle request: REQUEST_BUSY otherwise. */
  inferSync(inputs: Inputs): Outputs {
    void this.#native;
    const id = this.getIdleRequestId();
    if (id === -1)
      throw errorOf(
        'REQUEST_BUSY',
        'All requests are busy; await infer() instead, or load with more numRequests',
      );
    const request = this.#request(id);
    checkComplete(request, inputs);
    request.inferSync(inputs);
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
    checkInteger(id, 'id', 0, this.#requests.length - 1);
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
  async wait(numRequests = this.#requests.length, timeout = -1): Promise<StatusCode> {
    void this.#native;
    checkInteger(numRequests, 'numRequests', 0, this.#requests.length);
    checkInteger(timeout, 'timeout', -1, 2 ** 31 - 1);
    const started = this.#requests.filter((request) => request !== undefined);
    const busy = started.filter((request) => !isIdle(request));
    let missing = numRequests - (this.#requests.length - busy.length);
    if (missing <= 0) {
      if (numRequests === this.#requests.length)
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

  /** The index of a request that is idle, or -1. */
  getIdleRequestId(): number {
    void this.#native;
    return this.#requests.findIndex((request) => request === undefined || isIdle(request));
  }

  /** Makes a request outside the pool. */
  createInferRequest(): InferRequest {
    try {
      const native = this.#native.createRequest(
        this.#outputs.items.map(({ precision }) => precision),
      );
      return new InferRequest(native, this.#inputs, this.#outputs);
    } catch (error) {
      throw translate(error, 'Cannot create a request');
    }
  }

  /** A metric of the loaded network, such as OPTIMAL_NUMBER_OF_INFER_REQUESTS. */
  getMetric(name: string): unknown {
    checkString(name, 'name');
    try {
      return readProperty((key) => this.#native.getProperty(key), name);
    } catch (error) {
      throw translate(error, `Cannot read ${name}`);
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
    return { inputs: [...this.#inputs.items], outputs: [...this.#outputs.items] };
  }

  /**
   * Writes the compiled network, for `importNetwork` on the same kind of machine and runtime.
   *
   * @param file - written under another name first and moved into place
   * @throws FileError - FILE_NOT_WRITABLE
   */
  async export(file: string): Promise<void> {
    checkString(file, 'file');
    const bytes = await this.#native.export(false).catch((error: unknown) => {
      throw translate(error, 'The device cannot export this network');
    });
    const temporary = `${file}.${randomUUID()}`;
    try {
      await writeFile(temporary, pack(bytes, this.#ports));
      await rename(temporary, file);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${file}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /** The same, waiting for the end. */
  exportSync(file: string): void {
    checkString(file, 'file');
    const temporary = `${file}.${randomUUID()}`;
    let bytes: ArrayBuffer;
    try {
      bytes = this.#native.export(true);
    } catch (error) {
      throw translate(error, 'The device cannot export this network');
    }
    try {
      writeFileSync(temporary, pack(bytes, this.#ports));
      renameSync(temporary, file);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${file}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /**
   * Lets go of the network: who waits for a request is refused with CLOSED, inferences under way
   * are cancelled. Blobs stay readable. Safe to call again.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const waiters = this.#waiters.splice(0);
    for (const { refuse } of waiters) refuse(errorOf('CLOSED', 'The network was closed'));
    for (const request of this.#requests) request?.close();
    this.#network.close();
  }

  /** For `using`: the same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }
}
