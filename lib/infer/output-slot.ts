/** One output of a request, and the blob that it writes. */
import { blobOf, tensorOf, type Blob } from '../blob';
import { errorOf, translate } from '../errors';
import type { PreProcess } from '../ports/preprocess';
import { showDims } from '../tensor/dims';
import { Tensor, type ShapeListener } from '../tensor/tensor';
import { BlobSlot } from './blob-slot';

/** An output of a request. If its shape varies, its blob is valid for one inference only. */
export class OutputSlot extends BlobSlot {
  /** @throws ArgumentError - SHAPE_MISMATCH before an inference has determined a varying shape */
  get blob(): Blob {
    return this.current ?? this.#find() ?? this.#refuse();
  }

  get tensor(): Tensor {
    return this.currentTensor ?? tensorOf(this.blob);
  }

  /** The blob; one without elements before an inference has determined a varying shape. */
  get blobOrEmpty(): Blob {
    return this.current ?? this.#find() ?? this.makeEmpty();
  }

  /** Starts to use the runtime's tensor; returns undefined if it does not exist yet. */
  #find(): Blob | undefined {
    const { index, precision, layout } = this.port;
    const native = this.owner.native.output(index);
    if (native === null) return undefined;
    const blob = blobOf(Tensor.ofNative(native, { precision, layout, dims: native.dims() }));
    this.use(blob);
    return blob;
  }

  #refuse(): never {
    throw errorOf(
      'SHAPE_MISMATCH',
      `The shape of output '${this.port.name}' is ${showDims(this.port.dims)} until an inference determines it`,
    );
  }

  protected override get refusal(): string | undefined {
    return this.isDynamic ? 'each inference determines its shape' : undefined;
  }

  protected override reshaped(blob: Blob, listener: ShapeListener): void {
    this.owner.native.setOutput(this.port.index, tensorOf(blob).native);
    this.use(blob, listener);
  }

  /** Makes inferences write into the memory of a blob. */
  set(blob: Blob, steps: PreProcess | undefined): void {
    const { name, index } = this.port;
    this.checkPrecision(blob);
    if (steps !== undefined) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected no preProcess for '${name}', because it is an output`,
      );
    }
    this.checkDims(blob);
    if (this.isDynamic) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected an output of fixed shape, but the shape of output '${name}' varies; read its blob with getBlob() after each inference`,
      );
    }
    try {
      this.owner.native.setOutput(index, tensorOf(blob).native);
    } catch (error) {
      throw translate(error, `Cannot set the blob of '${name}'`);
    }
    this.use(blob);
  }
}
