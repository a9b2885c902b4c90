/** The state of an infer request: its inputs and outputs, and the inference that runs. */
import type { NativeInferRequest, NativeInputNumber } from '../addon/native-types';
import { readEntries } from '../base/check';
import { errorOf, translate, type OpenVINOError } from '../errors';
import type { NameTable } from '../ports/name-table';
import type { InputPort, Port } from '../ports/port';
import { checkValues, elementOf } from '../ports/value-rules';
import type { Assignment, Inputs } from './assignment';
import type { SlotOwner } from './blob-slot';
import { resolveQuick } from './event-loop';
import { InputSlot } from './input-slot';
import { OutputSlot } from './output-slot';
import { PreprocessingStage } from './preprocessing-stage';
import { StatusCode } from './status-code';

const nothing = (): undefined => undefined;

/** Represents an inference that has ended. */
const ended = Promise.resolve();

/** Runs inferences, one at a time, on blobs of its own. The public class around it is InferRequest. */
export class Inference implements SlotOwner {
  readonly native: NativeInferRequest;
  readonly inputs: NameTable<InputPort>;
  readonly outputs: NameTable<Port>;
  readonly #inputSlots: readonly InputSlot[];
  readonly #outputSlots: readonly OutputSlot[];
  readonly #varyingInputs: readonly InputSlot[];
  readonly #varyingOutputs: readonly OutputSlot[];
  /** Inputs with rules for their values. */
  readonly ruledInputs: readonly InputSlot[];
  /** Settles with the inference that runs; undefined if none does. */
  #running: Promise<unknown> | undefined;
  /** Represents the inference that was started last; undefined if none was. */
  #last: Promise<unknown> | undefined;
  /** The preprocessors that run before the inference that runs. */
  #stage: PreprocessingStage | undefined;
  /** Why the last inference failed. */
  #failure: OpenVINOError | undefined;
  /** Builds the result for the caller of the inference that runs. */
  #collect: (() => unknown) | undefined;
  #idleListener: (() => void) | undefined;
  #closed = false;

  constructor(native: NativeInferRequest, inputs: NameTable<InputPort>, outputs: NameTable<Port>) {
    this.native = native;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#inputSlots = inputs.items.map((port) => new InputSlot(port, this));
    this.#outputSlots = outputs.items.map((port) => new OutputSlot(port, this));
    this.#varyingInputs = this.#inputSlots.filter(({ isDynamic }) => isDynamic);
    this.#varyingOutputs = this.#outputSlots.filter(({ isDynamic }) => isDynamic);
    this.ruledInputs = this.#inputSlots.filter(({ port }) => (port.rules ?? []).length > 0);
  }

  /** Whether a value is an inference, which callers cannot make. */
  static isInference(value: unknown): value is Inference {
    return typeof value === 'object' && value !== null && #running in value;
  }

  /** Whether no inference runs. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** Identifies the inference that runs; undefined if none does. */
  get current(): unknown {
    return this.#running;
  }

  /** How long the last inference took, in ms; 0 before the first and after close(). */
  get latency(): number {
    return this.#closed ? 0 : this.native.latency();
  }

