/** Reads typed arrays of the caller through the language's own getters, which the caller cannot override. */

const { prototype } = Object.getPrototypeOf(Uint8Array) as { prototype: object };

/** Makes a reader of a property that every typed array has; it ignores properties set on the array itself. */
function intrinsic<T>(name: string | symbol): (value: unknown) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as { get: () => T };
  return (value) => get.call(value);
}

/** The class name of a typed array of any realm; undefined for every other value. */
export const typedArrayName = intrinsic<string | undefined>(Symbol.toStringTag);

/** The number of elements of a typed array; 0 after its memory was transferred away. */
export const lengthOf = intrinsic<number>('length');

/** The number of bytes of a typed array; 0 after its memory was transferred away. */
export const byteLengthOf = intrinsic<number>('byteLength');

const bufferOf = intrinsic<ArrayBuffer>('buffer');
const byteOffsetOf = intrinsic<number>('byteOffset');

/** The bytes of a typed array, in the same memory; empty after its memory was transferred away. */
export function bytesOf(array: NodeJS.TypedArray): Uint8Array {
  const length = byteLengthOf(array);
  // A view of memory that was transferred away cannot be created.
  return length === 0
    ? new Uint8Array()
    : new Uint8Array(bufferOf(array), byteOffsetOf(array), length);
}
