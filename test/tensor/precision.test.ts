import {
  byteLength,
  defaultInputPrecision,
  defaultOutputPrecision,
  halfPrecisionNames,
  holds,
  isFloating,
  isPrecision,
  precisionNames,
  precisionOf,
} from '../../lib/tensor/precision';

test('only the exact name of a precision is accepted', () => {
  expect(precisionNames).toHaveLength(16);
  expect(precisionNames.every(isPrecision)).toBe(true);
  for (const value of ['fp32', 'toString', '', 5, null]) expect(isPrecision(value)).toBe(false);
});

test.each([
  ['f32', 'FP32'],
  ['boolean', 'BOOL'],
  ['u1', 'BIN'],
  ['i4', 'I4'],
  ['f8e4m3', 'F8E4M3'],
])('the element type %s is %s', (element, precision) => {
  expect(precisionOf(element)).toBe(precision);
});

test.each([
  ['FP32', 3, 12],
  ['FP16', 3, 6],
  ['I64', 2, 16],
  ['I4', 3, 2],
  ['U4', 4, 2],
  ['BIN', 9, 2],
  ['BOOL', 0, 0],
] as const)('%s × %i takes %i bytes', (precision, elements, bytes) => {
  expect(byteLength(precision, elements)).toBe(bytes);
});

test('floating-point types are recognized in the table, and 8-bit types of the runtime by name', () => {
  expect(precisionNames.filter(isFloating)).toEqual(['FP32', 'FP64', 'FP16', 'BF16']);
  expect(halfPrecisionNames).toEqual(['FP16', 'BF16']);
  expect(isFloating(precisionOf('f8e4m3'))).toBe(true);
  expect(isFloating(precisionOf('u2'))).toBe(false);
});

test('after reading, only FP16 inputs change and outputs are I32 or FP32', () => {
  const changed = precisionNames.filter((name) => defaultInputPrecision(name) !== name);
  expect(changed).toEqual(['FP16']);
  const whole = precisionNames.filter((name) => defaultOutputPrecision(name) === 'I32');
  expect(whole).toEqual(['I64', 'I32', 'U64', 'U32']);
  expect(new Set(precisionNames.map(defaultOutputPrecision))).toEqual(new Set(['FP32', 'I32']));
});

test.each([
  ['U8', 'Uint8Array', true],
  ['U8', 'Uint8ClampedArray', true],
  ['U8', 'Int8Array', false],
  ['BOOL', 'Uint8Array', true],
  ['FP16', 'Uint16Array', true],
  ['FP16', 'Float16Array', true],
  ['BF16', 'Float16Array', false],
  ['FP32', 'Float64Array', false],
  ['I64', 'BigInt64Array', true],
  ['U64', 'BigInt64Array', false],
] as const)('%s in a %s: %s', (precision, array, expected) => {
  expect(holds(precision, array)).toBe(expected);
});
