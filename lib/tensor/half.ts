/** Converts between 16-bit and 32-bit floating-point numbers. */
import { loadAddon } from '../addon/loader';
import { notOneOf } from '../base/check';
import { bytesOf } from '../base/typed-array';
import { checkData, halfPrecisionNames, isHalf, type HalfPrecision } from './precision';

function checkHalf(precision: unknown): asserts precision is HalfPrecision {
  if (!isHalf(precision)) throw notOneOf('precision', halfPrecisionNames, precision);
}

/**
 * Converts the bits of FP16 or BF16 numbers into a `Float32Array`. Every value is kept exactly.
 *
 * @param data - the bits of one number in each element
 */
export function toFloat32(data: Uint16Array, precision: HalfPrecision): Float32Array {
  checkHalf(precision);
  checkData(data, precision, 'data');
  return new Float32Array(loadAddon().convert(bytesOf(data), precision, 'FP32'));
}

/**
 * Converts numbers into the bits of FP16 or BF16, rounded to the nearest value, ties to even. Numbers that are too
 * large become infinite.
 */
export function fromFloat32(data: Float32Array, precision: HalfPrecision): Uint16Array {
  checkHalf(precision);
  checkData(data, 'FP32', 'data');
  return new Uint16Array(loadAddon().convert(bytesOf(data), 'FP32', precision));
}
