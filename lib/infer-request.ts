/** The public class InferRequest: inferences on blobs that the caller can reach. */
import type { NativeProfile } from './addon/native-types';
import { checkInteger, invalid } from './base/check';
import { readOnlyRecord } from './base/guarded-records';
import { markClass } from './base/package-copies';
import { isBlob, type Blob } from './blob';
import { errorOf, translate } from './errors';
import type { Inputs } from './infer/assignment';
import { findSlot } from './infer/find-slot';
import { Inference } from './infer/inference';
import type { StatusCode } from './infer/status-code';
import { readPreProcess, type PreProcess } from './ports/preprocess';
import { VariableState } from './variable-state';

/** The measurements of one layer in the last inference. */
export interface LayerPerf {
  /** Whether the layer ran, did not run, or was merged into another one. */
  status: NativeProfile['status'];
  /** The device's name for the kernel. */
  execType: string;
  /** The type of the layer. */
  layerType: string;
  /** Wall time in microseconds. */
  realTime: number;
  /** Processor time in microseconds. */
  cpuTime: number;
  /** The position of the layer in the order of execution. */
  executionIndex: number;
}

const longestTimeout = 2 ** 31 - 1;

/**
 * Runs inferences on blobs of its own, one at a time: while one runs, most members throw REQUEST_BUSY. Made by
 * `ExecutableNetwork`.
 */
export class InferRequest {
  static {
    markClass(this);
  }

  readonly #inference: Inference;

  /** @internal */
  constructor(inference: Inference) {
    if (!Inference.isInference(inference)) {
      throw errorOf(
        'INVALID_ARGUMENT',
        'There is no public constructor for this class; ExecutableNetwork.createInferRequest() creates the object',
      );
    }
    this.#inference = inference;
  }

  /**
   * The input blobs by name, views of the memory that the next inference reads. An input whose shape varies and is
   * not known yet has an empty blob, with length 0 on each varying axis; `setShape` sets its shape.
   */
  get inputBlobs(): Record<string, Blob> {
    const inference = this.#inference;
    inference.checkIdle();
    return inference.inputs.record((port) => inference.input(port).blobOrEmpty);
  }

  /**
   * The output blobs by name, views of the memory that each inference writes. An output whose shape varies has an
   * empty blob before the first inference.
   */
  get outputBlobs(): Record<string, Blob> {
    const inference = this.#inference;
    inference.checkIdle();
    return inference.outputs.record((port) => inference.output(port).blobOrEmpty);
  }

  /** The preprocessing of each input, as set before `loadNetwork` and by `setBlob`. */
  get preProcess(): Readonly<Record<string, Readonly<PreProcess>>> {
    const inference = this.#inference;
    inference.checkIdle();
    return inference.inputs.record((port) =>
      readOnlyRecord(inference.input(port).preProcess, (step) =>
        errorOf(
          'INVALID_ARGUMENT',
          `preProcess.${step} of '${port.name}' is read-only; set it with setBlob(name, blob, preProcess), or before loadNetwork`,
        ),
      ),
    );
  }

