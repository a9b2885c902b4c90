/** Dimensions of tensors: counts their elements, prints them and checks whether a port accepts them. */
import type { NativeDim } from '../addon/native-types';
import { checkInteger, readList } from '../base/check';

/** Dimensions of a port in the order of its layout; null if even their number may vary. */
export type PortDims = readonly NativeDim[] | null;

/** Dimensions as the public API shows them: -1 for one that may vary, none if even their number may vary. */
export function plainDims(dims: PortDims): number[] {
  return (dims ?? []).map((dim) => (typeof dim === 'number' ? dim : -1));
}

/** Whether any dimension of a port may vary. */
export function isDynamic({ dims }: { readonly dims: PortDims }): boolean {
  return dims === null || dims.some((dim) => typeof dim !== 'number');
}

/** The number of elements of a tensor with these dimensions. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Copies a list of dimensions and checks that each is a whole number of at least 0. */
export function readDims(value: unknown, name: string): readonly number[] {
  const dims = readList(value, name, 'a list of dimensions', (dim, item) => {
    checkInteger(dim, item);
    return dim;
  });
  return Object.freeze(dims);
}

/** Dimensions as error messages show them: `[1,3,?,1..8]`. */
export function showDims(dims: PortDims): string {
  if (dims === null) return '[...]';
  const texts = dims.map((dim) => {
    if (typeof dim === 'number') return dim === -1 ? '?' : String(dim);
    const [min, max] = dim;
    return max === -1 ? (min === 0 ? '?' : `${min}..`) : `${min}..${max}`;
  });
  return `[${texts.join(',')}]`;
}

/** Whether a port accepts a tensor of these dimensions. */
export function dimsFit(dims: readonly number[], allowed: PortDims): boolean {
  if (allowed === null) return true;
  return (
    dims.length === allowed.length &&
    allowed.every((dim, i) => {
      const length = dims[i] as number;
      if (typeof dim === 'number') return length === dim;
      return length >= dim[0] && (dim[1] === -1 || length <= dim[1]);
    })
  );
}
