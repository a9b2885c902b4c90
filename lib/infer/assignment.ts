/** Reads and checks the values that a caller passes for the inputs of an inference. */
import { isBlob, tensorOf, type Blob } from '../blob';
import { readProperties } from '../base/check';
import { byteLengthOf, lengthOf, typedArrayName } from '../base/typed-array';
import { errorOf } from '../errors';
import type { Port } from '../ports/port';
import { dimsFit, elementCount, isDynamic, plainDims, readDims, showDims } from '../tensor/dims';
import { arrayOf, byteLength, checkData, type InputData } from '../tensor/precision';

/** The value of an input: its elements, a blob, or elements with their dimensions if those may vary. It is copied. */
export type InputValue =
  InputData | Blob | { readonly data: InputData; readonly dims: readonly number[] };

/** Values by the name of the input, its friendly name or a tensor name. */
export type Inputs = Readonly<Record<string, InputValue>>;

/** The elements of a value, and its dimensions if the caller gave them. */
export interface Assignment {
  data: InputData;
  dims: readonly number[] | undefined;
}

/** Reads values for one input. Computes the accepted values only once, because inferences may take microseconds. */
export class InputReader {
  readonly #port: Port;
  /** The input in messages. */
  readonly #name: string;
  readonly #arrayName: string;
  /** The number of bytes of a value; undefined if the shape may vary. */
  readonly #byteLength: number | undefined;

  constructor(port: Port) {
    const { name, precision, dims } = port;
    this.#port = port;
    this.#name = `input '${name}'`;
    this.#arrayName = arrayOf(precision).name;
    this.#byteLength = isDynamic(port)
      ? undefined
      : byteLength(precision, elementCount(plainDims(dims)));
  }

  /**
   * Reads a value.
   *
   * @throws ArgumentError - INVALID_ARGUMENT, PRECISION_MISMATCH or SHAPE_MISMATCH if the input does not accept it
   */
  read(value: unknown): Assignment {
    const arrayName = typedArrayName(value);
    // The common case: an array of the right class and length.
    if (arrayName === this.#arrayName && byteLengthOf(value) === this.#byteLength)
      return { data: value as InputData, dims: undefined };
    const given =
      arrayName === undefined
        ? this.#readObject(value)
        : { data: value as InputData, dims: undefined };
    this.#check(given);
    return given;
  }

  #readObject(value: unknown): Assignment {
    if (isBlob(value)) return this.#readBlob(value);
    const given = readProperties(
      value as { data?: unknown; dims?: unknown },
      this.#name,
      ['data', 'dims'],
      'a typed array, a Blob or { data, dims }',
    );
    return { data: given.data as InputData, dims: readDims(given.dims, `${this.#name}.dims`) };
  }

  #readBlob(blob: Blob): Assignment {
    const { desc, data } = tensorOf(blob);
    if (desc.precision !== this.#port.precision) {
      throw errorOf(
        'PRECISION_MISMATCH',
        `Expected a blob of ${this.#port.precision} for ${this.#name}, received one of ${desc.precision}`,
      );
    }
    return { data, dims: desc.dims };
  }

  #check({ data, dims }: Assignment): void {
    const { precision, dims: allowed, layout } = this.#port;
    checkData(data, precision, this.#name);
    if (dims === undefined && this.#byteLength === undefined) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `The shape of ${this.#name} is ${showDims(allowed)}: pass { data, dims } instead of an array alone`,
      );
    }
    if (dims !== undefined && !dimsFit(dims, allowed)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected dims ${showDims(allowed)} (${layout}) for ${this.#name}, received ${showDims(dims)}`,
      );
    }
    const elements = elementCount(dims ?? plainDims(allowed));
    if (byteLengthOf(data) !== byteLength(precision, elements)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected ${elements} elements, dims ${showDims(dims ?? allowed)}, for ${this.#name}, received ${lengthOf(data)}`,
      );
    }
  }
}
