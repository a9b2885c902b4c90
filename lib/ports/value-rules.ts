/** Checks the values of inputs that would make the runtime crash. */

import { toFloat32 } from '../tensor/half';
import { errorOf } from '../errors';
import type { NativeInputNumber, NativeValueLimit, NativeValueRule } from '../addon/native-types';
import type { Port } from './port';
import { isHalf, type BlobData } from '../tensor/precision';
import { lengthOf } from '../base/typed-array';

/** Returns a number that is known only with the inputs of this inference. */
type NumberOf = (number: NativeInputNumber) => number;

/** Reads an element as the runtime does: NaN for an integer that does not fit in 32 bits. */
type Read = (index: number) => number;

/** The bounds of one element; null if every value is allowed. */
type Bounds = Pick<NativeValueLimit, 'min' | 'max' | 'zero'> | null;

/** Reads 64-bit integers as two halves, which takes a tenth of the time that BigInts take. */
function readLong(data: BigInt64Array | BigUint64Array): Read {
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  const isSigned = data instanceof BigInt64Array;
  return (index) => {
    const low = halves[2 * index] as number;
    const rest = isSigned ? low >> 31 : 0;
    return halves[2 * index + 1] === rest && (isSigned || low >= 0) ? low : NaN;
  };
}

function reader({ precision }: Port, data: BlobData): Read {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return readLong(data);
  const numbers = isHalf(precision) ? toFloat32(data as Uint16Array, precision) : data;
  // The runtime cuts off fractions when it converts to integers.
  return (index) => Math.trunc(numbers[index] as number);
}

/** The value of one element, which may need more than 32 bits. */
export function elementOf({ precision }: Port, data: BlobData, index: number): number {
  const part = data.subarray(index, index + 1);
  const [value] = isHalf(precision) ? toFloat32(part as Uint16Array, precision) : part;
  return Math.trunc(Number(value));
}

function boundsOf(limit: NativeValueLimit | null, numberOf: NumberOf): Bounds {
  if (limit === null || limit.number === null) return limit;
  const { minFactor, maxFactor } = limit.number;
  const number = numberOf(limit.number);
  return {
    min: limit.min + minFactor * number,
    max: limit.max + maxFactor * number,
    zero: limit.zero,
  };
}

function isWithin(value: number, bounds: Bounds): boolean {
  if (bounds === null) return true;
  return value >= bounds.min && value <= bounds.max && (bounds.zero || value !== 0);
}

/** Names an input and the operand that it feeds, for messages. */
function showOperand(port: Port, { operation, operand }: NativeValueRule): string {
  return `input '${port.name}', which is ${operand} of ${operation}`;
}

function checkRule(
  port: Port,
  rule: NativeValueRule,
  data: BlobData,
  numberOf: NumberOf,
  first: number,
): void {
  const read = reader(port, data);
  const bounds = rule.limits.map((limit) => boundsOf(limit, numberOf));
  const count = lengthOf(data);
  let total = 0;
  for (let i = 0, turn = first % bounds.length; i < count; i += 1) {
    const value = read(i);
    const allowed = bounds[turn] as Bounds;
    if (allowed !== null && !isWithin(value, allowed)) {
      const { min, max, zero } = allowed;
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected a number from ${min} to ${max}${zero ? '' : ' other than 0'} in element ${i} of ${showOperand(port, rule)}, received ${data[i]}`,
      );
    }
    total += Math.max(value, 0);
    turn = turn + 1 === bounds.length ? 0 : turn + 1;
  }
  const most = rule.total ? (bounds[0]?.max ?? Infinity) : Infinity;
  if (total > most) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected at most ${most} in total in ${showOperand(port, rule)}, received ${total}`,
    );
  }
}

/**
 * Checks the values of an input that feeds operations whose operands the runtime does not check: other values would
 * crash the process, or make it read memory outside the tensor.
 *
 * @param data - the elements that the inference will read, or the elements of one item of a batch
 * @param first - the position in the input of the first element of `data`
 * @throws ArgumentError - INVALID_ARGUMENT
 */
export function checkValues(port: Port, data: BlobData, numberOf: NumberOf, first = 0): void {
  for (const rule of port.rules ?? []) checkRule(port, rule, data, numberOf, first);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isLimit(value: unknown): boolean {
  if (value === null) return true;
  const { min, max, zero, number } = Object(value) as Record<keyof NativeValueLimit, unknown>;
  if (!isNumber(min) || !isNumber(max) || typeof zero !== 'boolean') return false;
  if (number === null) return true;
  const { input, index, isLength, minFactor, maxFactor } = Object(number) as Record<
    keyof NativeInputNumber,
    unknown
  >;
  return typeof isLength === 'boolean' && [input, index, minFactor, maxFactor].every(isNumber);
}

/** Whether a value that was read from a file is a valid rule. */
export function isValueRule(value: unknown): boolean {
  const rule = Object(value) as Record<keyof NativeValueRule, unknown>;
  return (
    isNumber(rule.input) &&
    typeof rule.operation === 'string' &&
    typeof rule.operand === 'string' &&
    Array.isArray(rule.limits) &&
    rule.limits.length > 0 &&
    rule.limits.every(isLimit) &&
    typeof rule.total === 'boolean'
  );
}
