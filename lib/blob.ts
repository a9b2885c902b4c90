import { checkInteger, checkKey, checkObject, invalid } from './check';
import { errorOf, translate } from './errors';
import { axesOf, defaultLayout, isLayout, layoutNames, type Layout } from './layout';
import { loadAddon } from './native';
import type { NativeBlob } from './native-types';
import { elementCount, showDims, type TensorDesc } from './port';
import {
  arrayOf,
  byteLength,
  holds,
  isPrecision,
  precisionNames,
  precisionOf,
  typedArrayName,
  type BlobData,
  type DataOf,
  type InputData,
  type Precision,
} from './precision';

let fromNative: (native: NativeBlob, desc: TensorDesc) => Blob;
let fromData: (data: BlobData, desc: TensorDesc) => Blob;
let nativeOf: (blob: Blob) => NativeBlob;
let syncCopy: (blob: Blob | undefined, way: 'read' | 'write') => void;

/**
 * Whether `data` of a blob has been a copy: where the platform forbids arrays over foreign memory, as
 * Electron does. Then inputs are written back before an inference, and outputs read anew after it.
 */
let dataIsCopied = false;

/** Checks that a value is a typed array of the class that a precision asks for. */
export function checkData(
  value: unknown,
  precision: Precision,
  name: string,
): asserts value is InputData {
  const arrayName = typedArrayName(value);
  if (arrayName !== undefined && holds(precision, arrayName)) return;
  const expected = `a ${arrayOf(precision).name} (precision ${precision})`;
  if (arrayName === undefined) throw invalid(name, expected, value);
  throw errorOf(
    'PRECISION_MISMATCH',
    `Expected ${expected} for ${name}, received a ${arrayName}; convert the data, or set the precision before loadNetwork`,
  );
}

/** Checks a list of whole, non-negative dimensions. */
export function checkDims(value: unknown, name: string): asserts value is readonly number[] {
  if (!Array.isArray(value)) throw invalid(name, 'a list of dimensions', value);
  value.forEach((dim, i) => checkInteger(dim, `${name}[${i}]`));
}

function checkDesc(desc: unknown): asserts desc is TensorDesc {
  checkObject(desc, 'tensorDesc', 'an object { precision, dims, layout? }');
  const { precision, dims, layout } = desc as Partial<TensorDesc>;
  if (!isPrecision(precision))
    throw invalid('tensorDesc.precision', `one of ${precisionNames.join(', ')}`, precision);
  checkDims(dims, 'tensorDesc.dims');
  if (!Number.isSafeInteger(byteLength(precision, elementCount(dims))))
    throw invalid('tensorDesc.dims', 'dimensions of fewer bytes than 2^53', dims);
  if (layout === undefined) return;
  if (!isLayout(layout))
    throw invalid('tensorDesc.layout', `one of ${layoutNames.join(', ')}`, layout);
  if (axesOf(layout) !== '' && axesOf(layout).length !== dims.length) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `The layout ${layout} has ${axesOf(layout).length} axes and dims ${showDims(dims)} has ${dims.length}`,
    );
  }
}

/**
 * A tensor: data with a precision, dimensions and a layout.
 *
 * The blobs of a request (`getBlob`, `inputBlobs`, `outputBlobs`) are windows on the runtime's own
 * memory: what is written into `data` is what the next inference reads, with no copy. The memory
 * lives as long as anything refers to it, also after the request and the network are closed. The
 * blobs that `infer` returns are copies that belong to the caller.
 *
 * @example
 * ```ts
 * const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, new Float32Array([1, 2, 3, 4]));
 * request.setBlob('x', blob);
 * ```
 */
export class Blob<P extends Precision = Precision> {
  /** The element type. */
  readonly precision: P;
  /** The dimensions, in the order of `layout`. */
  readonly dims: readonly number[];
  /** The order of the dimensions. */
  readonly layout: Layout;
  #native: NativeBlob | undefined;
  #data: BlobData | undefined;
  /** The bytes of `data` where they are a copy. */
  #copy: Uint8Array | undefined;

  static {
    fromNative = (native, desc) => new Blob(desc, undefined, native);
    fromData = (data, desc) => new Blob(desc, data, null);
    nativeOf = (blob) => {
      if (blob.#native === undefined) {
        const data = blob.data;
        blob.#native = new (loadAddon().Blob)(blob.precision, blob.dims);
        blob.#data = undefined;
        (blob.data as Uint8Array).set(data as Uint8Array);
      }
      syncCopy(blob, 'write');
      return blob.#native;
    };
    syncCopy = (blob, way) => {
      if (blob === undefined) return;
      const copy = blob.#copy;
      // One that was transferred away is empty.
      if (copy !== undefined && copy.length > 0) blob.#native?.[way](copy);
    };
  }

