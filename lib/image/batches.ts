/** Decodes images into the input memory of requests and runs them in batches. */

import { checkString } from '../base/check';
import { type OpenVINOError, translate } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import type { InferRequest } from '../infer-request';
import { release } from '../addon/loader';
import { decode, type Decoder } from './decode';

/** The scores of an image, or the reason why there are none. Times are in ms. */
export type InferredImage =
  | {
      /** Path of the image. */
      file: string;
      /** The image's part of the network's only output, in `FP32`. */
      scores: Float32Array;
      /** Time of the inference in ms; for a batch, its time divided by the number of its images. */
      milliseconds: number;
      /** Time for reading, decoding and resizing, in ms. */
      decodeMilliseconds: number;
      /** Undefined, because there is no error. */
      error?: undefined;
    }
  | {
      /** Path of the image. */
      file: string;
      /** The reason for the missing scores. */
      error: OpenVINOError;
    };

/** A request, and its input memory divided into one part per image. */
interface Slot {
  request: InferRequest;
  parts: Uint8Array[];
}

/** The result of a batch: the time per image in ms, and the scores of each part. */
interface BatchResult {
  milliseconds: number;
  scores: Float32Array[];
}

/** The images of one inference. */
interface Batch {
  slot: Slot;
  /** Number of images. */
  length: number;
  /** Number of images that are being decoded. */
  decoding: number;
  /** Number of images that were decoded. */
  readable: number;
  result: Promise<BatchResult>;
  /** Starts the inference. */
  begin: () => void;
}

/** The names of the input for images and of the output with scores. */
export interface BatchPorts {
  input: string;
  output: string;
  /** Number of images per inference. */
  batch: number;
}

/**
 * Decodes images into the input memory of requests and runs the requests. A batch runs when it is full and decoded. A
 * batch that is not full runs when its images are decoded and the device is idle, so that a slow source delays no
 * result.
 */
export class Batches {
  readonly #network: ExecutableNetwork;
  readonly #ports: BatchPorts;
  readonly #toTensor: Decoder;
  readonly #signal: AbortSignal | undefined;
  readonly #optimal: number;
  /** The largest number of requests to create. */
  readonly #most: number;
  readonly #slots: Slot[] = [];
  readonly #free: Slot[] = [];
  /** The batch that is not full yet. */
  #open: Batch | undefined;
  #running = 0;

  constructor(
    network: ExecutableNetwork,
    ports: BatchPorts,
    toTensor: Decoder,
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
   * Whether another image may be added: to the open batch, or to a new one if there is memory for all of its images,
   * because batches should become full.
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
    // Each readable image of the batch awaits the result; without one, no code does.
    made.result.catch(() => undefined);
    return made;
  }

  /**
   * Adds the next image and resolves with its result.
   *
   * @throws InferenceError - if the inference fails
   */
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

  /** Closes the requests. */
  close(): void {
    for (const { request } of this.#slots) request.close();
  }
}
