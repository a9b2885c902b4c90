/** Statistics of lists of numbers. */

/** A quantile of some numbers, by linear interpolation: `part` is 0.5 for the median, 0.9 for the 90th percentile. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return below + (above - below) * (place - Math.floor(place));
}

/** The median of some numbers. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The largest absolute difference between two lists of the same length; NaN if one of them contains NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i += 1) {
    const off = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
    if (!(off <= most)) most = off;
  }
  return most;
}