  /**
   * Makes a blob with memory of its own.
   *
   * @param tensorDesc - precision and dims; `layout` defaults to the usual one for the rank
   * @param data - its contents, copied; zeros when left out. One element for each of the dims' product
   * @throws ArgumentError - INVALID_ARGUMENT, PRECISION_MISMATCH or SHAPE_MISMATCH
   */
  constructor(
    tensorDesc: { precision: P; dims: readonly number[]; layout?: Layout },
    data?: DataOf<P>,
  );
  /** @internal */
  constructor(desc: TensorDesc, data: BlobData | undefined, native: NativeBlob | null);
  constructor(
    desc: { precision: Precision; dims: readonly number[]; layout?: Layout },
    data?: BlobData,
    native?: NativeBlob | null,
  ) {
    if (native === undefined) checkDesc(desc);
    this.precision = desc.precision as P;
    this.dims = Object.freeze([...desc.dims]);
    this.layout = desc.layout ?? defaultLayout('', desc.dims);
    if (native !== undefined) {
      this.#native = native ?? undefined;
      this.#data = data;
      return;
    }
    try {
      this.#native = new (loadAddon().Blob)(this.precision, this.dims);
    } catch (error) {
      throw translate(error, `Cannot make a blob of ${this.precision} ${showDims(this.dims)}`);
    }
    if (data === undefined) return;
    checkData(data, this.precision, 'data');
    if (data.length !== this.data.length) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected ${this.data.length} elements for dims ${showDims(this.dims)}, received ${data.length}`,
      );
    }
    (this.data as Uint8Array).set(data as Uint8Array);
  }

  /**
   * The elements, as a typed array over the blob's memory. FP16 and BF16 come as their bits in a
   * `Uint16Array` (see {@link toFloat32}), elements of less than a byte packed in a `Uint8Array`.
   */
  get data(): DataOf<P> {
    const size = byteLength(this.precision, elementCount(this.dims));
    // A buffer that the user transferred away is empty: the memory is still there, so look at it anew.
    if (
      this.#data === undefined ||
      (this.#data.byteLength !== size && this.#native !== undefined)
    ) {
      const buffer = (this.#native as NativeBlob).buffer() ?? this.#copyOut(size);
      const constructor = arrayOf<Precision>(this.precision) as new (
        buffer: ArrayBuffer,
      ) => BlobData;
      this.#data = new constructor(buffer);
    }
    return this.#data as DataOf<P>;
  }

  #copyOut(size: number): ArrayBuffer {
    dataIsCopied = true;
    this.#copy = new Uint8Array(size);
    syncCopy(this, 'read');
    return this.#copy.buffer as ArrayBuffer;
  }

  /** Precision, dims and layout in one record. */
  get tensorDesc(): TensorDesc {
    return { precision: this.precision, dims: this.dims, layout: this.layout };
  }

  /**
   * The same blob, typed by its precision, so that `data` has one type.
   *
   * @throws ArgumentError - PRECISION_MISMATCH when the blob has another precision
   * @example
   * ```ts
   * const scores: Float32Array = output.as('FP32').data;
   * ```
   */
  as<Q extends Precision>(precision: Q): Blob<Q> {
    if (!Object.is(this.precision, precision)) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${precision}, this one is ${this.precision}`,
      );
    }
    return this as unknown as Blob<Q>;
  }
}

export { dataIsCopied, fromData, fromNative, nativeOf, syncCopy };

const halves = { FP16: 'FP16', BF16: 'BF16' } as const;

/** A floating precision of 16 bits. */
export type HalfPrecision = keyof typeof halves;

function bytesOf(data: InputData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Turns the bits of FP16 or BF16 numbers into a `Float32Array`; every value is kept exactly.
 *
 * @param data - one number in each element
 */
export function toFloat32(data: Uint16Array, precision: HalfPrecision): Float32Array {
  checkKey(precision, 'precision', halves);
  checkData(data, precision, 'data');
  return new Float32Array(loadAddon().convert(bytesOf(data), precision, 'FP32'));
}

/**
 * Turns numbers into the bits of FP16 or BF16, rounded to the nearest, half to even. What is too
 * large becomes infinite.
 */
export function fromFloat32(data: Float32Array, precision: HalfPrecision): Uint16Array {
  checkKey(precision, 'precision', halves);
  checkData(data, 'FP32', 'data');
  return new Uint16Array(loadAddon().convert(bytesOf(data), 'FP32', precision));
}

/** The blob around a tensor of the runtime that has no port, such as a state. */
export function looseBlob(native: NativeBlob): Blob {
  const dims = native.dims();
  return fromNative(native, {
    precision: precisionOf(native.element()),
    dims,
    layout: defaultLayout('', dims),
  });
}
