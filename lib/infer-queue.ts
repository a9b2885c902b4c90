import { checkInteger, checkOptions, invalid } from './check';
import { errorOf } from './errors';
import { ExecutableNetwork, type InferOptions } from './executable-network';
import {
  abortable,
  checkComplete,
  copyOutputs,
  type InferRequest,
  runRequest,
  type Inputs,
  type Outputs,
} from './infer-request';

/** Options of `InferQueue`. */
export interface InferQueueOptions {
  /** How many requests the queue has. Default: as many as the device works best with. */
  size?: number;
}

interface Waiter {
  begin: (request: InferRequest) => void;
  refuse: (error: Error) => void;
}

/**
 * A pool of requests of its own, kept busy and never flooded.
 *
 * @example
 * ```ts
 * const queue = new InferQueue(exec);
 * for await (const { output } of queue.map(pictures)) console.log(output.data);
 * queue.close();
 * ```
 */
export class InferQueue {
  readonly #all: InferRequest[];
  readonly #idle: InferRequest[];
  readonly #waiters: Waiter[] = [];
  readonly #drained: (() => void)[] = [];
  #closed = false;

  constructor(network: ExecutableNetwork, options: InferQueueOptions = {}) {
    if (!(network instanceof ExecutableNetwork))
      throw invalid('network', 'an ExecutableNetwork', network);
    checkOptions(options, 'options', ['size']);
    const { size = Number(network.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS')) } = options;
    checkInteger(size, 'options.size', 1, 65536);
    this.#all = Array.from({ length: size }, () => network.createInferRequest());
    this.#idle = [...this.#all];
  }

  /** How many inferences run at once. */
  get size(): number {
    return this.#all.length;
  }

  #checkOpen(): void {
    if (this.#closed) throw errorOf('CLOSED', 'This queue is closed; make another one');
  }

  #free(request: InferRequest): void {
    const next = this.#waiters.shift();
    if (next !== undefined) return next.begin(request);
    this.#idle.push(request);
    if (this.#idle.length === this.size) for (const drained of this.#drained.splice(0)) drained();
  }

  /**
   * Runs one inference on the next idle request, in the order of the calls. When none is idle the
   * promise waits: a producer that awaits it, or uses `map`, goes no faster than the device.
   *
   * @throws what `ExecutableNetwork.infer` throws; CLOSED when the queue is closed meanwhile
   */
  async run(inputs: Inputs, options: InferOptions = {}): Promise<Outputs> {
    checkOptions(options, 'options', ['signal']);
    this.#checkOpen();
    let mine: InferRequest | undefined;
    let waiter: Waiter | undefined;
    const use = async (request: InferRequest): Promise<Outputs> => {
      mine = request;
      try {
        checkComplete(request, inputs);
        return await runRequest(request, inputs, () => copyOutputs(request));
      } finally {
        mine = undefined;
        this.#free(request);
      }
    };
    const work = async (): Promise<Outputs> => {
      const request = this.#idle.pop();
      if (request !== undefined) return use(request);
      return new Promise((resolve, reject) => {
        waiter = {
          begin: (free) => {
            use(free).then(resolve, reject);
          },
          refuse: reject,
        };
        this.#waiters.push(waiter);
      });
    };
    return abortable(options.signal, work, () => {
      mine?.cancel();
      const place = waiter === undefined ? -1 : this.#waiters.indexOf(waiter);
      if (place !== -1) this.#waiters.splice(place, 1);
    });
  }

  /**
   * Runs an inference for each item and yields the outputs in the order of the items. Items are
   * taken only as fast as requests come free, so an endless source is fine. An error ends it.
   */
  async *map(
    items: Iterable<Inputs> | AsyncIterable<Inputs>,
    options: InferOptions = {},
  ): AsyncGenerator<Outputs, void, undefined> {
    this.#checkOpen();
    const running: Promise<Outputs>[] = [];
    try {
      for await (const item of items) {
        const result = this.run(item, options);
        // It is awaited in its turn; until then a failure is no unhandled rejection.
        result.catch(() => undefined);
        running.push(result);
        if (running.length >= this.size) yield await (running.shift() as Promise<Outputs>);
      }
      while (running.length > 0) yield await (running.shift() as Promise<Outputs>);
    } finally {
      await Promise.allSettled(running);
    }
  }

  /** Resolves when every inference that was asked for has ended, well or not. */
  async drain(): Promise<void> {
    this.#checkOpen();
    if (this.#idle.length === this.size) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Refuses who waits with CLOSED, cancels what runs, lets go of the requests. Safe to call again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { refuse } of this.#waiters.splice(0))
      refuse(errorOf('CLOSED', 'The queue was closed'));
    for (const request of this.#all) request.close();
    for (const drained of this.#drained.splice(0)) drained();
  }

  /** For `using`: the same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }
}