  /**
   * The blob of an input or output, by its name or a tensor name. If the shape of an output varies, the blob is valid
   * for the last inference only. If an output returns an input under the same name, the result is the input's blob.
   *
   * @throws ArgumentError - UNKNOWN_NAME; SHAPE_MISMATCH while a varying shape is not known
   * @throws InferenceError - REQUEST_BUSY while an inference runs
   */
  getBlob(name: string): Blob {
    this.#inference.checkIdle();
    return findSlot(this.#inference, name).blob;
  }

  /**
   * Makes the request read an input from, or write an output into, the memory of a blob, without a copy.
   *
   * With `preProcess`, the CPU preprocesses the blob before each inference: the blob of an input may then be an image
   * of another size (`resizeAlgorithm`), color format or layout. The steps apply to this blob only, and must come
   * before the steps that the network was loaded with. Calls that give all inputs, such as `exec.infer`, replace
   * such a blob by one of the network's own shape.
   *
   * @param blob - of the input's precision
   * @param preProcess - default: only the preprocessing that the network was loaded with
   * @throws ArgumentError - UNKNOWN_NAME, PRECISION_MISMATCH, SHAPE_MISMATCH or INVALID_ARGUMENT
   * @example
   * ```ts
   * const frame = new Blob({ precision: 'U8', dims: [1, 720, 1280, 3], layout: 'NHWC' }, pixels);
   * request.setBlob('data', frame, { resizeAlgorithm: 'RESIZE_BILINEAR' });
   * await request.infer();
   * ```
   */
  setBlob(name: string, blob: Blob, preProcess?: PreProcess): void {
    this.#inference.checkIdle();
    if (!isBlob(blob)) throw invalid('blob', 'a Blob', blob);
    const slot = findSlot(this.#inference, name);
    const steps = preProcess === undefined ? undefined : readPreProcess(preProcess, 'preProcess');
    // Reading preProcess may have run code of the caller.
    this.#inference.checkIdle();
    slot.set(blob, steps);
  }

  /**
   * Runs one inference off the event loop. The given inputs are copied into the input blobs first; the other inputs
   * keep the contents of their blobs. Read the results from `outputBlobs`.
   */
  async infer(inputs?: Inputs): Promise<void> {
    return this.#inference.run(inputs, false, () => undefined);
  }

  /** Runs one inference like `infer`, and blocks this thread until it has ended. */
  inferSync(inputs?: Inputs): void {
    this.#inference.runSync(inputs, false);
  }

  /** Starts an inference and returns at once; `wait` reports how it ended. */
  startAsync(inputs?: Inputs): void {
    this.#inference.start(inputs);
  }

  /**
   * Waits for the running inference, or reports how the last one ended.
   *
   * @param timeout - in ms: -1 waits until the end, 0 does not wait. Default -1
   * @returns OK; RESULT_NOT_READY if the inference is still running after the timeout; INFER_NOT_STARTED
   * @throws InferenceError - the error that the inference failed with
   */
  async wait(timeout = -1): Promise<StatusCode> {
    checkInteger(timeout, 'timeout', -1, longestTimeout);
    return this.#inference.wait(timeout);
  }

  /** Waits like `wait`, and blocks this thread meanwhile. */
  waitSync(timeout = -1): StatusCode {
    checkInteger(timeout, 'timeout', -1, longestTimeout);
    return this.#inference.waitSync(timeout);
  }

  /** Cancels the running inference as soon as the device can; it then rejects with CANCELLED. */
  cancel(): void {
    this.#inference.cancel();
  }

  /** How long the last inference took, in ms; 0 before the first. */
  get latency(): number {
    return this.#inference.latency;
  }

  /**
   * The time of each layer in the last inference, for networks loaded with `config: { PERF_COUNT: true }`.
   */
  getPerfCounts(): Record<string, LayerPerf> {
    const { native } = this.#inference;
    this.#inference.checkIdle();
    const record = Object.create(null) as Record<string, LayerPerf>;
    try {
      native.profile().forEach(({ name, ...perf }, executionIndex) => {
        record[name] = { ...perf, executionIndex };
      });
    } catch (error) {
      throw translate(
        error,
        'There are no performance counts; load the network with config: { PERF_COUNT: true }',
      );
    }
    return record;
  }

  /** The states of a stateful network; an empty list for other networks. */
  queryState(): VariableState[] {
    const inference = this.#inference;
    inference.checkIdle();
    const checkIdle = (): void => {
      inference.checkIdle();
    };
    return inference.native.states().map((state) => new VariableState(state, checkIdle));
  }

  /**
   * Sets the batch of every input whose batch may vary. These inputs get new blobs of zeros.
   *
   * @param size - images per inference, at least 1
   * @throws ArgumentError - SHAPE_MISMATCH if the batch of the network is fixed
   */
  setBatch(size: number): void {
    this.#inference.checkIdle();
    checkInteger(size, 'size', 1);
    this.#inference.setBatch(size);
  }

  /** Frees the request's memory; a running inference is cancelled. May be called again. */
  close(): void {
    this.#inference.close();
  }

  /** Calls close(), for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
