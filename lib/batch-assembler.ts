import { setImmediate } from 'node:timers';
import { abortable } from './base/abortable';
import { errorOf, translate } from './errors';
import type { PortDescription } from './executable-network';
import {
  copyOutputs,
  fillPart,
  fillRest,
  runFilled,
  type InferRequest,
  type Inputs,
  type Outputs,
} from './infer-request';
import { checkRoom, type RequestPool } from './request-pool';
import { type Place, WaitingLine } from './base/waiting-line';

interface Call {
  inputs: Inputs;
  resolve: (outputs: Outputs) => void;
  reject: (error: Error) => void;
}

/** The batch that all inputs and outputs share. */
export function sharedBatch(
  inputs: Readonly<Record<string, PortDescription>>,
  outputs: Readonly<Record<string, PortDescription>>,
): number {
  const ports = [...Object.values(inputs), ...Object.values(outputs)];
  const [batch = 0] = ports[0]?.shape ?? [];
  for (const { name, shape, layout } of ports) {
    if (batch >= 1 && shape[0] === batch && !shape.includes(-1) && !layout.startsWith('CN'))
      continue;
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected a network all of whose inputs and outputs begin with the same batch, '${name}' is [${shape.join(',')}]; set net.batchSize before loadNetwork`,
    );
  }
  return batch;
}

/**
 * Puts calls of one item each together into inferences of a whole batch. An inference begins as soon
 * as a request is idle, with the calls that wait by then: under load batches are full, without it
 * nobody waits for others.
 */
export class BatchAssembler {
  readonly #pool: RequestPool;
  readonly #batch: number;
  readonly #line = new WaitingLine<Call>();
  /** Inferences that will take calls when they get a request. */
  #coming = 0;
  #running = 0;
  readonly #drained: (() => void)[] = [];

  constructor(pool: RequestPool, batch: number) {
    this.#pool = pool;
    this.#batch = batch;
  }

  /** How many calls wait for an inference. */
  get pending(): number {
    return this.#line.size;
  }

  /** How many calls are in inferences under way. */
  get running(): number {
    return this.#running;
  }

  /** Runs one item. @param maxQueue - how many calls may wait besides those that idle requests will take */
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
        if (this.#coming * this.#batch >= this.#line.size) return;
        this.#coming += 1;
        // Others may come in the same turn of the event loop.
        setImmediate(() => {
          this.#pool
            .use(async (request) => this.#infer(request), undefined)
            .catch((error: unknown) => {
              // There was no request to be had: the queue or its network is closed.
              this.#coming -= 1;
              this.close(translate(error));
            });
        });
      });
    };
    return abortable(signal, wait, () => {
      this.#line.giveUp(place);
    });
  }

  /** Takes those who are next, as many as fit into a batch, and puts their items into a request. */
  #fill(request: InferRequest): Call[] {
    const group: Call[] = [];
    while (group.length < this.#batch) {
      const call = this.#line.take();
      if (call === undefined) break;
      try {
        fillPart(request, call.inputs, group.length, this.#batch);
        group.push(call);
      } catch (error) {
        call.reject(translate(error));
      }
    }
    if (group.length > 0) fillRest(request, group.length, this.#batch);
    return group;
  }

  async #infer(request: InferRequest): Promise<void> {
    this.#coming -= 1;
    const group = this.#fill(request);
    this.#running += group.length;
    try {
      if (group.length === 0) return;
      await runFilled(request, () => {
        group.forEach(({ resolve }, i) => {
          resolve(copyOutputs(request, i, this.#batch));
        });
      });
    } catch (error) {
      for (const { reject } of group) reject(translate(error));
    } finally {
      this.#running -= group.length;
      if (this.#coming === 0) for (const drained of this.#drained.splice(0)) drained();
    }
  }

  /** Resolves when no call waits for an inference any more. */
  async drain(): Promise<void> {
    if (this.#coming > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Refuses the calls that wait. */
  close(error: Error): void {
    for (const { reject } of this.#line.clear()) reject(error);
    for (const drained of this.#drained.splice(0)) drained();
  }
}
