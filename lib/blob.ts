import { checkInteger, invalid, notOneOf, reading, readList, readProperties } from './base/check';
import { markClass } from './base/package-copies';
import { errorOf, translate } from './errors';
import { axesOf, defaultLayout, isLayout, layoutNames, type Layout } from './tensor/layout';
import { loadAddon } from './addon/loader';
import type { NativeBlob } from './addon/native-types';
import type { TensorDesc } from './tensor/tensor';
import { elementCount, showDims } from './tensor/dims';
import {
  halfPrecisionNames,
  isHalf,
  type HalfPrecision,
  arrayOf,
  byteLength,
  holds,
  isPrecision,
  notAPrecision,
  precisionOf,
  type BlobData,
  type DataOf,
  type InputData,
  type Precision,
} from './tensor/precision';
import { byteLengthOf, bytesOf, lengthOf, typedArrayName } from './base/typed-array';

let fromNative: (native: NativeBlob, desc: TensorDesc) => Blob;
let fromData: (data: BlobData, desc: TensorDesc) => Blob;
let nativeOf: (blob: Blob) => NativeBlob;
/** Whether a value is a blob, and not only something that says so. */
let isBlob: (value: unknown) => value is Blob;
/** What a blob is, whatever was written over its properties. */
let descOf: (blob: Blob) => TensorDesc;
let syncCopy: (blob: Blob | undefined, way: 'read' | 'write') => void;
/** Lets somebody who works on a blob's memory follow it when its shape changes. */
let hold: (blob: Blob, holder: BlobHolder) => void;
let release: (blob: Blob, holder: BlobHolder) => void;

/** Who works on a blob's memory: a request that reads or writes it. */
export interface BlobHolder {
  /** Throws where the blob cannot have these dimensions now. */
  accept(dims: readonly number[]): void;
  /** Takes up the blob's new memory. */
  changed(blob: Blob): void;
}

/**
 * Whether `data` of a blob has been a copy: where the platform forbids arrays over foreign memory, as
 * Electron does. Then inputs are written back before an inference, and outputs read anew after it.
 */
let dataIsCopied = false;

/** What a blob is made of, when it is not the caller who makes it. */
class Content {
  constructor(
    readonly desc: TensorDesc,
    readonly native: NativeBlob | undefined,
    readonly data: BlobData | undefined,
  ) {}
}

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

/** A copy of a list of whole, non-negative dimensions. */
export function readDims(value: unknown, name: string): readonly number[] {
  const dims = readList(value, name, 'a list of dimensions', (dim, item) => {
    checkInteger(dim, item);
    return dim;
  });
  return Object.freeze(dims);
}

/** Checks that as many bytes can be counted. */
function checkSize(precision: Precision, dims: readonly number[], name: string): void {
  if (!Number.isSafeInteger(byteLength(precision, elementCount(dims))))
    throw invalid(name, 'dimensions of fewer bytes than 2^53', dims);
}

function makeNative(precision: Precision, dims: readonly number[]): NativeBlob {
  try {
    return new (loadAddon().Blob)(precision, dims);
  } catch (error) {
    throw translate(error, `Cannot make a blob of ${precision} ${showDims(dims)}`);
  }
}

