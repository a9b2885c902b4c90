import { abortable } from './abortable';
import { errorOf } from './errors';
import {
  checkComplete,
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
    if (this.made.every(isIdle)) for (const drained of this.#drained.splice(0)) drained();
  }

  /** Runs one inference on the next idle request. */
  async run(inputs: Inputs, signal: AbortSignal | undefined): Promise<Outputs> {
    let mine: InferRequest | undefined;
    let waiter: Waiter | undefined;
    const use = async (request: InferRequest): Promise<Outputs> => {
      const given = checkComplete(request, inputs);
      mine = request;
      return runRequest(request, given, () => copyOutputs(request));
    };
    const work = async (): Promise<Outputs> => {
      const id = this.idleId();
      if (id !== -1) return use(this.at(id));
      return new Promise((resolve, reject) => {
        waiter = {
          begin: (request) => {
            use(request).then(resolve, reject);
          },
          refuse: reject,
        };
        this.#waiters.push(waiter);
      });
    };
    return abortable(signal, work, () => {
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
