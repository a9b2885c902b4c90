import { typedArrayName } from '../../lib/base/typed-array';

test('a typed array is recognized by its class, not by its own properties', () => {
  expect(typedArrayName(Buffer.from([1]))).toBe('Uint8Array');
  expect(typedArrayName(new Uint8ClampedArray(1))).toBe('Uint8ClampedArray');
  expect(typedArrayName({ [Symbol.toStringTag]: 'Uint8Array' })).toBeUndefined();
  expect(typedArrayName(new DataView(new ArrayBuffer(1)))).toBeUndefined();
});
