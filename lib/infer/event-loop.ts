/** Keeps the event loop running while a program awaits one quick inference after the other. */
import { setImmediate } from 'node:timers';

/** Every how many quick inferences the event loop runs. */
const interval = 64;

/** Quick inferences since the event loop last ran. */
let quickInferences = 0;

/**
 * Resolves with the result of an inference that ran in this thread. Such promises resolve as microtasks, so the event
 * loop would never run; therefore every 64th resolves after it has run.
 */
export async function resolveQuick<T>(result: T): Promise<T> {
  quickInferences = (quickInferences + 1) % interval;
  if (quickInferences > 0) return result;
  return new Promise((resolve) => setImmediate(resolve, result));
}
