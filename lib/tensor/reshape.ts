/** Dimensions to reshape to: the type that callers use, and the checks. */
import type { NativeDim } from '../addon/native-types';
import { checkInteger, invalid, isList, readList } from '../base/check';

/** A dimension to reshape to: a length, -1 for any length, or [min, max]. */
export type Dimension = number | readonly [min: number, max: number];

function toNativeDim(dim: unknown, name: string): NativeDim {
  if (dim === -1) return [0, -1];
  if (!isList(dim)) {
    checkInteger(dim, name);
    return dim;
  }
  const [min, max, ...more] = readList(dim, name, 'a range [min, max]', (item) => item);
  checkInteger(min, `${name}[0]`);
  checkInteger(max, `${name}[1]`, -1);
  if (more.length > 0 || (max !== -1 && max < min)) throw invalid(name, 'a range [min, max]', dim);
  return min === max ? min : [min, max];
}

/** Checks dimensions that a caller wants to reshape to, and converts them for the addon. */
export function toNativeDims(dims: unknown, name: string): NativeDim[] {
  return readList(dims, name, 'a list of dimensions', toNativeDim);
}
