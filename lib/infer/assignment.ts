/** Reads and checks the values that a caller passes for the inputs of an inference. */
import { isBlob, tensorOf, type Blob } from '../blob';
import { readProperties } from '../base/check';
import { byteLengthOf, lengthOf, typedArrayName } from '../base/typed-array';
import { errorOf } from '../errors';
import type { Port } from '../ports/port';
import { dimsFit, elementCount, isDynamic, plainDims, readDims, showDims } from '../tensor/dims';
import { byteLength, checkData, type InputData } from '../tensor/precision';

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

function readBlob(blob: Blob, port: Port, name: string): Assignment {
  const { desc, data } = tensorOf(blob);
  if (desc.precision !== port.precision) {
    throw errorOf(
      'PRECISION_MISMATCH',
      `Expected a blob of ${port.precision} for ${name}, received one of ${desc.precision}`,
    );
  }
  return { data, dims: desc.dims };
}

/** Reads a value once, without checking that it fits its port. */
function readValue(value: unknown, port: Port, name: string): Assignment {
  if (typedArrayName(value) !== undefined) return { data: value as InputData, dims: undefined };
  if (isBlob(value)) return readBlob(value, port, name);
  const expected = 'a typed array, a Blob or { data, dims }';
  const given = readProperties(
    value as { data?: unknown; dims?: unknown },
    name,
    ['data', 'dims'],
    expected,
  );
  return { data: given.data as InputData, dims: readDims(given.dims, `${name}.dims`) };
}

/**
 * Reads the value for an input.
 *
 * @throws ArgumentError - INVALID_ARGUMENT, PRECISION_MISMATCH or SHAPE_MISMATCH if the input does not accept it
 */
export function readAssignment(port: Port, value: unknown): Assignment {
  const name = `input '${port.name}'`;
  const { data, dims } = readValue(value, port, name);
  checkData(data, port.precision, name);
  if (dims === undefined && isDynamic(port)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `The shape of ${name} is ${showDims(port.dims)}: pass { data, dims } instead of an array alone`,
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
  return { data, dims };
}
