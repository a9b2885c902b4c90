import { abortable } from './abortable';
import { errorOf } from './errors';
import {
  copyOutputs,
  type InferRequest,
  type Inputs,
  isIdle,
  type Outputs,
  runRequest,
  whenIdle,
} from './infer-request';

interface Waiter {
  begin: (request: InferRequest) => void;
  refuse: (error: Error) => void;
}

/** Some requests of one network, and who waits for them: they are served in the order they came. */
export class RequestPool {
  readonly #requests: (InferRequest | undefined)[];
  readonly #create: () => InferRequest;
  readonly #waiters: Waiter[] = [];
  readonly #drained: (() => void)[] = [];

  constructor(size: number, create: () => InferRequest) {
    this.#requests = Array.from({ length: size }, () => undefined);
    this.#create = create;
  }

  get size(): number {
    return this.#requests.length;
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
    while (isIdle(request) && this.#waiters.length > 0) this.#waiters.shift()?.begin(request);
    if (this.#drained.length > 0 && this.made.every(isIdle))
      for (const drained of this.#drained.splice(0)) drained();
  }

  /** Runs one inference on the next idle request. */
  async run(inputs: Inputs, signal: AbortSignal | undefined): Promise<Outputs> {
    return this.use(
      async (request) => runRequest(request, inputs, () => copyOutputs(request)),
      signal,
    );
  }

  /** Does something with the next idle request; a signal cancels its inference. */
  async use<T>(
    work: (request: InferRequest) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const idle = this.idleId();
    // Nobody to wait for, and nobody who could stop it.
    if (signal === undefined && idle !== -1) return work(this.at(idle));
    let mine: InferRequest | undefined;
    let waiter: Waiter | undefined;
    const begin = async (request: InferRequest): Promise<T> => {
      mine = request;
      return work(request);
    };
    const next = async (): Promise<T> => {
      if (idle !== -1) return begin(this.at(idle));
      return new Promise((resolve, reject) => {
        waiter = {
          begin: (request) => {
            begin(request).then(resolve, reject);
          },
          refuse: reject,
        };
        this.#waiters.push(waiter);
      });
    };
    return abortable(signal, next, () => {
      if (mine !== undefined) return mine.cancel();
      const place = waiter === undefined ? -1 : this.#waiters.indexOf(waiter);
      if (place !== -1) this.#waiters.splice(place, 1);
    });
  }

  /** Resolves when nothing runs and nobody waits. */
  async drain(): Promise<void> {
    if (this.made.every(isIdle)) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Refuses who waits, cancels what runs, lets go of the requests. */
  close(owner: string): void {
    for (const { refuse } of this.#waiters.splice(0))
      refuse(errorOf('CLOSED', `The ${owner} was closed`));
    for (const request of this.made) request.close();
    for (const drained of this.#drained.splice(0)) drained();
  }
}
