/** Runs work and measures its time. */

/** Returns the result of the work, and its time in ms. */
export async function timed<T>(work: () => Promise<T>): Promise<[result: T, milliseconds: number]> {
  const began = performance.now();
  const result = await work();
  return [result, performance.now() - began];
}
