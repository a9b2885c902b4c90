/** A pool of requests of one network, and the calls that wait for an idle one. */
import { abortable } from '../base/abortable';
import { invalid } from '../base/check';
import { type Place, WaitingLine } from '../base/waiting-line';
import { errorOf, translate } from '../errors';
import type { Inputs } from './assignment';
import type { Inference } from './inference';
import { copyOutputs, type Outputs } from './outputs';
import { StatusCode } from './status-code';

/** A call that waits for a request. */
interface Waiter {
  begin: (inference: Inference) => void;
  refuse: (error: Error) => void;
}

/** Checks a limit on the number of waiting calls. */
export function checkMaxQueue(value: unknown): asserts value is number {
  const isLimit = value === Infinity || (Number.isSafeInteger(value) && Number(value) >= 0);
  if (!isLimit)
    throw invalid('options.maxQueue', 'a whole number of at least 0, or Infinity', value);
}

/** Refuses a call if the allowed number of calls waits already. */
export function checkRoom(waiting: number, maxQueue: number): void {
  if (waiting < maxQueue) return;
  throw errorOf(
    'QUEUE_FULL',
    `Expected fewer than maxQueue = ${maxQueue} waiting calls, found ${waiting}; try again later, or raise maxQueue`,
  );
}

/** The requests of a pool, each made when it is first needed. */
export class RequestPool {
  readonly #requests: (Inference | undefined)[];
  readonly #create: () => Inference;
  readonly #line = new WaitingLine<Waiter>();
  readonly #drained: (() => void)[] = [];

  constructor(size: number, create: () => Inference) {
    this.#requests = Array.from({ length: size }, () => undefined);
    this.#create = create;
  }

  get size(): number {
    return this.#requests.length;
  }

  /** The number of calls that wait for a request. */
  get pending(): number {
    return this.#line.size;
  }

  /** The number of requests that run an inference. */
  get running(): number {
    return this.made.filter(({ isIdle }) => !isIdle).length;
  }

  /** The number of idle requests, including requests that were not created yet. */
  get idle(): number {
    return this.size - this.running;
  }

  /** The requests that were made so far. */
  get made(): Inference[] {
    return this.#requests.filter((request) => request !== undefined);
  }

  /** A request by its position; created at its first use, because each takes memory for inner tensors. */
  at(id: number): Inference {
    const known = this.#requests[id];
    if (known !== undefined) return known;
    const request = this.#create();
    request.onIdle(() => {
      this.#serve(request);
    });
    this.#requests[id] = request;
    return request;
  }

  /** The position of an idle request, or -1. */
  idleId(): number {
    return this.#requests.findIndex((request) => request === undefined || request.isIdle);
  }

  #serve(request: Inference): void {
    // If the inputs of a waiting call are wrong, the request stays idle for the next call.
    while (request.isIdle && this.#line.size > 0) this.#line.take()?.begin(request);
    if (this.#drained.length > 0 && this.running === 0)
      for (const drained of this.#drained.splice(0)) drained();
  }

  /**
   * Runs one inference on the next idle request.
   *
   * @param maxQueue - the number of calls that may wait; one more is refused with QUEUE_FULL
   */
  async run(
    inputs: Inputs,
    signal: AbortSignal | undefined,
    maxQueue = Infinity,
  ): Promise<Outputs> {
    const work = async (request: Inference): Promise<Outputs> =>
      request.run(inputs, true, () => copyOutputs(request));
    return this.use(work, signal, maxQueue);
  }

  /** Runs `work` on the next idle request; a signal cancels the inference that it runs. */
  async use<T>(
    work: (request: Inference) => Promise<T>,
    signal: AbortSignal | undefined,
    maxQueue = Infinity,
  ): Promise<T> {
    const idle = this.idleId();
    // The common case: there is no need to wait, and no signal to listen to.
    if (signal === undefined && idle !== -1) return work(this.at(idle));
    let cancel: (() => void) | undefined;
    let place: Place<Waiter> | undefined;
    const begin = async (request: Inference): Promise<T> => {
      const result = work(request);
      const started = request.current;
      cancel = () => {
        // After its inference has ended, the request belongs to the next call.
        if (started !== undefined && request.current === started) request.cancel();
      };
      return result;
    };
    const next = async (): Promise<T> => {
      if (idle !== -1) return begin(this.at(idle));
      checkRoom(this.#line.size, maxQueue);
      return new Promise((resolve, reject) => {
        const waiter = {
          begin: (request: Inference) => {
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

  /**
   * Waits until a number of requests is idle, or reports how the last inferences of all ended.
   *
   * @param timeout - in ms; -1 for no limit, 0 does not wait
   * @throws InferenceError - the error that one of the awaited inferences failed with
   */
  async wait(numRequests: number, timeout: number): Promise<StatusCode> {
    const { made, size } = this;
    const busy = made.filter(({ isIdle }) => !isIdle);
    let missing = numRequests - (size - busy.length);
    if (missing <= 0) {
      if (numRequests === size) await Promise.all(made.map(async (request) => request.wait(0)));
      return StatusCode.OK;
    }
    if (timeout === 0) return StatusCode.RESULT_NOT_READY;
    return new Promise((resolve, reject) => {
      const timer =
        timeout > 0 ? setTimeout(resolve, timeout, StatusCode.RESULT_NOT_READY) : undefined;
      for (const request of busy) {
        request.wait(-1).then(
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

  /** Resolves once no request runs an inference and no call waits. */
  async drain(): Promise<void> {
    if (this.running === 0) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /**
   * Refuses the calls that wait with CLOSED, and closes the requests, which cancels their inferences.
   *
   * @param owner - the kind of object that was closed, for the message
   */
  close(owner: string): void {
    for (const { refuse } of this.#line.clear())
      refuse(errorOf('CLOSED', `The ${owner} was closed`));
    for (const request of this.made) request.close();
    for (const drained of this.#drained.splice(0)) drained();
  }
}
