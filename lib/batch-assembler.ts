import { setImmediate } from 'node:timers';
import { abortable } from './abortable';
import { errorOf, translate } from './errors';
import type { PortDescription } from './executable-network';
import {
  copyOutputs,
  fillPart,
  runFilled,
  type InferRequest,
  type Inputs,
  type Outputs,
} from './infer-request';
import type { RequestPool } from './request-pool';

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
  readonly #calls: Call[] = [];
  /** Inferences that will take calls when they get a request. */
  #coming = 0;
  readonly #drained: (() => void)[] = [];

  constructor(pool: RequestPool, batch: number) {
    this.#pool = pool;
    this.#batch = batch;
  }

  async run(inputs: Inputs, signal: AbortSignal | undefined): Promise<Outputs> {
    let call: Call | undefined;
    const wait = async (): Promise<Outputs> =>
      new Promise((resolve, reject) => {
        call = { inputs, resolve, reject };
        this.#calls.push(call);
        if (this.#coming * this.#batch >= this.#calls.length) return;
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
    return abortable(signal, wait, () => {
      const place = call === undefined ? -1 : this.#calls.indexOf(call);
      if (place !== -1) this.#calls.splice(place, 1);
    });
  }

  async #infer(request: InferRequest): Promise<void> {
    this.#coming -= 1;
    const group: Call[] = [];
    while (group.length < this.#batch && this.#calls.length > 0) {
      const call = this.#calls.shift() as Call;
      try {
        fillPart(request, call.inputs, group.length, this.#batch);
        group.push(call);
      } catch (error) {
        call.reject(translate(error));
      }
    }
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
      if (this.#coming === 0) for (const drained of this.#drained.splice(0)) drained();
    }
  }

  /** Resolves when no call waits for an inference any more. */
  async drain(): Promise<void> {
    if (this.#coming > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Refuses the calls that wait. */
  close(error: Error): void {
    for (const { reject } of this.#calls.splice(0)) reject(error);
    for (const drained of this.#drained.splice(0)) drained();
  }
}
