/** The tensor inside a blob: its description, its memory and the requests that follow its shape. */
import { loadAddon } from '../addon/loader';
import type { NativeBlob } from '../addon/native-types';
import { byteLengthOf, bytesOf, lengthOf } from '../base/typed-array';
import { errorOf, translate } from '../errors';
import { elementCount, showDims } from './dims';
import { defaultLayout, type Layout } from './layout';
import { arrayOf, byteLength, type BlobData, type InputData, type Precision } from './precision';

/** The precision, dimensions (in the order of the layout, -1 for one that may vary) and layout of a tensor. */
export interface TensorDesc {
  precision: Precision;
  dims: readonly number[];
  layout: Layout;
}

/** A user of a tensor's memory, which is notified when the tensor gets another shape and other memory. */
export interface ShapeListener {
  /** Called before a change; throws if the tensor cannot have these dimensions now. */
  check(dims: readonly number[]): void;
  /** Called after a change. */
  changed(): void;
}

function bytesNeeded({ precision, dims }: Readonly<TensorDesc>): number {
  return byteLength(precision, elementCount(dims));
}

function allocate({ precision, dims }: Readonly<TensorDesc>): NativeBlob {
  try {
    return new (loadAddon().Blob)(precision, dims);
  } catch (error) {
    throw translate(error, `Cannot make a blob of ${precision} ${showDims(dims)}`);
  }
}

/**
 * A tensor in memory of the runtime, or in a typed array until the runtime needs it.
 *
 * Some platforms, such as Electron, forbid typed arrays over memory that V8 did not allocate. `data` is a copy
 * there: `writeCopy` copies it into the runtime's memory before an inference, `readCopy` back after one.
 */
export class Tensor {
  #desc: Readonly<TensorDesc>;
  #byteLength: number;
  #native: NativeBlob | undefined;
  #data: BlobData | undefined;
  /** The bytes of `data`, if those are a copy. */
  #copy: Uint8Array | undefined;
  /** Made when first needed: most tensors are outputs that no request uses. */
  #listeners: Set<ShapeListener> | undefined;

  private constructor(
    desc: Readonly<TensorDesc>,
    native: NativeBlob | undefined,
    data: BlobData | undefined,
    bytes: number,
  ) {
    this.#desc = desc;
    this.#byteLength = bytes;
    this.#native = native;
    this.#data = data;
  }

  static #make(desc: Readonly<TensorDesc>, native?: NativeBlob, data?: BlobData): Tensor {
    Object.freeze(desc.dims);
    return new Tensor(desc, native, data, bytesNeeded(desc));
  }

  /** A tensor of zeros. */
  static zeros(desc: Readonly<TensorDesc>): Tensor {
    return Tensor.#make(desc, allocate(desc));
  }

  /** A tensor over memory of the runtime. */
  static ofNative(native: NativeBlob, desc: Readonly<TensorDesc>): Tensor {
    return Tensor.#make(desc, native);
  }

  /** A tensor over a typed array, which belongs to the tensor from then on. */
  static ofData(data: BlobData, desc: Readonly<TensorDesc>): Tensor {
    return Tensor.#make(desc, undefined, data);
  }

  /** A copy of the tensor, in memory of its own. */
  copy(): Tensor {
    return new Tensor(this.#desc, undefined, this.data.slice(), this.#byteLength);
  }

  /** Whether a value is a tensor of this package, which callers cannot make. */
  static isTensor(value: unknown): value is Tensor {
    return typeof value === 'object' && value !== null && #desc in value;
  }

  /** Precision, dimensions and layout; another object after each change of the shape. */
  get desc(): Readonly<TensorDesc> {
    return this.#desc;
  }

  /** The elements, as a typed array over the tensor's memory. */
  get data(): BlobData {
    const { precision } = this.#desc;
    const data = this.#data;
    // An array whose buffer the caller transferred away is empty; the runtime's memory still exists.
    if (data !== undefined && (data.byteLength === this.#byteLength || this.#native === undefined))
      return data;
    const buffer = (this.#native as NativeBlob).buffer() ?? this.#copyOut();
    const constructor = arrayOf(precision) as new (buffer: ArrayBuffer) => BlobData;
    this.#data = new constructor(buffer);
    return this.#data;
  }

  #copyOut(): ArrayBuffer {
    this.#copy = new Uint8Array(this.#byteLength);
    this.readCopy();
    return this.#copy.buffer as ArrayBuffer;
  }

  /** Copies the runtime's memory into `data`, if that is a copy. */
  readCopy(): void {
    // A copy that the caller transferred away is empty.
    if (this.#copy !== undefined && this.#copy.length > 0) this.#native?.read(this.#copy);
  }

  /** Copies `data` into the runtime's memory, if `data` is a copy. */
  writeCopy(): void {
    if (this.#copy !== undefined && this.#copy.length > 0) this.#native?.write(this.#copy);
  }

  /**
   * The runtime's tensor, with the current elements; a typed array is copied into memory of the runtime first.
   *
   * @throws ArgumentError - SHAPE_MISMATCH if that array was transferred away
   */
  get native(): NativeBlob {
    if (this.#native === undefined) {
      const { data } = this;
      if (byteLengthOf(data) !== this.#byteLength) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `Expected the data of a blob of ${showDims(this.#desc.dims)}, received ${lengthOf(data)} elements: its memory was transferred away`,
        );
      }
      this.#native = allocate(this.#desc);
      this.#data = undefined;
      (this.data as Uint8Array).set(data as Uint8Array);
    }
    this.writeCopy();
    return this.#native;
  }

  /**
   * Copies elements into the tensor, or into one of its equal parts. The caller has checked their type; their number
   * is checked here, because between this check and the copy no code of the user can run.
   */
  copyFrom(data: InputData, name: string, part = 0, parts = 1): void {
    if (byteLengthOf(data) * parts !== this.#byteLength) {
      const { dims } = this.#desc;
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected ${elementCount(dims) / parts} elements, dims ${showDims(dims)}, for ${name}, received ${lengthOf(data)}`,
      );
    }
    try {
      (this.data as Uint8Array).set(data as Uint8Array, part * lengthOf(data));
    } catch (cause) {
      // Another thread can grow shared memory at any time.
      throw errorOf('SHAPE_MISMATCH', `The memory of ${name} grew while it was read`, { cause });
    }
  }

  /**
   * Gives the tensor other dimensions and new memory, with the elements that fit and zeros for the rest. The layout
   * is kept if the number of dimensions is.
   */
  setShape(dims: readonly number[]): void {
    const { precision, layout, dims: before } = this.#desc;
    const listeners = [...(this.#listeners ?? [])];
    for (const listener of listeners) listener.check(dims);
    const kept = bytesOf(this.data);
    const newLayout = dims.length === before.length ? layout : defaultLayout('', dims);
    const desc = { precision, dims, layout: newLayout };
    this.#native = allocate(desc);
    this.#desc = desc;
    this.#byteLength = bytesNeeded(desc);
    this.#data = undefined;
    this.#copy = undefined;
    const fresh = bytesOf(this.data);
    fresh.set(kept.subarray(0, fresh.length));
    this.writeCopy();
    for (const listener of listeners) listener.changed();
  }

  addListener(listener: ShapeListener): void {
    (this.#listeners ??= new Set()).add(listener);
  }

  removeListener(listener: ShapeListener): void {
    this.#listeners?.delete(listener);
  }
}
