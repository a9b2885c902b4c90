/** The public class Blob: a tensor as callers see it. */
import { invalid, notOneOf, readProperties } from './base/check';
import { hiddenPart } from './base/hidden-part';
import { markClass } from './base/package-copies';
import { errorOf } from './errors';
import { elementCount, readDims, showDims } from './tensor/dims';
import { axesOf, defaultLayout, isLayout, layoutNames, type Layout } from './tensor/layout';
import {
  byteLength,
  checkData,
  isPrecision,
  notAPrecision,
  type BlobData,
  type DataOf,
  type Precision,
} from './tensor/precision';
import { Tensor, type TensorDesc } from './tensor/tensor';

const tensors = hiddenPart<Blob, Tensor>();

/** The tensor of a blob. */
export const tensorOf = tensors.get;

/** Whether a value is a blob of this package. */
export const isBlob = tensors.has;

/** Makes a blob for a tensor. */
export function blobOf(tensor: Tensor): Blob {
  return new Blob(tensor);
}

/** Checks that the number of bytes is a safe integer. */
function checkSize(precision: Precision, dims: readonly number[], name: string): void {
  if (!Number.isSafeInteger(byteLength(precision, elementCount(dims))))
    throw invalid(name, 'dimensions of fewer bytes than 2^53', dims);
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

function makeTensor(desc: Partial<TensorDesc>, data: unknown): Tensor {
  const read = readDesc(desc);
  if (data !== undefined) checkData(data, read.precision, 'data');
  const tensor = Tensor.zeros(read);
  if (data !== undefined) tensor.copyFrom(data, 'data');
  return tensor;
}

/**
 * A tensor: data with a precision, dimensions and a layout.
 *
 * The blobs of a request (`getBlob`, `inputBlobs`, `outputBlobs`) are views of the runtime's own memory: the next
 * inference reads what you write into `data`, with no copy. The memory is freed when nothing refers to it any more, even
 * if the request and the network were closed before. The blobs that `infer` returns are copies that belong to the caller.
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

  static {
    markClass(this);
  }

  /** @internal */
  constructor(tensor: Tensor);
  /**
   * Makes a blob with memory of its own.
   *
   * @param tensorDesc - precision and dims; `layout` defaults to the usual one for the number of dimensions
   * @param data - the elements, which are copied; their number is the product of the dimensions. Default: zeros
   * @throws ArgumentError - INVALID_ARGUMENT, PRECISION_MISMATCH or SHAPE_MISMATCH
   */
  constructor(
    tensorDesc: { precision: P; dims: readonly number[]; layout?: Layout },
    data?: DataOf<P>,
  );
  constructor(
    made: Tensor | { precision: P; dims: readonly number[]; layout?: Layout },
    data?: BlobData,
  ) {
    const tensor = Tensor.isTensor(made) ? made : makeTensor(made, data);
    tensors.set(this, tensor);
    this.#describe(tensor.desc);
  }

  /** Sets the public properties, which cannot be written. */
  #describe(desc: Readonly<TensorDesc>): void {
    for (const key of ['precision', 'dims', 'layout'] as const)
      Object.defineProperty(this, key, { value: desc[key], enumerable: true, configurable: true });
  }

  /**
   * Gives the blob other dimensions and new memory: read `data` again. The elements that fit are kept, and new ones
   * are 0. A request uses the new shape of its input blobs, so this also sets the shape of an input whose shape
   * varies.
   *
   * @param dims - in the order of `layout`, which is kept if the number of dimensions is
   * @throws ArgumentError - INVALID_ARGUMENT; SHAPE_MISMATCH if a request that uses this blob does not accept them
   * @throws InferenceError - REQUEST_BUSY while such a request runs an inference
   * @example
   * ```ts
   * request.inputBlobs.tokens.setShape([1, 128]);
   * request.inputBlobs.tokens.data.set(ids);
   * ```
   */
  setShape(dims: readonly number[]): void {
    const tensor = tensors.get(this);
    const wanted = readDims(dims, 'dims');
    checkSize(tensor.desc.precision, wanted, 'dims');
    tensor.setShape(wanted);
    this.#describe(tensor.desc);
  }

  /**
   * The elements, as a typed array over the blob's memory. FP16 and BF16 are given as bits in a `Uint16Array` (see
   * {@link toFloat32}), elements of less than a byte packed in a `Uint8Array`.
   */
  get data(): DataOf<P> {
    return tensors.get(this).data as DataOf<P>;
  }

  /** Precision, dims and layout in one record. */
  get tensorDesc(): TensorDesc {
    return { ...tensors.get(this).desc };
  }

  /**
   * The same blob, typed by its precision, so that `data` has one type.
   *
   * @throws ArgumentError - PRECISION_MISMATCH if the blob has another precision
   * @example
   * ```ts
   * const scores: Float32Array = output.as('FP32').data;
   * ```
   */
  as<Q extends Precision>(precision: Q): Blob<Q> {
    if (!isPrecision(precision)) throw notAPrecision('precision', precision);
    const own: Precision = tensors.get(this).desc.precision;
    if (own !== precision) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${precision}, but this one has ${own}`,
      );
    }
    return this as unknown as Blob<Q>;
  }
}
