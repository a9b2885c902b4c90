/** The table of precisions, and conversions between their names, sizes and typed arrays. */

import { invalid, notOneOf } from '../base/check';
import { typedArrayName } from '../base/typed-array';
import { errorOf, type ArgumentError } from '../errors';

/**
 * Every precision: its element type in the runtime, the bits of an element, whether it is floating-point, and the
 * typed array that holds it. Elements of less than a byte are packed. Not every version of Node has a typed array for
 * FP16, and none has one for BF16, so their bits are stored as whole numbers; see `toFloat32` and `fromFloat32`.
 */
const precisions = {
  FP32: { element: 'f32', bits: 32, floating: true, array: Float32Array },
  FP64: { element: 'f64', bits: 64, floating: true, array: Float64Array },
  FP16: { element: 'f16', bits: 16, floating: true, array: Uint16Array },
  BF16: { element: 'bf16', bits: 16, floating: true, array: Uint16Array },
  I64: { element: 'i64', bits: 64, floating: false, array: BigInt64Array },
  I32: { element: 'i32', bits: 32, floating: false, array: Int32Array },
  I16: { element: 'i16', bits: 16, floating: false, array: Int16Array },
  I8: { element: 'i8', bits: 8, floating: false, array: Int8Array },
  I4: { element: 'i4', bits: 4, floating: false, array: Uint8Array },
  U64: { element: 'u64', bits: 64, floating: false, array: BigUint64Array },
  U32: { element: 'u32', bits: 32, floating: false, array: Uint32Array },
  U16: { element: 'u16', bits: 16, floating: false, array: Uint16Array },
  U8: { element: 'u8', bits: 8, floating: false, array: Uint8Array },
  U4: { element: 'u4', bits: 4, floating: false, array: Uint8Array },
  BOOL: { element: 'boolean', bits: 8, floating: false, array: Uint8Array },
  BIN: { element: 'u1', bits: 1, floating: false, array: Uint8Array },
} as const;

/** The name of an element type, as the classic API spells it. */
export type Precision = keyof typeof precisions;

/** The typed array that holds elements of a precision. */
export type DataOf<P extends Precision> = InstanceType<(typeof precisions)[P]['array']>;

/** The data of a blob: the typed array of any precision. */
export type BlobData = DataOf<Precision>;

/** The elements of an input: any typed array, over memory of any kind. */
export type InputData =
  | Float32Array
  | Float64Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | BigUint64Array
  | Uint32Array;

/** The names of all precisions. */
export const precisionNames = Object.freeze(Object.keys(precisions)) as readonly Precision[];

/** Whether a value is the name of a precision. */
export function isPrecision(value: unknown): value is Precision {
  return typeof value === 'string' && Object.hasOwn(precisions, value);
}

/** Whether a precision is floating-point; the runtime's 8-bit types, such as F8E4M3, are not in the table. */
export function isFloating(precision: Precision): boolean {
  return isPrecision(precision) ? precisions[precision].floating : /^F\d/.test(precision);
}

/** A floating-point precision of 16 bits. */
export type HalfPrecision = {
  [P in Precision]: [(typeof precisions)[P]['bits'], (typeof precisions)[P]['floating']] extends [
    16,
    true,
  ]
    ? P
    : never;
}[Precision];

/** Whether a value is the name of a floating-point precision of 16 bits. */
export function isHalf(value: unknown): value is HalfPrecision {
  return isPrecision(value) && precisions[value].floating && precisions[value].bits === 16;
}

/** The names of the floating-point precisions of 16 bits. */
export const halfPrecisionNames = precisionNames.filter(isHalf);

const byElement = new Map<string, Precision>(
  precisionNames.map((name) => [precisions[name].element, name]),
);

/** The precision of the runtime's element type. Types that the classic API does not have keep their name, in capitals. */
export function precisionOf(element: string): Precision {
  return byElement.get(element) ?? (element.toUpperCase() as Precision);
}

/** Names for element types in other libraries: patterns with the number of bits, and the prefix of our name. */
const otherNames: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/^(?:f|fp|float)(\d+)(?:array)?$/, 'FP'],
  [/^(?:bf|bfloat)(\d+)$/, 'BF'],
  [/^(?:big)?(?:i|int)(\d+)(?:array)?$/, 'I'],
  [/^(?:big)?(?:u|uint)(\d+)(?:clamped)?(?:array)?$/, 'U'],
];
const otherWords: Readonly<Record<string, Precision>> = {
  float: 'FP32',
  double: 'FP64',
  half: 'FP16',
  boolean: 'BOOL',
};

/** The error for a value that is not the name of a precision. For a name of another library, such as uint8, it suggests ours. */
export function notAPrecision(name: string, value: unknown): ArgumentError {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  const meant = otherNames
    .map(([pattern, prefix]) => text.replace(pattern, `${prefix}$1`))
    .concat(Object.hasOwn(otherWords, text) ? (otherWords[text] as string) : [])
    .find(isPrecision);
  return notOneOf(name, precisionNames, value, meant);
}

/** The number of bytes that a number of elements takes. */
export function byteLength(precision: Precision, elements: number): number {
  return Math.ceil((elements * precisions[precision].bits) / 8);
}

/** The constructor of a precision's typed array. */
export function arrayOf<P extends Precision>(precision: P): (typeof precisions)[P]['array'] {
  return precisions[precision].array;
}

/** Whether typed arrays of a class can hold elements of a precision. */
export function holds(precision: Precision, arrayName: string): boolean {
  return (
    arrayName === precisions[precision].array.name ||
    (precision === 'FP16' && arrayName === 'Float16Array') ||
    (precisions[precision].array === Uint8Array && arrayName === 'Uint8ClampedArray')
  );
}

/** Checks that a value is a typed array of the class that holds a precision. */
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

/** The precision of an input after `readNetwork`: FP32 instead of FP16, otherwise that of the network. */
export function defaultInputPrecision(precision: Precision): Precision {
  return precision === 'FP16' ? 'FP32' : precision;
}

const wholeNumbers: readonly Precision[] = ['I64', 'U64', 'I32', 'U32'];

/** The precision of an output after `readNetwork`: I32 for 32-bit and 64-bit integers, otherwise FP32. */
export function defaultOutputPrecision(precision: Precision): Precision {
  return wholeNumbers.includes(precision) ? 'I32' : 'FP32';
}
