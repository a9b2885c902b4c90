/** Assembles calls of one item each into inferences of a whole batch. */
import { setImmediate } from 'node:timers';
import { abortable } from '../base/abortable';
import { type Place, WaitingLine } from '../base/waiting-line';
import { errorOf, translate } from '../errors';
import { batchAxis, type Layout } from '../tensor/layout';
import type { Inputs } from './assignment';
import { fillPart, fillRest } from './batch-parts';
import type { Inference } from './inference';
import { copyOutputPart, type Outputs } from './outputs';
import { checkRoom, type RequestPool } from './request-pool';

interface Call {
  inputs: Inputs;
  resolve: (outputs: Outputs) => void;
  reject: (error: Error) => void;
}

/** An input or output of a loaded network, as far as its batch is concerned. */
interface BatchedPort {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layout: Layout;
}

/**
 * The batch that all inputs and outputs have in common.
 *
 * @throws ArgumentError - SHAPE_MISMATCH if there is none
 */
export function sharedBatch(
  inputs: Readonly<Record<string, BatchedPort>>,
  outputs: Readonly<Record<string, BatchedPort>>,
): number {
  const ports = [...Object.values(inputs), ...Object.values(outputs)];
  const [batch = 0] = ports[0]?.shape ?? [];
  for (const { name, shape, layout } of ports) {
    const isFirst = batchAxis(layout) === 0;
    if (batch >= 1 && shape[0] === batch && !shape.includes(-1) && isFirst) continue;
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected the same batch as the first axis of all inputs and outputs, but '${name}' is [${shape.join(',')}]; set net.batchSize before loadNetwork`,
    );
  }
  return batch;
}

/**
 * Starts an inference as soon as a request is idle, with the calls that are waiting. Therefore batches are full under
 * load, and without load no call waits for others.
 */
export class BatchAssembler {
  readonly #pool: RequestPool;
  readonly #batch: number;
  readonly #line = new WaitingLine<Call>();
  /** The number of inferences that were requested from the pool and have not taken their calls yet. */
  #coming = 0;
  #running = 0;
  readonly #drained: (() => void)[] = [];

  constructor(pool: RequestPool, batch: number) {
    this.#pool = pool;
    this.#batch = batch;
  }

  /** The number of calls that wait for an inference. */
  get pending(): number {
    return this.#line.size;
  }

  /** The number of calls whose inference runs. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs one item.
   *
   * @param maxQueue - the number of calls that may wait in addition to those that idle requests will take
   */
  async run(
    inputs: Inputs,
    signal: AbortSignal | undefined,
    maxQueue = Infinity,
  ): Promise<Outputs> {
    let place: Place<Call> | undefined;
    const wait = async (): Promise<Outputs> => {
      checkRoom(this.#line.size, maxQueue + this.#pool.idle * this.#batch);
      return new Promise((resolve, reject) => {
        place = this.#line.push({ inputs, resolve, reject }, signal !== undefined);
        if (this.#coming * this.#batch < this.#line.size) this.#order();
      });
    };
    return abortable(signal, wait, () => {
      this.#line.giveUp(place);
    });
  }

  /** Requests an inference from the pool in the next iteration of the event loop, so that more calls may join it. */
  #order(): void {
    this.#coming += 1;
    setImmediate(() => {
      this.#pool
        .use(async (inference) => this.#infer(inference), undefined)
        .catch((error: unknown) => {
          // There is no request, because the queue or its network is closed.
          this.#coming -= 1;
          this.close(translate(error));
        });
    });
  }

  /** Takes the next calls, at most a batch of them, and copies their inputs into a request. */
  #fill(inference: Inference): Call[] {
    const group: Call[] = [];
    while (group.length < this.#batch) {
      const call = this.#line.take();
      if (call === undefined) break;
      try {
        fillPart(inference, call.inputs, group.length, this.#batch);
        group.push(call);
      } catch (error) {
        call.reject(translate(error));
      }
    }
    if (group.length > 0) fillRest(inference, group.length, this.#batch);
    return group;
  }

  async #infer(inference: Inference): Promise<void> {
    this.#coming -= 1;
    const group = this.#fill(inference);
    this.#running += group.length;
    try {
      if (group.length === 0) return;
      await inference.run(undefined, false, () => {
        group.forEach(({ resolve }, i) => {
          resolve(copyOutputPart(inference, i, this.#batch));
        });
      });
    } catch (error) {
      for (const { reject } of group) reject(translate(error));
    } finally {
      this.#running -= group.length;
      if (this.#coming === 0) for (const drained of this.#drained.splice(0)) drained();
    }
  }

  /** Resolves once no call waits for an inference. */
  async drain(): Promise<void> {
    if (this.#coming > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Refuses the calls that wait. */
  close(error: Error): void {
    for (const { reject } of this.#line.clear()) reject(error);
    for (const drained of this.#drained.splice(0)) drained();
  }
}
