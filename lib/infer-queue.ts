/** The public class InferQueue: a stream of inferences with back-pressure. */

import { setImmediate } from 'node:timers/promises';
import { BatchAssembler, sharedBatch } from './infer/batch-assembler';
import { CallRecorder, type CallStats } from './base/call-stats';
import { checkInteger, invalid, readIterable, readOptions } from './base/check';
import { markClass } from './base/package-copies';
import { errorOf } from './errors';
import {
  isLoaded,
  newInference,
  type ExecutableNetwork,
  type InferOptions,
} from './executable-network';
import { inOrder } from './base/in-order';
import type { Outputs } from './infer/outputs';
import type { Inputs } from './infer/assignment';
import { checkMaxQueue, RequestPool } from './infer/request-pool';

/** Options of `InferQueue`. */
export interface InferQueueOptions {
  /**
   * The number of requests. Default: one more than the device's optimal number, so that the device does not wait for
   * the event loop when a request ends.
   */
  size?: number;
  /**
   * For a network loaded with a batch: each call passes one item, and the queue runs the items that wait in one
   * inference. Default: false.
   */
  assemble?: boolean;
  /**
   * The number of calls of `run` that may wait for a request; one more is refused with QUEUE_FULL at once. Each waiting
   * call keeps its inputs in memory. For a service, choose about the number of calls that it answers in half the
   * timeout of its clients. The items of `map` are limited by `size` and never refused. Default: `Infinity`, no limit.
   */
  maxQueue?: number;
}

/**
 * Runs inferences on its own pool of requests, which it keeps busy without piling up work.
 *
 * @example
 * ```ts
 * const queue = new InferQueue(exec);
 * for await (const { output } of queue.map(images)) console.log(output.data);
 * queue.close();
 * ```
 */
export class InferQueue {
  readonly #pool: RequestPool;
  readonly #assembler: BatchAssembler | undefined;
  readonly #batch: number;
  readonly #maxQueue: number;
  readonly #calls = new CallRecorder();
  #closed = false;

  /** @throws ArgumentError - SHAPE_MISMATCH with `assemble`, if inputs and outputs have no batch in common */
  constructor(network: ExecutableNetwork, options: InferQueueOptions = {}) {
    if (!isLoaded(network)) throw invalid('network', 'an ExecutableNetwork', network);
    const {
      size = Number(network.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS')) + 1,
      assemble = false,
      maxQueue = Infinity,
    } = readOptions(options, 'options', ['size', 'assemble', 'maxQueue']);
    checkInteger(size, 'options.size', 1, 65536);
    if (typeof assemble !== 'boolean') throw invalid('options.assemble', 'a boolean', assemble);
    checkMaxQueue(maxQueue);
    this.#maxQueue = maxQueue;
    this.#pool = new RequestPool(size, () => newInference(network));
    this.#batch = assemble ? sharedBatch(network.inputInfo, network.outputs) : 1;
    this.#assembler = assemble ? new BatchAssembler(this.#pool, this.#batch) : undefined;
  }

  /** The number of requests: how many inferences run at once at most. */
  get size(): number {
    return this.#pool.size;
  }

  get #runner(): BatchAssembler | RequestPool {
    return this.#assembler ?? this.#pool;
  }

  /** The number of calls that wait for a request. */
  get pending(): number {
    return this.#runner.pending;
  }

  /** The number of calls whose inference is running. */
  get running(): number {
    return this.#runner.running;
  }

  /** Counts how the calls of `run` and the items of `map` ended, and their latencies. Works after `close()` too. */
  stats(): CallStats {
    const { pending, running } = this;
    return this.#calls.stats({ pending, running });
  }

  #checkOpen(): void {
    if (this.#closed) throw errorOf('CLOSED', 'This queue is closed; create another one');
  }

  /**
   * Runs one inference on the next idle request, and waits if none is idle: a producer that awaits the result, or uses
   * `map`, is never faster than the device. Calls are served in the order of their arrival, until a signal aborts one.
   * An aborted call is a sign of overload; then the newest call with a signal is served first, so that at least new
   * calls get their results in time.
   *
   * @throws the errors of `ExecutableNetwork.infer`; CLOSED if the queue is closed meanwhile
   */
  async run(inputs: Inputs, options: InferOptions = {}): Promise<Outputs> {
    const { signal } = readOptions(options, 'options', ['signal']);
    return this.#run(inputs, signal, this.#maxQueue);
  }

  async #run(inputs: Inputs, signal: AbortSignal | undefined, maxQueue: number): Promise<Outputs> {
    this.#checkOpen();
    return this.#calls.record(performance.now(), this.#runner.run(inputs, signal, maxQueue));
  }

  /**
   * Runs an inference for each item and yields the outputs in the order of the items, each as soon as possible: a source
   * may wait for its last result before it returns the next item. At most `size` items (with `assemble`, batches) are
   * taken before the caller asks for the next outputs, so the source may be endless. An error ends the iteration, after
   * the outputs before it.
   */
  map(
    items: Iterable<Inputs> | AsyncIterable<Inputs>,
    options: InferOptions = {},
  ): AsyncGenerator<Outputs, void, undefined> {
    return inOrder(() => {
      this.#checkOpen();
      const { signal } = readOptions(options, 'options', ['signal']);
      return {
        source: readIterable(items, 'items', 'something to iterate over'),
        hasRoom: (taken) => taken < this.size * this.#batch,
        start: async (item) => this.#run(item, signal, Infinity),
        signal,
      };
    });
  }

  /** Resolves once all calls have ended, whether they succeeded or failed. */
  async drain(): Promise<void> {
    this.#checkOpen();
    await this.#assembler?.drain();
    await this.#pool.drain();
    // Lets the callers of the last inferences get their results first.
    await setImmediate();
  }

  /** Refuses waiting calls with CLOSED, cancels running inferences and frees the requests. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#assembler?.close(errorOf('CLOSED', 'The queue was closed'));
    this.#pool.close('queue');
  }

  /** Calls close(), for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

markClass(InferQueue);
