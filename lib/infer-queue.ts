import { BatchAssembler, sharedBatch } from './batch-assembler';
import { checkInteger, invalid, readIterable, readOptions } from './check';
import { errorOf } from './errors';
import { isLoaded, type ExecutableNetwork, type InferOptions } from './executable-network';
import { inOrder } from './in-order';
import type { Inputs, Outputs } from './infer-request';
import { RequestPool } from './request-pool';

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
  #closed = false;

  /** @throws ArgumentError - SHAPE_MISMATCH with `assemble`, when inputs and outputs share no batch */
  constructor(network: ExecutableNetwork, options: InferQueueOptions = {}) {
    if (!isLoaded(network)) throw invalid('network', 'an ExecutableNetwork', network);
    const {
      size = Number(network.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS')) + 1,
      assemble = false,
    } = readOptions(options, 'options', ['size', 'assemble']);
    checkInteger(size, 'options.size', 1, 65536);
    if (typeof assemble !== 'boolean') throw invalid('options.assemble', 'a boolean', assemble);
    this.#pool = new RequestPool(size, () => network.createInferRequest());
    this.#batch = assemble ? sharedBatch(network.inputInfo, network.outputs) : 1;
    this.#assembler = assemble ? new BatchAssembler(this.#pool, this.#batch) : undefined;
  }

  /** How many inferences run at once. */
  get size(): number {
    return this.#pool.size;
  }

  #checkOpen(): void {
    if (this.#closed) throw errorOf('CLOSED', 'This queue is closed; make another one');
  }

  /**
   * Runs one inference on the next idle request, in the order of the calls. When none is idle the
   * promise waits: a producer that awaits it, or uses `map`, goes no faster than the device.
   *
   * @throws what `ExecutableNetwork.infer` throws; CLOSED when the queue is closed meanwhile
   */
  async run(inputs: Inputs, options: InferOptions = {}): Promise<Outputs> {
    const { signal } = readOptions(options, 'options', ['signal']);
    this.#checkOpen();
    return (this.#assembler ?? this.#pool).run(inputs, signal);
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
        start: async (item) => this.run(item, { signal }),
        signal,
      };
    });
  }

  /** Resolves when every inference that was asked for has ended, well or not. */
  async drain(): Promise<void> {
    this.#checkOpen();
    await this.#assembler?.drain();
    await this.#pool.drain();
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
