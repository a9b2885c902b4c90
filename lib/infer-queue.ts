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
   * How many requests the queue has. Default: one more than the device works best with, so that it
   * need not wait for the event loop when one ends.
   */
  size?: number;
  /**
   * For a network loaded with a batch: each call brings one item, and the queue puts as many as wait
   * together into one inference. Default: false.
   */
  assemble?: boolean;
  /**
   * How many calls of `run` may wait for a request; one more is refused with QUEUE_FULL at once. Each that
   * waits keeps its inputs in memory. A service takes about as many as are answered in half the time that
   * its clients wait. What `map` has under way is bounded by `size` and refused never. Default: `Infinity`, no
   * bound.
   */
  maxQueue?: number;
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
  readonly #pool: RequestPool;
  readonly #assembler: BatchAssembler | undefined;
  readonly #batch: number;
  readonly #maxQueue: number;
  readonly #calls = new CallRecorder();
  #closed = false;

  /** @throws ArgumentError - SHAPE_MISMATCH with `assemble`, when inputs and outputs share no batch */
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

  /** How many inferences run at once. */
  get size(): number {
    return this.#pool.size;
  }

  get #runner(): BatchAssembler | RequestPool {
    return this.#assembler ?? this.#pool;
  }

  /** How many calls wait for a request. */
  get pending(): number {
    return this.#runner.pending;
  }

  /** How many calls have their inference under way. */
  get running(): number {
    return this.#runner.running;
  }

  /** What became of the calls of `run` and the items of `map`, and how long the last of them took. Good after `close()` too. */
  stats(): CallStats {
    const { pending, running } = this;
    return this.#calls.stats({ pending, running });
  }

  #checkOpen(): void {
    if (this.#closed) throw errorOf('CLOSED', 'This queue is closed; make another one');
  }

  /**
   * Runs one inference on the next idle request. When none is idle the promise waits: a producer that
   * awaits it, or uses `map`, goes no faster than the device. The one who came first is served first,
   * until a call is aborted by its signal. Then more is asked than can be done in time, and of those with
   * a signal the newest is served first, so that at least they get their answers in time.
   *
   * @throws what `ExecutableNetwork.infer` throws; CLOSED when the queue is closed meanwhile
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
   * Runs an inference for each item and yields the outputs in the order of the items, each as soon as it is
   * there: a source may wait for its last result before it gives the next item. At most `size` items
   * (with `assemble`, batches) are taken whose outputs were not yet asked to make room, so an endless source
   * is fine. An error ends it, after the outputs before it.
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

  /** Resolves when every inference that was asked for has ended, well or not. */
  async drain(): Promise<void> {
    this.#checkOpen();
    await this.#assembler?.drain();
    await this.#pool.drain();
    // The callers of the last inferences get their results first.
    await setImmediate();
  }

  /** Refuses who waits with CLOSED, cancels what runs, lets go of the requests. Safe to call again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#assembler?.close(errorOf('CLOSED', 'The queue was closed'));
    this.#pool.close('queue');
  }

  /** For `using`: the same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }
}

markClass(InferQueue);
