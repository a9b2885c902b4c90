import { setImmediate } from 'node:timers';
import {
  Blob,
  type BlobHolder,
  checkData,
  copyInto,
  dataIsCopied,
  descOf,
  fromData,
  fromNative,
  hold,
  isBlob,
  looseBlob,
  nativeOf,
  readDims,
  release,
  syncCopy,
} from './blob';
import { checkInteger, invalid, readProperties, readRecord, show } from './base/check';
import { markClass } from './base/package-copies';
import type { OpenVINOError } from './errors';
import { errorOf, translate } from './errors';
import { readOnlyRecord } from './base/guarded-records';
import type { InputPort } from './ports/port';
import { InputPreparation, PreparationStage } from './infer/input-preparation';
import { checkMade } from './addon/loader';
import type {
  NativeDim,
  NativeInferRequest,
  NativeInputNumber,
  NativeVariableState,
} from './addon/native-types';
import type { TensorDesc } from './tensor/tensor';
import type { NameTable } from './ports/name-table';
import { elementCount, dimsFit, isDynamic, plainDims, showDims } from './tensor/dims';
import { byteLength, type InputData } from './tensor/precision';
import { byteLengthOf, lengthOf, typedArrayName } from './base/typed-array';
import { readPreProcess, setSteps, withoutLoaded, type PreProcess } from './ports/preprocess';
import { checkValues, elementOf } from './ports/value-rules';
import { didYouMean } from './base/suggest';

/** An input: its elements; a blob; or elements with their dimensions, where those may vary. Always copied. */
export type InputValue =
  InputData | Blob | { readonly data: InputData; readonly dims: readonly number[] };

/** Inputs by name, friendly or tensor name. */
export type Inputs = Readonly<Record<string, InputValue>>;

/** Outputs by friendly name, in lexicographic order. */
export type Outputs = Record<string, Blob>;

/** What `wait` answers, with the classic API's numbers. */
export const StatusCode = {
  /** The inference is done. */
  OK: 0,
  /** It is still running. */
  RESULT_NOT_READY: -9,
  /** None was started. */
  INFER_NOT_STARTED: -11,
} as const;

/** One of the values of {@link StatusCode}. */
export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];

/** What one layer did in the last inference. */
export interface LayerPerf {
  /** Whether the layer ran, or became part of another. */
  status: 'EXECUTED' | 'NOT_RUN' | 'OPTIMIZED_OUT';
  /** The device's name for the kernel. */
  execType: string;
  /** The kind of layer. */
  layerType: string;
  /** Wall time in microseconds. */
  realTime: number;
  /** Processor time in microseconds. */
  cpuTime: number;
  /** The layer's place in the order of execution. */
  executionIndex: number;
}

/** One state of a stateful network, kept from one inference of a request to the next. */
export class VariableState {
  static {
    markClass(this);
  }

  readonly #native: NativeVariableState;
  readonly #checkUsable: () => void;
  /** The state's name. */
  readonly name: string;

  /** @internal */
  constructor(native: NativeVariableState, checkUsable: () => void) {
    checkMade('VariableState', native, 'InferRequest.queryState()');
    this.#native = native;
    this.#checkUsable = checkUsable;
    this.name = native.name();
  }

  #do<T>(verb: string, action: () => T): T {
    this.#checkUsable();
    try {
      return action();
    } catch (error) {
      throw translate(error, `Cannot ${verb} the state ${this.name}`);
    }
  }

  /**
   * The state's value: a copy; assigning a blob sets it.
   *
   * @throws InferenceError - REQUEST_BUSY while an inference is under way
   */
  get state(): Blob {
    return this.#do('read', () => looseBlob(this.#native.get()));
  }

  set state(blob: Blob) {
    if (!isBlob(blob)) throw invalid('state', 'a Blob', blob);
    this.#do('set', () => {
      this.#native.set(nativeOf(blob));
    });
  }

  /** Sets the state back to what it is before the first inference. */
  reset(): void {
    this.#do('reset', () => {
      this.#native.reset();
    });
  }
}

interface Assignment {
  port: Port;
  data: InputData;
  dims: readonly number[] | undefined;
}

