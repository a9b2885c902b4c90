import { checkString } from '../base/check';
import { type OpenVINOError, translate } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import type { InferRequest } from '../infer-request';
import { release } from '../addon/loader';
import { decode, type decoder } from './decode';

/** What a network made of a picture, or why it made nothing of it. Times in milliseconds. */
export type InferredImage =
  | {
      /** The picture. */
      file: string;
      /** The picture's part of the network's one output, in `FP32`. */
      scores: Float32Array;
      /** The inference; of a batch, the picture's share of it. */
      milliseconds: number;
      /** Reading, decoding and resizing. */
      decodeMilliseconds: number;
      /** None. */
      error?: undefined;
    }
  | {
      /** The picture. */
      file: string;
      /** Why there are no scores. */
      error: OpenVINOError;
    };

/** A request with its own input memory, in parts for one image each. */
interface Slot {
  request: InferRequest;
  parts: Uint8Array[];
}

/** What an inference made of a batch: the time of each image, and the scores of each part. */
interface BatchResult {
  milliseconds: number;
  scores: Float32Array[];
}

/** Images that go into one inference. */
interface Batch {
  slot: Slot;
  length: number;
  decoding: number;
  readable: number;
  result: Promise<BatchResult>;
  begin: () => void;
}

/** Where the images of a network come from and its scores go to. */
export interface BatchPorts {
  input: string;
  output: string;
  /** How many images an inference takes. */
  batch: number;
}

/**
 * Decodes images into the memory of requests and runs these: a batch when it is full and decoded, one that
 * is not full when its images are decoded and the network has nothing else to do, so that a slow source
 * holds nothing back.
 */
export class Batches {
  readonly #network: ExecutableNetwork;
  readonly #ports: BatchPorts;
  readonly #toTensor: ReturnType<typeof decoder>;
  readonly #signal: AbortSignal | undefined;
  readonly #optimal: number;
  /** How many requests it may make. */
  readonly #most: number;
  readonly #slots: Slot[] = [];
  readonly #free: Slot[] = [];
  /** The batch that has room. */
  #open: Batch | undefined;
  #running = 0;

  constructor(
    network: ExecutableNetwork,
    ports: BatchPorts,
    toTensor: ReturnType<typeof decoder>,
    { ahead, signal }: { ahead: number; signal: AbortSignal | undefined },
  ) {
    this.#signal = signal;
    this.#network = network;
    this.#ports = ports;
    this.#toTensor = toTensor;
    this.#optimal = Number(network.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS'));
    this.#most = Math.ceil(ahead / ports.batch) + this.#optimal;
  }

  /**
   * Whether another image may come: into the batch that is open, or into a new one if there is memory for all
   * of it, because batches should get full.
   */
  hasRoom(taken: number): boolean {
    if (this.#open !== undefined) return true;
    const { batch } = this.#ports;
    const hasSlot = this.#free.length > 0 || this.#slots.length < this.#most;
    return hasSlot && taken + batch <= this.#most * batch;
  }

  #newSlot(): Slot {
    const { input, batch } = this.#ports;
    const request = this.#network.createInferRequest();
    const data = request.getBlob(input).as('U8').data;
    const length = data.length / batch;
    const parts = Array.from({ length: batch }, (_, i) =>
      data.subarray(i * length, (i + 1) * length),
    );
    const slot = { request, parts };
    this.#slots.push(slot);
    return slot;
  }

  #newBatch(): Batch {
    const slot = this.#free.pop() ?? this.#newSlot();
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const made: Batch = {
      ...{ slot, length: 0, decoding: 0, readable: 0, begin },
      result: begun.then(async () => this.#infer(made)),
    };
    // Each of its images awaits it; if none can be read, nobody does.
    made.result.catch(() => undefined);
    return made;
  }

  /** Takes the next image. @throws InferenceError - what its inference failed with */
  async add(file: string): Promise<InferredImage> {
    checkString(file, 'a path in files');
    const batch = (this.#open ??= this.#newBatch());
    const part = batch.length;
    batch.length += 1;
    batch.decoding += 1;
    if (batch.length === this.#ports.batch) this.#open = undefined;
    const began = performance.now();
    try {
      const { data } = await decode(file, this.#toTensor, {
        done: release,
        signal: this.#signal,
      });
      batch.slot.parts[part]?.set(data);
      release(data);
      batch.readable += 1;
    } catch (error) {
      return { file, error: translate(error, file) };
    } finally {
      batch.decoding -= 1;
      this.#beginIfReady(batch);
    }
    const decodeMilliseconds = performance.now() - began;
    const { milliseconds, scores } = await batch.result;
    return { file, scores: scores[part] as Float32Array, milliseconds, decodeMilliseconds };
  }

  #beginIfReady(batch: Batch): void {
    if (batch.decoding > 0) return;
    if (batch === this.#open) {
      if (this.#running >= this.#optimal) return;
      this.#open = undefined;
    }
    this.#running += 1;
    batch.begin();
  }

  async #infer({ slot: { request, parts }, readable, slot }: Batch): Promise<BatchResult> {
    try {
      if (readable === 0) return { milliseconds: 0, scores: [] };
      await request.infer();
      const all = request.getBlob(this.#ports.output).as('FP32').data;
      const length = all.length / parts.length;
      const scores = parts.map((_, i) => all.slice(i * length, (i + 1) * length));
      return { milliseconds: request.latency / readable, scores };
    } finally {
      this.#running -= 1;
      this.#free.push(slot);
      if (this.#open !== undefined) this.#beginIfReady(this.#open);
    }
  }

  /** Lets go of the requests. */
  close(): void {
    for (const { request } of this.#slots) request.close();
  }
}