  /** @throws OpenVINOError - CLOSED; REQUEST_BUSY while an inference runs */
  checkIdle(): void {
    if (this.#closed) throw errorOf('CLOSED', 'This request is closed; create another one');
    if (!this.isIdle) {
      throw errorOf(
        'REQUEST_BUSY',
        'This request is still running an inference; await wait(), or use another request',
      );
    }
  }

  /** Calls back whenever an inference has ended. */
  onIdle(listener: () => void): void {
    this.#idleListener = listener;
  }

  input(port: InputPort): InputSlot {
    return this.#inputSlots[port.index] as InputSlot;
  }

  output(port: Port): OutputSlot {
    return this.#outputSlots[port.index] as OutputSlot;
  }

  /**
   * Reads a record of inputs by name.
   *
   * @param complete - whether the record must contain every input
   * @throws ArgumentError - INVALID_ARGUMENT, UNKNOWN_NAME, MISSING_INPUT
   */
  readInputs(inputs: unknown, complete: boolean): Map<InputPort, unknown> {
    const { items, names } = this.inputs;
    const given = this.inputs.byItem(readEntries(inputs, 'inputs', 'a record of inputs by name'));
    if (complete && given.size < items.length) {
      const missing = items.filter((port) => !given.has(port)).map(({ name }) => name);
      throw errorOf(
        'MISSING_INPUT',
        `Missing input ${missing.join(', ')}; the network takes: ${names.join(', ')}`,
      );
    }
    return given;
  }

  #assign(inputs: unknown, complete: boolean): void {
    // A call that gives all inputs may run on any request of a pool, so its values have the network's own shapes.
    if (complete) for (const slot of this.#inputSlots) slot.reset();
    const slots: InputSlot[] = [];
    const assignments: Assignment[] = [];
    for (const [port, value] of this.readInputs(inputs, complete)) {
      const slot = this.input(port);
      slots.push(slot);
      assignments.push(slot.read(value));
    }
    // Reading the inputs may have run code of the caller.
    this.checkIdle();
    slots.forEach((slot, i) => {
      slot.assign(assignments[i] as Assignment);
    });
  }

  /** A number that rules for values depend on: the length of an axis of an input, or the value of an element. */
  readonly numberOf = ({ input, index, isLength }: NativeInputNumber): number => {
    const { port, tensor } = this.#inputSlots[input] as InputSlot;
    return isLength ? (tensor.desc.dims[index] as number) : elementOf(port, tensor.data, index);
  };

  /**
   * Gets the inputs ready for an inference.
   *
   * @param complete - whether every input has to be given; otherwise the others keep the contents of their blobs
   */
  #prepare(inputs: Inputs | undefined, complete: boolean): void {
    this.checkIdle();
    if (complete || inputs !== undefined) this.#assign(inputs, complete);
    // Throws if a shape is not known.
    for (const slot of this.#varyingInputs) void slot.blob;
    // No code of the caller runs between this check and the inference.
    for (const { port, tensor } of this.ruledInputs) checkValues(port, tensor.data, this.numberOf);
    for (const slot of this.#inputSlots) slot.writeCopy();
    for (const slot of this.#varyingOutputs) slot.forget();
    this.#failure = undefined;
  }

  /** Starts the preprocessors, if there are some, and the inference after them; a boolean if it has ended already. */
  #launch(mayRunHere: boolean): Promise<void> | boolean {
    if (this.#inputSlots.every(({ preprocessor }) => preprocessor === undefined))
      return this.native.start(mayRunHere);
    const preprocessors = this.#inputSlots.flatMap(({ preprocessor }) => preprocessor ?? []);
    const begin = (): Promise<void> => this.native.start(false);
    this.#stage = new PreprocessingStage(preprocessors, begin);
    return this.#stage.done;
  }

  #readOutputs(): void {
    for (const slot of this.#outputSlots) slot.readCopy();
  }

  /** Starts an inference on the blobs as they are. */
  #start<T>(collect: () => T, mayRunHere: boolean): Promise<T> {
    const flight = this.#launch(mayRunHere);
    let collected: { result: T } | undefined;
    const collectOnce = (): T => {
      if (collected === undefined) {
        this.#readOutputs();
        collected = { result: collect() };
      }
      return collected.result;
    };
    const work =
      typeof flight === 'boolean' ? resolveQuick(collectOnce(), flight) : flight.then(collectOnce);
    this.#collect = collectOnce;
    this.#running = work;
    this.#last = work;
    return this.#finish(work);
  }

  async #finish<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const failure = translate(error, 'The inference failed');
      if (this.#last === work) this.#failure = failure;
      throw failure;
    } finally {
      // After waitSync() this inference no longer counts as running, and another one may be running.
      if (this.#running === work) this.#end();
      this.#idleListener?.();
    }
  }

  #end(): void {
    this.#running = undefined;
    this.#stage = undefined;
  }

  /**
   * Runs an inference off the event loop. One that takes less time than handing it to another thread runs in this
   * thread.
   *
   * @param complete - whether every input has to be given
   * @param collect - builds the result as soon as the inference has ended
   * @throws OpenVINOError - at once if the inputs are wrong; the promise rejects if the inference fails
   */
  run<T>(inputs: Inputs | undefined, complete: boolean, collect: () => T): Promise<T> {
    this.#prepare(inputs, complete);
    return this.#start(collect, true);
  }

  /** Starts an inference on other threads; `wait` reports how it ends. */
  start(inputs: Inputs | undefined): void {
    this.#prepare(inputs, false);
    // wait() reports a failure, so it is not an unhandled rejection.
    this.#start(nothing, false).catch(nothing);
  }

  /** Runs an inference in this thread. */
  runSync(inputs: Inputs | undefined, complete: boolean): void {
    this.#prepare(inputs, complete);
    this.#last = ended;
    try {
      for (const { preprocessor } of this.#inputSlots) preprocessor?.runSync();
      this.native.infer();
      this.#readOutputs();
    } catch (error) {
      this.#failure = translate(error, 'The inference failed');
      throw this.#failure;
    }
  }

  /**
   * Waits for the inference that runs, or reports how the last one ended.
   *
   * @param timeout - in ms; -1 for no limit, 0 does not wait
   */
  async wait(timeout: number): Promise<StatusCode> {
    if (this.#last === undefined) return StatusCode.INFER_NOT_STARTED;
    if (this.#running === undefined) return this.#outcome();
    if (timeout === 0) return StatusCode.RESULT_NOT_READY;
    let timer: NodeJS.Timeout | undefined;
    const outcomes: Promise<StatusCode>[] = [this.#running.then(() => StatusCode.OK)];
    if (timeout > 0) {
      outcomes.push(
        new Promise((resolve) => {
          timer = setTimeout(resolve, timeout, StatusCode.RESULT_NOT_READY);
        }),
      );
    }
    try {
      return await Promise.race(outcomes);
    } catch (error) {
      throw translate(error, 'The inference failed');
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits like `wait`, and blocks this thread meanwhile. */
  waitSync(timeout: number): StatusCode {
    if (this.#last === undefined) return StatusCode.INFER_NOT_STARTED;
    if (this.#running !== undefined) {
      try {
        const begun = performance.now();
        if (this.#stage?.wait(timeout) === false) return StatusCode.RESULT_NOT_READY;
        const spent = Math.round(performance.now() - begun);
        const left = timeout < 0 ? -1 : Math.max(0, timeout - spent);
        if (!this.native.wait(left)) return StatusCode.RESULT_NOT_READY;
        // The result is built now, before another inference overwrites the outputs.
        this.#collect?.();
      } catch (error) {
        this.#failure = translate(error, 'The inference failed');
      }
      this.#end();
    }
    return this.#outcome();
  }

  #outcome(): StatusCode {
    if (this.#failure !== undefined) throw this.#failure;
    return StatusCode.OK;
  }

  /** Sets the batch of every input whose batch may vary, or throws and changes none. */
  setBatch(size: number): void {
    const resized = this.#inputSlots.map((slot) => ({ slot, zeros: slot.zerosForBatch(size) }));
    for (const { slot, zeros } of resized) if (zeros !== undefined) slot.setTensor(zeros);
  }

  /** Ends the inference that runs as soon as the device can; it rejects with CANCELLED. */
  cancel(): void {
    if (this.#closed) return;
    this.#stage?.cancel();
    this.native.cancel();
  }

  /** Cancels the inference that runs, and frees the request's memory after it. */
  close(): void {
    if (this.#closed) return;
    const free = (): void => {
      for (const slot of this.#inputSlots) slot.close();
      for (const slot of this.#outputSlots) slot.forget();
      this.native.close();
    };
    const running = this.#running;
    if (running !== undefined) this.cancel();
    this.#closed = true;
    if (running === undefined) free();
    else running.then(free, free);
  }
}
