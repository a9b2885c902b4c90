/** The place of a blob at an input or output of a request. */
import { blobOf, tensorOf, type Blob } from '../blob';
import { errorOf } from '../errors';
import type { NativeInferRequest } from '../addon/native-types';
import type { Port } from '../ports/port';
import { dimsFit, isDynamic, showDims } from '../tensor/dims';
import { Tensor, type ShapeListener } from '../tensor/tensor';

/** The members of a request that its slots use. */
export interface SlotOwner {
  readonly native: NativeInferRequest;
  /** Throws if the request is closed or runs an inference. */
  checkIdle(): void;
}

/** Keeps the blob of an input or output, and follows its shape. */
export abstract class BlobSlot<P extends Port = Port> {
  readonly port: P;
  /** Whether the shape may vary. */
  readonly isDynamic: boolean;
  protected readonly owner: SlotOwner;
  #used: { blob: Blob; tensor: Tensor; listener: ShapeListener } | undefined;

  constructor(port: P, owner: SlotOwner) {
    this.port = port;
    this.isDynamic = isDynamic(port);
    this.owner = owner;
  }

  /** The blob in use; undefined before the first use. */
  get current(): Blob | undefined {
    return this.#used?.blob;
  }

  /** The tensor of the blob in use. */
  protected get currentTensor(): Tensor | undefined {
    return this.#used?.tensor;
  }

  /** Copies the contents of the blob into the runtime's memory, if the blob's data is a copy. */
  writeCopy(): void {
    this.#used?.tensor.writeCopy();
  }

  /** Copies the runtime's memory into the blob, if the blob's data is a copy. */
  readCopy(): void {
    this.#used?.tensor.readCopy();
  }

  /** Why the shape of the blob cannot change at all; undefined if it can. */
  protected abstract get refusal(): string | undefined;

  /** Starts to use a blob whose shape has changed. */
  protected abstract reshaped(blob: Blob, listener: ShapeListener): void;

  /** Listens for changes of a blob's shape; the slot uses the blob once its shape changes. */
  #follow(blob: Blob): ShapeListener {
    const listener: ShapeListener = {
      check: (dims) => {
        this.owner.checkIdle();
        const { refusal, port } = this;
        if (refusal === undefined && dimsFit(dims, port.dims)) return;
        const reason = refusal === undefined ? '' : `; ${refusal}`;
        throw errorOf(
          'SHAPE_MISMATCH',
          `The blob of '${port.name}' is in use by a request, which takes ${showDims(port.dims)}, and cannot become ${showDims(dims)}${reason}`,
        );
      },
      changed: () => {
        this.reshaped(blob, listener);
      },
    };
    tensorOf(blob).addListener(listener);
    return listener;
  }

  /**
   * Puts a blob into use.
   *
   * @param listener - the listener that follows the blob already; default: a new one
   */
  protected use(blob: Blob, listener = this.#follow(blob)): void {
    if (listener !== this.#used?.listener) this.forget();
    this.#used = { blob, tensor: tensorOf(blob), listener };
  }

  /** Takes the blob out of use and stops following it. */
  forget(): void {
    if (this.#used === undefined) return;
    this.#used.tensor.removeListener(this.#used.listener);
    this.#used = undefined;
  }

  /** A blob with length 0 on each varying axis; the slot uses it once `setShape` sets its shape. */
  protected makeEmpty(): Blob {
    const { precision, layout, dims } = this.port;
    const known = (dims ?? [0]).map((dim) => (typeof dim === 'number' ? dim : 0));
    const empty = blobOf(Tensor.zeros({ precision, layout, dims: known }));
    this.#follow(empty);
    return empty;
  }

  /** Checks that a blob has the precision of the port. */
  protected checkPrecision(blob: Blob): void {
    const { precision } = tensorOf(blob).desc;
    if (precision !== this.port.precision) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${this.port.precision} for '${this.port.name}', received one of ${precision}`,
      );
    }
  }

  /** Checks that the port accepts the dimensions of a blob. */
  protected checkDims(blob: Blob): void {
    const { dims } = tensorOf(blob).desc;
    if (!dimsFit(dims, this.port.dims)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected dims ${showDims(this.port.dims)} for '${this.port.name}', received ${showDims(dims)}`,
      );
    }
  }
}