function readDesc(desc: Partial<TensorDesc>): TensorDesc {
  const given = readProperties(
    desc,
    'tensorDesc',
    ['precision', 'dims', 'layout'],
    'an object { precision, dims, layout? }',
  );
  const { precision, layout } = given;
  if (!isPrecision(precision)) throw notAPrecision('tensorDesc.precision', precision);
  const dims = readDims(given.dims, 'tensorDesc.dims');
  checkSize(precision, dims, 'tensorDesc.dims');
  if (layout === undefined) return { precision, dims, layout: defaultLayout('', dims) };
  if (!isLayout(layout)) throw notOneOf('tensorDesc.layout', layoutNames, layout);
  if (axesOf(layout) !== '' && axesOf(layout).length !== dims.length) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `The layout ${layout} has ${axesOf(layout).length} axes and dims ${showDims(dims)} has ${dims.length}`,
    );
  }
  return { precision, dims, layout };
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
  declare readonly precision: P;
  /** The dimensions, in the order of `layout`; `setShape` changes them. */
  declare readonly dims: readonly number[];
  /** The order of the dimensions. */
  declare readonly layout: Layout;
  #desc!: TensorDesc;
  /** None for most: outputs that belong to the caller. */
  #holders: Set<BlobHolder> | undefined;
  #native: NativeBlob | undefined;
  #data: BlobData | undefined;
  /** The bytes of `data` where they are a copy. */
  #copy: Uint8Array | undefined;

  static {
    markClass(this);
    const make = (desc: TensorDesc, native?: NativeBlob, data?: BlobData): Blob => {
      const content = new Content({ ...desc, dims: Object.freeze(desc.dims) }, native, data);
      return new Blob(content as unknown as TensorDesc);
    };
    fromNative = (native, desc) => make(desc, native);
    fromData = (data, desc) => make(desc, undefined, data);
    isBlob = (value): value is Blob =>
      typeof value === 'object' && value !== null && #native in value;
    descOf = (blob) => blob.#desc;
    nativeOf = (blob) => {
      if (blob.#native === undefined) {
        const { precision, dims } = blob.#desc;
        const { data } = blob;
        if (byteLengthOf(data) !== byteLength(precision, elementCount(dims))) {
          throw errorOf(
            'SHAPE_MISMATCH',
            `Expected the data of a blob of ${showDims(dims)}, received ${lengthOf(data)} elements: its memory was transferred away`,
          );
        }
        blob.#native = new (loadAddon().Blob)(precision, dims);
        blob.#data = undefined;
        (blob.data as Uint8Array).set(data as Uint8Array);
      }
      syncCopy(blob, 'write');
      return blob.#native;
    };
    hold = (blob, holder) => {
      (blob.#holders ??= new Set()).add(holder);
    };
    release = (blob, holder) => {
      blob.#holders?.delete(holder);
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
  constructor(desc: { precision: P; dims: readonly number[]; layout?: Layout }, data?: BlobData) {
    const content = reading('tensorDesc', () => desc instanceof Content) ? desc : undefined;
    const made = content as unknown as Content | undefined;
    this.#describe(made?.desc ?? readDesc(desc));
    if (made !== undefined) {
      this.#native = made.native;
      this.#data = made.data;
      return;
    }
    const { precision, dims } = this.#desc;
    if (data !== undefined) checkData(data, precision, 'data');
    this.#native = makeNative(precision, dims);
    if (data !== undefined) copyInto(this, data, 'data');
  }

  /** Shows what the blob is in properties that cannot be written. */
  #describe(desc: TensorDesc): void {
    this.#desc = desc;
    for (const key of ['precision', 'dims', 'layout'] as const)
      Object.defineProperty(this, key, { value: desc[key], enumerable: true, configurable: true });
  }

  /**
   * Gives the blob other dimensions and new memory: read `data` again. The elements that fit are kept, those
   * that are new are 0. A blob of a request's inputs is what the next inference reads, so this is how an
   * input whose shape varies gets its shape.
   *
   * @param dims - in the order of `layout`, which stays where the rank does
   * @throws ArgumentError - INVALID_ARGUMENT; SHAPE_MISMATCH when a request that has this blob cannot take them
   * @throws InferenceError - REQUEST_BUSY while such a request works on an inference
   * @example
   * ```ts
   * request.inputBlobs.tokens.setShape([1, 128]);
   * request.inputBlobs.tokens.data.set(ids);
   * ```
   */
  setShape(dims: readonly number[]): void {
    const { precision, layout, dims: before } = this.#desc;
    const wanted = readDims(dims, 'dims');
    checkSize(precision, wanted, 'dims');
    for (const holder of [...(this.#holders ?? [])]) holder.accept(wanted);
    const kept = bytesOf(this.data);
    const sameRank = wanted.length === before.length;
    const native = makeNative(precision, wanted);
    this.#native = native;
    this.#data = undefined;
    this.#copy = undefined;
    this.#describe({
      precision,
      dims: wanted,
      layout: sameRank ? layout : defaultLayout('', wanted),
    });
    const fresh = bytesOf(this.data);
    fresh.set(kept.subarray(0, fresh.length));
    syncCopy(this, 'write');
    for (const holder of [...(this.#holders ?? [])]) holder.changed(this);
  }

  /**
   * The elements, as a typed array over the blob's memory. FP16 and BF16 come as their bits in a
   * `Uint16Array` (see {@link toFloat32}), elements of less than a byte packed in a `Uint8Array`.
   */
  get data(): DataOf<P> {
    const { precision, dims } = this.#desc;
    const size = byteLength(precision, elementCount(dims));
    // A buffer that the user transferred away is empty: the memory is still there, so look at it anew.
    if (
      this.#data === undefined ||
      (this.#data.byteLength !== size && this.#native !== undefined)
    ) {
      const buffer = (this.#native as NativeBlob).buffer() ?? this.#copyOut(size);
      const constructor = arrayOf(precision) as new (buffer: ArrayBuffer) => BlobData;
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
    return { ...this.#desc };
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
    if (!isPrecision(precision)) throw notAPrecision('precision', precision);
    if (!Object.is(this.#desc.precision, precision)) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${precision}, this one is ${this.#desc.precision}`,
      );
    }
    return this as unknown as Blob<Q>;
  }
}

/**
 * Copies elements that were checked to be of the blob's precision into it, or into one of some equal
 * parts of it. Their number is looked at here, with nothing of the caller's running in between.
 */
export function copyInto(blob: Blob, data: InputData, name: string, part = 0, parts = 1): void {
  const { precision, dims } = descOf(blob);
  const elements = elementCount(dims) / parts;
  if (byteLengthOf(data) !== byteLength(precision, elements)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected ${elements} elements, dims ${showDims(dims)}, for ${name}, received ${lengthOf(data)}`,
    );
  }
  try {
    (blob.data as Uint8Array).set(data as Uint8Array, part * lengthOf(data));
  } catch (cause) {
    // Shared memory grows when another thread says so.
    throw errorOf('SHAPE_MISMATCH', `The memory of ${name} grew while it was read`, { cause });
  }
}

export { dataIsCopied, descOf, fromData, fromNative, hold, isBlob, nativeOf, release, syncCopy };

function checkHalf(precision: unknown): asserts precision is HalfPrecision {
  if (!isHalf(precision)) throw notOneOf('precision', halfPrecisionNames, precision);
}

/**
 * Turns the bits of FP16 or BF16 numbers into a `Float32Array`; every value is kept exactly.
 *
 * @param data - one number in each element
 */
export function toFloat32(data: Uint16Array, precision: HalfPrecision): Float32Array {
  checkHalf(precision);
  checkData(data, precision, 'data');
  return new Float32Array(loadAddon().convert(bytesOf(data), precision, 'FP32'));
}

/**
 * Turns numbers into the bits of FP16 or BF16, rounded to the nearest, half to even. What is too
 * large becomes infinite.
 */
export function fromFloat32(data: Float32Array, precision: HalfPrecision): Uint16Array {
  checkHalf(precision);
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
