/** One input of a request, and the blob that it reads. */
import { blobOf, tensorOf, type Blob } from '../blob';
import type { NativeDim } from '../addon/native-types';
import { errorOf, translate } from '../errors';
import type { InputPort } from '../ports/port';
import { setSteps, withoutLoaded, type PreProcess } from '../ports/preprocess';
import { dimsFit, plainDims, showDims } from '../tensor/dims';
import { batchAxis } from '../tensor/layout';
import { Tensor, type ShapeListener } from '../tensor/tensor';
import { InputReader, type Assignment } from './assignment';
import { BlobSlot, type SlotOwner } from './blob-slot';
import { InputPreprocessor } from './input-preprocessor';

/** An input of a request, with its own preprocessing if `setBlob` set some. */
export class InputSlot extends BlobSlot<InputPort> {
  readonly #reader: InputReader;
  #preprocessing: { steps: PreProcess; preprocessor: InputPreprocessor } | undefined;

  constructor(port: InputPort, owner: SlotOwner) {
    super(port, owner);
    this.#reader = new InputReader(port);
  }

  /** @throws ArgumentError - SHAPE_MISMATCH while a varying shape is not known */
  get blob(): Blob {
    if (this.current !== undefined) return this.current;
    const { index, name, precision, layout, dims } = this.port;
    if (this.isDynamic) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `The shape of input '${name}' is ${showDims(dims)}: set it with setBlob(), or infer with { data, dims }`,
      );
    }
    const desc = { precision, layout, dims: plainDims(dims) };
    const blob = blobOf(Tensor.ofNative(this.owner.native.input(index), desc));
    this.use(blob);
    return blob;
  }

  /** The blob; one without elements while a varying shape is not known. */
  get blobOrEmpty(): Blob {
    return this.current === undefined && this.isDynamic ? this.makeEmpty() : this.blob;
  }

  get tensor(): Tensor {
    return this.currentTensor ?? tensorOf(this.blob);
  }

  /** The preprocessor of this request; undefined if only the network preprocesses this input. */
  get preprocessor(): InputPreprocessor | undefined {
    return this.#preprocessing?.preprocessor;
  }

  /** The preprocessing of the network and of this request together. */
  get preProcess(): PreProcess {
    return { ...this.port.preProcess, ...this.#preprocessing?.steps };
  }

  protected override get refusal(): string | undefined {
    return this.#preprocessing && 'to use another shape, pass a new blob to setBlob()';
  }

  protected override reshaped(blob: Blob, listener: ShapeListener): void {
    this.#put(blob, listener);
  }

  /** Makes the next inferences read a blob without preprocessing. */
  #put(blob: Blob, listener?: ShapeListener): void {
    try {
      this.owner.native.setInput(this.port.index, tensorOf(blob).native);
    } catch (error) {
      throw translate(error, `Cannot set the blob of '${this.port.name}'`);
    }
    this.#removePreprocessor();
    this.use(blob, listener);
  }

  /** Makes the next inferences read the output of a preprocessor for a blob. */
  #putPreprocessed(blob: Blob, steps: PreProcess, left: PreProcess): void {
    let preprocessor: InputPreprocessor;
    try {
      preprocessor = new InputPreprocessor(this.port, blob, left);
    } catch (error) {
      throw translate(error, `Cannot set the blob of '${this.port.name}'`);
    }
    this.#put(preprocessor.target);
    this.use(blob);
    this.#preprocessing = { steps, preprocessor };
  }

  /**
   * Makes the next inferences read a blob.
   *
   * @param steps - preprocessing by this request, before that of the network
   */
  set(blob: Blob, steps: PreProcess | undefined): void {
    this.checkPrecision(blob);
    if (steps !== undefined) {
      const { name, preProcess } = this.port;
      const left = withoutLoaded(steps, preProcess, `preProcess for '${name}'`);
      if (setSteps(left).length > 0) {
        this.#putPreprocessed(blob, steps, left);
        return;
      }
    }
    this.checkDims(blob);
    this.#put(blob);
  }

  /** Replaces a blob that is preprocessed by one of the network's own shape. */
  reset(): void {
    if (this.#preprocessing === undefined) return;
    const { precision, layout, dims } = this.port;
    this.setTensor(Tensor.zeros({ precision, layout, dims: plainDims(dims) }));
  }

  /** Reads a value for this input, or for its preprocessor if it has one. */
  read(value: unknown): Assignment {
    return (this.preprocessor?.reader ?? this.#reader).read(value);
  }

  /** Copies a value, which `read` returned, into the blob. */
  assign({ data, dims = [] }: Assignment): void {
    const { name, precision, layout } = this.port;
    if (!this.isDynamic) {
      this.tensor.copyFrom(data, `input '${name}'`);
      return;
    }
    const tensor = Tensor.zeros({ precision, dims, layout });
    tensor.copyFrom(data, `input '${name}'`);
    this.setTensor(tensor);
  }

  /**
   * Makes zeros with another batch for this input; undefined if its whole shape is fixed.
   *
   * @throws ArgumentError - SHAPE_MISMATCH if the batch is fixed or another dimension is not known
   */
  zerosForBatch(size: number): Tensor | undefined {
    const { name, precision, layout, dims: allowed } = this.port;
    const wanted: NativeDim[] = [...(allowed ?? [])];
    const axis = batchAxis(layout);
    if (typeof wanted[axis] !== 'number') wanted[axis] = size;
    const known = this.current && tensorOf(this.current).desc.dims;
    const dims = wanted.map((dim, i) => (typeof dim === 'number' ? dim : (known?.[i] ?? -1)));
    if (dims[axis] !== size || !dimsFit(dims, allowed)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `The shape of input '${name}' is ${showDims(allowed)}, so its batch cannot be ${size}; reshape the network to a varying batch, -1, before loadNetwork`,
      );
    }
    return this.isDynamic ? Tensor.zeros({ precision, dims, layout }) : undefined;
  }

  /** Makes the next inferences read a tensor. */
  setTensor(tensor: Tensor): void {
    this.#put(blobOf(tensor));
  }

  #removePreprocessor(): void {
    this.preprocessor?.close();
    this.#preprocessing = undefined;
  }

  /** Releases the blob and the preprocessor. */
  close(): void {
    this.#removePreprocessor();
    this.forget();
  }
}
