import { abortable } from './base/abortable';
import { invalid } from './base/check';
import { errorOf } from './errors';
import {
  copyOutputs,
  type InferRequest,
  type Inputs,
  isIdle,
  type Outputs,
  runningOf,
  runRequest,
  whenIdle,
} from './infer-request';
import { type Place, WaitingLine } from './base/waiting-line';

interface Waiter {
  begin: (request: InferRequest) => void;
  refuse: (error: Error) => void;
}

/** Checks a bound on the number of calls that wait. */
export function checkMaxQueue(value: unknown): asserts value is number {
  const isBound = value === Infinity || (Number.isSafeInteger(value) && Number(value) >= 0);
  if (!isBound)
    throw invalid('options.maxQueue', 'a whole number of at least 0, or Infinity', value);
}

/** Refuses a call when as many wait as may. */
export function checkRoom(waiting: number, maxQueue: number): void {
  if (waiting < maxQueue) return;
  throw errorOf(
    'QUEUE_FULL',
    `Expected fewer than maxQueue = ${maxQueue} calls to wait for a request, ${waiting} do; try again later, or raise maxQueue`,
  );
}

/** Some requests of one network, and who waits for them. */
export class RequestPool {
  readonly #requests: (InferRequest | undefined)[];
  readonly #create: () => InferRequest;
  readonly #line = new WaitingLine<Waiter>();
  readonly #drained: (() => void)[] = [];

  constructor(size: number, create: () => InferRequest) {
    this.#requests = Array.from({ length: size }, () => undefined);
    this.#create = create;
  }

  get size(): number {
    return this.#requests.length;
  }

  /** How many calls wait for a request. */
  get pending(): number {
    return this.#line.size;
  }

  /** How many requests have an inference under way. */
  get running(): number {
    return this.made.filter((request) => !isIdle(request)).length;
  }

  /** How many requests have none, or were not needed so far. */
  get idle(): number {
    return this.size - this.running;
  }

  /** The requests that were needed so far. */
  get made(): InferRequest[] {
    return this.#requests.filter((request) => request !== undefined);
  }

  get all(): InferRequest[] {
    return this.#requests.map((_, id) => this.at(id));
  }

  /** Made when first needed: a request costs the memory of the network's inner tensors. */
  at(id: number): InferRequest {
    const known = this.#requests[id];
    if (known !== undefined) return known;
    const request = this.#create();
    whenIdle(request, () => {
      this.#serve(request);
    });
    this.#requests[id] = request;
    return request;
  }

  /** The index of a request that is idle, or -1. */
  idleId(): number {
    return this.#requests.findIndex((request) => request === undefined || isIdle(request));
  }

  #serve(request: InferRequest): void {
    // A waiter whose inputs are refused leaves the request idle for the next.
    while (isIdle(request) && this.#line.size > 0) this.#line.take()?.begin(request);
    if (this.#drained.length > 0 && this.made.every(isIdle))
      for (const drained of this.#drained.splice(0)) drained();
  }

  /**
   * Runs one inference on the next idle request.
   *
   * @param maxQueue - how many calls may wait; one more is refused with QUEUE_FULL
   */
  async run(
    inputs: Inputs,
    signal: AbortSignal | undefined,
    maxQueue = Infinity,
  ): Promise<Outputs> {
    return this.use(
      async (request) => runRequest(request, inputs, () => copyOutputs(request)),
      signal,
      maxQueue,
    );
  }

  /** Does something with the next idle request; a signal cancels its inference. */
  async use<T>(
    work: (request: InferRequest) => Promise<T>,
    signal: AbortSignal | undefined,
    maxQueue = Infinity,
  ): Promise<T> {
    const idle = this.idleId();
    // Nobody to wait for, and nobody who could stop it.
    if (signal === undefined && idle !== -1) return work(this.at(idle));
    let cancel: (() => void) | undefined;
    let place: Place<Waiter> | undefined;
    const begin = async (request: InferRequest): Promise<T> => {
      const result = work(request);
      const started = runningOf(request);
      cancel = () => {
        // Once its inference is over, the request belongs to the next call.
        if (started !== undefined && runningOf(request) === started) request.cancel();
      };
      return result;
    };
    const next = async (): Promise<T> => {
      if (idle !== -1) return begin(this.at(idle));
      checkRoom(this.#line.size, maxQueue);
      return new Promise((resolve, reject) => {
        const waiter = {
          begin: (request: InferRequest) => {
            begin(request).then(resolve, reject);
          },
          refuse: reject,
        };
        place = this.#line.push(waiter, signal !== undefined);
      });
    };
    return abortable(signal, next, () => {
      this.#line.giveUp(place);
      cancel?.();
    });
  }

  /** Resolves when nothing runs and nobody waits. */
  async drain(): Promise<void> {
    if (this.made.every(isIdle)) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Refuses who waits, cancels what runs, lets go of the requests. */
  close(owner: string): void {
    for (const { refuse } of this.#line.clear())
      refuse(errorOf('CLOSED', `The ${owner} was closed`));
    for (const request of this.made) request.close();
    for (const drained of this.#drained.splice(0)) drained();
  }
}
