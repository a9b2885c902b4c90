/** Keeps the event loop running while a program awaits one quick inference after the other. */

import { setImmediate } from 'node:timers';

/**
 * Resolves with the result of an inference that ran in this thread. Such promises resolve as microtasks, which would
 * never let the event loop run; therefore the addon requests an iteration of it from time to time.
 */
export async function resolveQuick<T>(result: T, mustYield: boolean): Promise<T> {
  if (!mustYield) return result;
  return new Promise((resolve) => setImmediate(resolve, result));
}