function toAssignment(port: Port, value: unknown): Assignment {
  const name = `input '${port.name}'`;
  let data = value;
  let dims: readonly number[] | undefined;
  if (isBlob(value)) {
    const desc = descOf(value);
    ({ data } = value);
    ({ dims } = desc);
    if (desc.precision !== port.precision) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${port.precision} for ${name}, received one of ${desc.precision}`,
      );
    }
  } else if (typedArrayName(value) === undefined) {
    const expected = 'a typed array, a Blob or { data, dims }';
    const given = readProperties(
      value as { data?: unknown; dims?: unknown },
      name,
      ['data', 'dims'],
      expected,
    );
    ({ data } = given);
    dims = readDims(given.dims, `${name}.dims`);
  }
  checkData(data, port.precision, name);
  if (dims === undefined && isDynamic(port)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `The shape of ${name} is ${showDims(port.dims)}: give { data, dims } instead of an array alone`,
    );
  }
  if (dims !== undefined && !dimsFit(dims, port.dims)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected dims ${showDims(port.dims)} (${port.layout}) for ${name}, received ${showDims(dims)}`,
    );
  }
  const elements = elementCount(dims ?? plainDims(port.dims));
  if (byteLengthOf(data) !== byteLength(port.precision, elements)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected ${elements} elements, dims ${showDims(dims ?? port.dims)}, for ${name}, received ${lengthOf(data)}`,
    );
  }
  return { port, data, dims };
}

/** What a blob is that an input takes as it is. */
function descOfPort({ precision, dims, layout }: Port): TensorDesc {
  return { precision, dims: plainDims(dims), layout };
}

/** The port of one item of a batch. */
function partOf(port: Port, parts: number): Port {
  const [batch, ...rest] = port.dims as [number, ...NativeDim[]];
  return { ...port, dims: [batch / parts, ...rest] };
}

const nothing = (): undefined => undefined;

/** Stands for an inference that is over. */
const ended = Promise.resolve();

/** Quick inferences since the event loop had its last turn for their sake. */
let withoutTurn = 0;

/** A promise of what is there already; every 64th time after a turn of the event loop. */
async function afterTurn<T>(result: T): Promise<T> {
  withoutTurn = (withoutTurn + 1) % 64;
  if (withoutTurn > 0) return result;
  return new Promise((resolve) => setImmediate(resolve, result));
}

/** Runs an inference with all inputs given. */
let runRequest: <T>(request: InferRequest, inputs: Inputs, collect: () => T) => Promise<T>;
/** Runs an inference with what the input blobs hold. */
let runFilled: <T>(request: InferRequest, collect: () => T) => Promise<T>;
let runRequestSync: (request: InferRequest, inputs: Inputs) => void;
let whenIdle: (request: InferRequest, listener: () => void) => void;
let isIdle: (request: InferRequest) => boolean;
/** Stands for the inference under way: another one each time. */
let runningOf: (request: InferRequest) => unknown;
/** Puts an item of a batch into its part of the input blobs; throws what is wrong with it. */
let fillPart: (request: InferRequest, inputs: Inputs, part: number, parts: number) => void;
/** Puts values that are allowed into the parts of a batch that hold no item. */
let fillRest: (request: InferRequest, filled: number, parts: number) => void;
let copyOutputs: (request: InferRequest, part?: number, parts?: number) => Outputs;

/**
 * One place for an inference, with blobs of its own. Made by `ExecutableNetwork`; it holds one
 * inference at a time, and refuses another meanwhile with REQUEST_BUSY.
 */
export class InferRequest {
  readonly #native: NativeInferRequest;
  readonly #inputs: NameTable<InputPort>;
  readonly #outputs: NameTable<Port>;
  readonly #varyingInputs: readonly Port[];
  readonly #varyingOutputs: readonly Port[];
  readonly #ruledInputs: readonly Port[];
  readonly #blobs = new Map<Port, Blob>();
  readonly #dims = new Map<Port, readonly number[]>();
  readonly #holders = new Map<Port, BlobHolder>();
  /** Inputs with preprocessing of this request's own. */
  readonly #prepared = new Map<InputPort, { steps: PreProcess; preparation: InputPreparation }>();
  /** What comes before the inference under way. */
  #stage: PreparationStage | undefined;
  #running: Promise<unknown> | undefined;
  #last: Promise<unknown> | undefined;
  /** What the last inference failed with. */
  #failure: OpenVINOError | undefined;
  /** Takes what the one who started the inference under way is to get. */
  #collect: (() => unknown) | undefined;
  #idleListener: (() => void) | undefined;
  #closed = false;

  static {
    markClass(this);
    runRequest = (request, inputs, collect) => {
      request.#prepare(inputs, true);
      return request.#start(collect, true);
    };
    runFilled = (request, collect) => {
      request.#prepare(undefined, false);
      return request.#start(collect, true);
    };
    runRequestSync = (request, inputs) => {
      request.#prepare(inputs, true);
      request.#runSync();
    };
    whenIdle = (request, listener) => {
      request.#idleListener = listener;
    };
    isIdle = (request) => request.#running === undefined;
    runningOf = (request) => request.#running;
    fillPart = (request, inputs, part, parts) => {
      const assignments = request.#read(inputs, true).map(([port, value]) => {
        return { port, data: toAssignment(partOf(port, parts), value).data };
      });
      for (const { port, data } of assignments)
        copyInto(request.#input(port), data, `input '${port.name}'`, part, parts);
      for (const port of request.#ruledInputs) {
        const data = request.#input(port).data as Uint8Array<ArrayBuffer>;
        const [first, next] = [part, part + 1].map((at) => (at * data.length) / parts);
        checkValues(port, data.subarray(first, next), request.#numberOf, first);
      }
    };
    fillRest = (request, filled, parts) => {
      for (const port of request.#ruledInputs) {
        const data = request.#input(port).data as Uint8Array<ArrayBuffer>;
        const length = data.length / parts;
        for (let part = filled; part < parts; part += 1) data.copyWithin(part * length, 0, length);
      }
    };
    copyOutputs = (request, part = 0, parts = 1) =>
      request.#outputs.record((port) => {
        const { data, tensorDesc } = request.#output(port);
        if (parts === 1) return fromData(data.slice(), tensorDesc);
        const length = data.length / parts;
        const [batch = 0, ...rest] = tensorDesc.dims;
        return fromData(data.slice(part * length, (part + 1) * length), {
          ...tensorDesc,
          dims: [batch / parts, ...rest],
        });
      });
  }

  /** @internal */
  constructor(native: NativeInferRequest, inputs: NameTable<InputPort>, outputs: NameTable<Port>) {
    checkMade('InferRequest', native, 'ExecutableNetwork.createInferRequest()');
    this.#native = native;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#varyingInputs = inputs.items.filter(isDynamic);
    this.#varyingOutputs = outputs.items.filter(isDynamic);
    this.#ruledInputs = inputs.items.filter(({ rules }) => rules !== undefined && rules.length > 0);
  }

  #checkUsable(): void {
    if (this.#closed) throw errorOf('CLOSED', 'This request is closed; create another one');
    if (this.#running !== undefined) {
      throw errorOf(
        'REQUEST_BUSY',
        'This request is still working on an inference; await wait(), or use another request',
      );
    }
  }

  /** What is given for which port; where all are needed, for each. */
  #read(inputs: unknown, complete: boolean): [port: InputPort, value: unknown][] {
    const copy = readRecord(inputs, 'inputs', 'a record of inputs by name');
    const given = [...this.#inputs.byItem(copy)];
    if (!complete) return given;
    const missing = this.#inputs.items.filter((port) => !given.some(([one]) => one === port));
    if (missing.length > 0) {
      throw errorOf(
        'MISSING_INPUT',
        `Missing input ${missing.map(({ name }) => name).join(', ')}; the network takes: ${this.#inputs.names.join(', ')}`,
      );
    }
    return given;
  }

  #input(port: Port): Blob {
    let blob = this.#blobs.get(port);
    if (blob === undefined) {
      if (isDynamic(port) && !this.#dims.has(port)) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `The shape of input '${port.name}' is ${showDims(port.dims)}: set it with setBlob(), or infer with { data, dims }`,
        );
      }
      const { precision, layout } = port;
      blob = fromNative(this.#native.input(port.index), {
        precision,
        layout,
        dims: plainDims(port.dims),
      });
      this.#use(port, blob);
    }
    return blob;
  }

  /** Remembers which blob is in place, and follows it. */
  #use(port: Port, blob: Blob): void {
    this.#forget(port);
    hold(blob, this.#holderOf(port));
    this.#blobs.set(port, blob);
  }

  #forget(port: Port): void {
    const blob = this.#blobs.get(port);
    if (blob === undefined) return;
    release(blob, this.#holderOf(port));
    this.#blobs.delete(port);
  }

  #holderOf(port: Port): BlobHolder {
    let holder = this.#holders.get(port);
    if (holder === undefined) {
      const isInput = this.#inputs.items.includes(port as InputPort);
      holder = {
        accept: (dims) => {
          this.#checkUsable();
          const settled = isInput
            ? this.#prepared.has(port as InputPort) && 'setBlob() takes one of another shape'
            : isDynamic(port) && 'each inference settles its shape';
          const refused = settled === false ? '' : `; ${settled}`;
          if (refused !== '' || !dimsFit(dims, port.dims)) {
            throw errorOf(
              'SHAPE_MISMATCH',
              `The blob of '${port.name}' is in use by a request, which takes ${showDims(port.dims)}, and cannot become ${showDims(dims)}${refused}`,
            );
          }
        },
        changed: (blob) => {
          if (isInput) this.#put(port as InputPort, blob);
          else this.#native.setOutput(port.index, nativeOf(blob));
        },
      };
      this.#holders.set(port, holder);
    }
    return holder;
  }

  /** A blob without elements for what has no shape yet. */
  #empty({ precision, layout, dims }: Port): Blob {
    const known = (dims ?? [0]).map((dim) => (typeof dim === 'number' ? dim : 0));
    return new Blob({ precision, dims: known, layout });
  }

  #output(port: Port): Blob {
    const known = this.#blobs.get(port);
    if (known !== undefined) return known;
    const native = this.#native.output(port.index);
    if (native === null) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `The shape of output '${port.name}' is ${showDims(port.dims)} until an inference settles it`,
      );
    }
    const { precision, layout } = port;
    const blob = fromNative(native, { precision, layout, dims: native.dims() });
    this.#use(port, blob);
    return blob;
  }

  /** Blobs of outputs that vary are good for one inference. */
  #forgetVarying(): void {
    for (const port of this.#varyingOutputs) this.#forget(port);
  }

  #assign(inputs: Inputs, complete: boolean): void {
    // Calls that name all inputs come to any request of a pool, and are for the network's own inputs.
    if (complete)
      for (const port of this.#prepared.keys()) this.#put(port, new Blob(descOfPort(port)));
    const assignments = this.#read(inputs, complete).map(([port, value]) => {
      const { preparation } = this.#prepared.get(port) ?? {};
      return { ...toAssignment(preparation?.port ?? port, value), port };
    });
    // Reading them may have run code of the caller's.
    this.#checkUsable();
    for (const { port, data, dims } of assignments) {
      const target = isDynamic(port)
        ? new Blob({ precision: port.precision, dims: dims ?? [], layout: port.layout })
        : this.#input(port);
      copyInto(target, data, `input '${port.name}'`);
      if (isDynamic(port)) this.#put(port, target);
    }
  }

  #put(port: InputPort, blob: Blob): void {
    try {
      this.#native.setInput(port.index, nativeOf(blob));
    } catch (error) {
      throw translate(error, `Cannot set the blob of '${port.name}'`);
    }
    this.#prepared.get(port)?.preparation.close();
    this.#prepared.delete(port);
    this.#use(port, blob);
    this.#dims.set(port, descOf(blob).dims);
  }

  /** Puts in place what a preparation makes of a blob. */
  #putPrepared(port: InputPort, blob: Blob, steps: PreProcess, left: PreProcess): void {
    let preparation: InputPreparation;
    try {
      preparation = new InputPreparation(port, blob, left);
    } catch (error) {
      throw translate(error, `Cannot set the blob of '${port.name}'`);
    }
    this.#put(port, preparation.target);
    this.#use(port, blob);
    this.#prepared.set(port, { steps, preparation });
  }

  #checkShapesKnown(): void {
    for (const port of this.#varyingInputs) this.#input(port);
  }

  /** The length of an axis of an input or the value of an element, as the next inference has it. */
  readonly #numberOf = ({ input, index, isLength }: NativeInputNumber): number => {
    const port = this.#inputs.items.find((one) => one.index === input) as Port;
    const blob = this.#input(port);
    return isLength ? (descOf(blob).dims[index] as number) : elementOf(port, blob.data, index);
  };

  /** Checks the values of inputs that the runtime takes unchecked; nothing of the caller's runs after it. */
  #checkValues(): void {
    for (const port of this.#ruledInputs) checkValues(port, this.#input(port).data, this.#numberOf);
  }

  /** Where `data` of blobs is a copy, inputs go back into the memory that the inference reads. */
  #writeInputs(): void {
    if (dataIsCopied)
      for (const port of this.#inputs.items) syncCopy(this.#blobs.get(port), 'write');
  }

  /** Where `data` of blobs is a copy, outputs come from the memory that the inference wrote. */
  #readOutputs(): void {
    if (dataIsCopied)
      for (const port of this.#outputs.items) syncCopy(this.#blobs.get(port), 'read');
  }

  /**
   * Puts the inputs in place for the next inference. Throws what is wrong with the call.
   *
   * @param complete - whether all inputs have to be given
   */
  #prepare(inputs: Inputs | undefined, complete: boolean): void {
    this.#checkUsable();
    if (complete || inputs !== undefined) this.#assign(inputs as Inputs, complete);
    this.#checkShapesKnown();
    this.#checkValues();
    this.#writeInputs();
    this.#forgetVarying();
    this.#failure = undefined;
  }

  get #preparations(): InputPreparation[] {
    return [...this.#prepared.values()].map(({ preparation }) => preparation);
  }

  /** Starts what prepares inputs, and then the inference. */
  #launch(mayRunHere: boolean): Promise<void> | null {
    if (this.#prepared.size === 0) return this.#native.start(mayRunHere);
    const begin = (): Promise<void> => this.#native.start(false) ?? ended;
    this.#stage = new PreparationStage(this.#preparations, begin);
    return this.#stage.done;
  }

  /**
   * Starts it; what goes wrong with it rejects.
   *
   * @param mayRunHere - an inference that takes less time than leaving it to other threads may run in this one
   */
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
    const work = flight === null ? afterTurn(collectOnce()) : flight.then(collectOnce);
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
      // wait() in its synchronous form may have told the end already, and another inference begun.
      if (this.#running === work) {
        this.#running = undefined;
        this.#stage = undefined;
      }
      this.#idleListener?.();
    }
  }

  /**
   * The input blobs by name: windows on the memory that the next inference reads. An input whose shape
   * varies and is not known yet has an empty blob, 0 long where it varies; `setShape` gives it its shape.
   */
  get inputBlobs(): Record<string, Blob> {
    this.#checkUsable();
    return this.#inputs.record((port) => {
      if (!isDynamic(port) || this.#blobs.has(port)) return this.#input(port);
      const empty = this.#empty(port);
      hold(empty, this.#holderOf(port));
      return empty;
    });
  }

  /**
   * The output blobs by name: windows on the memory that each inference writes. An output whose shape no
   * inference has settled yet has an empty blob.
   */
  get outputBlobs(): Record<string, Blob> {
    this.#checkUsable();
    return this.#outputs.record((port) => {
      const isSettled = this.#blobs.has(port) || this.#native.output(port.index) !== null;
      return isSettled ? this.#output(port) : this.#empty(port);
    });
  }

  /** What happens to each input before an inference: as it was loaded, or as `setBlob` was told. */
  get preProcess(): Readonly<Record<string, Readonly<PreProcess>>> {
    this.#checkUsable();
    return this.#inputs.record((port) =>
      readOnlyRecord({ ...port.preProcess, ...this.#prepared.get(port)?.steps }, (step) =>
        errorOf(
          'INVALID_ARGUMENT',
          `preProcess.${step} of '${port.name}' is set by setBlob(name, blob, preProcess), or before loadNetwork`,
        ),
      ),
    );
  }

  /**
   * One blob, input or output, by its name. Where an output's shape varies, the blob is good for
   * the last inference only. Where an output hands an input on under the same name, the input is meant.
   *
   * @throws ArgumentError - UNKNOWN_NAME; SHAPE_MISMATCH while a varying shape is not settled
   * @throws InferenceError - REQUEST_BUSY while an inference is under way
   */
  getBlob(name: string): Blob {
    this.#checkUsable();
    const { port, isInput } = this.#find(name);
    return isInput ? this.#input(port) : this.#output(port);
  }

  /** Finds an input or output: by name, then by tensor name. */
  #find(name: string): { port: Port; isInput: boolean } {
    const input = this.#inputs.named(name);
    const output = this.#outputs.named(name);
    if (input !== undefined && output !== undefined) {
      // An output that hands an input on is the same tensor.
      const isSame = input.aliases.some((alias) => output.aliases.includes(alias));
      if (isSame) return { port: input, isInput: true };
      throw errorOf(
        'UNKNOWN_NAME',
        `An input and an output are named ${show(name)}; take it from inputBlobs or outputBlobs, or name its tensor`,
      );
    }
    if (input !== undefined) return { port: input, isInput: true };
    if (output !== undefined) return { port: output, isInput: false };
    const known = this.#inputs.find(name);
    if (known !== undefined) return { port: known, isInput: true };
    const port = this.#outputs.find(name);
    if (port !== undefined) return { port, isInput: false };
    const all = [...this.#inputs.names, ...this.#outputs.names];
    throw errorOf(
      'UNKNOWN_NAME',
      `There is no input or output named ${show(name)}; there are: ${all.join(', ')}${didYouMean(name, all)}`,
    );
  }

  /**
   * Makes the request read an input from, or write an output into, the memory of this blob: no copy.
   *
   * With `preProcess`, what is read is first brought to what the network takes, before each inference and on
   * the CPU: the blob of an input may then be an image of another size (`resizeAlgorithm`), color format or
   * layout. It is for this blob alone, and for steps that come before those the network was loaded with.
   * Calls that give all inputs, such as `exec.infer`, put blobs of the network's own shape in its place.
   *
   * @param blob - of the input's precision
   * @param preProcess - default: only what the network was loaded with
   * @throws ArgumentError - UNKNOWN_NAME, PRECISION_MISMATCH, SHAPE_MISMATCH or INVALID_ARGUMENT
   * @example
   * ```ts
   * const frame = new Blob({ precision: 'U8', dims: [1, 720, 1280, 3], layout: 'NHWC' }, pixels);
   * request.setBlob('data', frame, { resizeAlgorithm: 'RESIZE_BILINEAR' });
   * await request.infer();
   * ```
   */
  setBlob(name: string, blob: Blob, preProcess?: PreProcess): void {
    this.#checkUsable();
    if (!isBlob(blob)) throw invalid('blob', 'a Blob', blob);
    const { port, isInput } = this.#find(name);
    const steps = preProcess === undefined ? undefined : readPreProcess(preProcess, 'preProcess');
    // Reading it may have run code of the caller's.
    this.#checkUsable();
    const { precision, dims } = descOf(blob);
    if (precision !== port.precision) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${port.precision} for '${port.name}', received one of ${precision}`,
      );
    }
    if (steps !== undefined) {
      if (!isInput) {
        throw errorOf(
          'INVALID_ARGUMENT',
          `Expected no preProcess for '${port.name}', which is an output`,
        );
      }
      const input = port as InputPort;
      const left = withoutLoaded(steps, input.preProcess, `preProcess for '${port.name}'`);
      if (setSteps(left).length > 0) return this.#putPrepared(input, blob, steps, left);
    }
    if (!dimsFit(dims, port.dims)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected dims ${showDims(port.dims)} for '${port.name}', received ${showDims(dims)}`,
      );
    }
    try {
      if (isInput) return this.#put(port as InputPort, blob);
      if (isDynamic(port)) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `The shape of output '${port.name}' varies, so it takes no blob of the caller's`,
        );
      }
      this.#native.setOutput(port.index, nativeOf(blob));
      this.#use(port, blob);
    } catch (error) {
      throw translate(error, `Cannot set the blob of '${port.name}'`);
    }
  }

  /**
   * Runs one inference, off the event loop. Inputs that are given are copied into the input blobs
   * first; the others keep what their blobs hold. Read the results from `outputBlobs`.
   */
  async infer(inputs?: Inputs): Promise<void> {
    this.#prepare(inputs, false);
    return this.#start(nothing, true);
  }

  /** The same, waiting for the end: nothing else happens in this thread meanwhile. */
  inferSync(inputs?: Inputs): void {
    this.#prepare(inputs, false);
    this.#runSync();
  }

  #runSync(): void {
    this.#last = ended;
    try {
      for (const preparation of this.#preparations) preparation.runSync();
      this.#native.infer();
      this.#readOutputs();
    } catch (error) {
      this.#failure = translate(error, 'The inference failed');
      throw this.#failure;
    }
  }

  /** Starts an inference and returns at once; `wait` tells how it ended. */
  startAsync(inputs?: Inputs): void {
    this.#prepare(inputs, false);
    // Whoever is interested calls wait(); until then a failure is no unhandled rejection.
    this.#start(nothing, false).catch(nothing);
  }

  /**
   * Waits for the inference under way, or tells how the last one ended.
   *
   * @param timeout - milliseconds: -1 waits for the end, 0 only asks. Default -1
   * @returns OK, RESULT_NOT_READY when the time was too short, INFER_NOT_STARTED
   * @throws InferenceError - what the inference failed with
   */
  async wait(timeout = -1): Promise<StatusCode> {
    checkInteger(timeout, 'timeout', -1, 2 ** 31 - 1);
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

  /** The same, blocking this thread for at most `timeout` milliseconds; -1 waits for the end. */
  waitSync(timeout = -1): StatusCode {
    checkInteger(timeout, 'timeout', -1, 2 ** 31 - 1);
    if (this.#last === undefined) return StatusCode.INFER_NOT_STARTED;
    if (this.#running !== undefined) {
      try {
        const begun = performance.now();
        if (this.#stage?.wait(timeout) === false) return StatusCode.RESULT_NOT_READY;
        const spent = Math.round(performance.now() - begun);
        const left = timeout < 0 ? -1 : Math.max(0, timeout - spent);
        if (!this.#native.wait(left)) return StatusCode.RESULT_NOT_READY;
        // Now, before another inference writes over it.
        this.#collect?.();
      } catch (error) {
        this.#failure = translate(error, 'The inference failed');
      }
      this.#running = undefined;
      this.#stage = undefined;
    }
    return this.#outcome();
  }

  /** How the last inference ended. */
  #outcome(): StatusCode {
    if (this.#failure !== undefined) throw this.#failure;
    return StatusCode.OK;
  }

  /** Ends the inference under way as soon as the device can; it then rejects with CANCELLED. */
  cancel(): void {
    if (this.#closed) return;
    this.#stage?.cancel();
    this.#native.cancel();
  }

  /** How long the last inference took, in milliseconds; 0 before the first. */
  get latency(): number {
    return this.#closed ? 0 : this.#native.latency();
  }

  /**
   * The layers of the last inference with their times, for networks loaded with
   * `config: { PERF_COUNT: true }`.
   */
  getPerfCounts(): Record<string, LayerPerf> {
    this.#checkUsable();
    const record = Object.create(null) as Record<string, LayerPerf>;
    try {
      this.#native.profile().forEach(({ name, ...perf }, executionIndex) => {
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

  /** The states of a stateful network; none for others. */
  queryState(): VariableState[] {
    this.#checkUsable();
    return this.#native.states().map(
      (state) =>
        new VariableState(state, () => {
          this.#checkUsable();
        }),
    );
  }

  /**
   * Sets the batch of every input whose batch may vary. Its blobs start anew, with zeros.
   *
   * @param size - pictures a run, at least 1
   * @throws ArgumentError - SHAPE_MISMATCH when the network has one fixed batch
   */
  setBatch(size: number): void {
    this.#checkUsable();
    checkInteger(size, 'size', 1);
    const resized = this.#inputs.items.map((port) => {
      const dims: NativeDim[] = [...(port.dims ?? [])];
      const axis = port.layout.startsWith('CN') ? 1 : 0;
      if (typeof dims[axis] !== 'number') dims[axis] = size;
      const known = this.#dims.get(port);
      const concrete = dims.map((dim, i) => (typeof dim === 'number' ? dim : (known?.[i] ?? -1)));
      if (dims[axis] !== size || !dimsFit(concrete, port.dims)) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `The shape of input '${port.name}' is ${showDims(port.dims)}, so its batch cannot be ${size}; reshape the network to a varying batch, -1, before loadNetwork`,
        );
      }
      return {
        port,
        blob: new Blob({ precision: port.precision, dims: concrete, layout: port.layout }),
      };
    });
    for (const { port, blob } of resized) if (isDynamic(port)) this.#put(port, blob);
  }

  /** Lets go of the request's memory; an inference under way is cancelled. Safe to call again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const letGo = (): void => {
      for (const preparation of this.#preparations) preparation.close();
      for (const port of [...this.#blobs.keys()]) this.#forget(port);
      this.#native.close();
    };
    if (this.#running === undefined) return letGo();
    this.#stage?.cancel();
    this.#native.cancel();
    this.#running.then(letGo, letGo);
  }

  /** For `using`: the same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }
}

export {
  copyOutputs,
  fillPart,
  fillRest,
  isIdle,
  runFilled,
  runningOf,
  runRequest,
  runRequestSync,
  whenIdle,
};
