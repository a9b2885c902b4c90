import { types } from 'node:util';
import { invalid } from './check';
import { errorOf } from './errors';

const { prototype } = AbortSignal;

/** Reads a property that all signals have, past whatever was put on the signal itself. */
function intrinsic<T>(name: 'aborted' | 'reason'): (signal: AbortSignal) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as { get: () => T };
  return (signal) => get.call(signal);
}

const isAborted = intrinsic<boolean>('aborted');
const reasonOf = intrinsic<unknown>('reason');

/** Whether a signal has fired. */
export function hasFired(signal: AbortSignal | undefined): boolean {
  if (signal === undefined) return false;
  try {
    // What Node goes by, a property and being an EventTarget, passes through a proxy.
    if (!types.isProxy(signal)) {
      prototype.removeEventListener.call(signal, 'abort', () => undefined);
      return isAborted(signal);
    }
  } catch {
    // It is none.
  }
  throw invalid('signal', 'an AbortSignal', signal);
}

function aborted(signal: AbortSignal): Error {
  return errorOf('ABORT_ERR', 'The operation was aborted', { cause: reasonOf(signal) });
}

/** Throws an AbortError with the signal's reason if it has fired. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal !== undefined && hasFired(signal)) throw aborted(signal);
}

/** Rejects promptly and with the signal's reason when a signal fires; calls `onAbort` then. */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  onAbort: () => void,
): Promise<T> {
  checkSignal(signal);
  if (signal === undefined) return work();
  let listener: (() => void) | undefined;
  const abort = new Promise<never>((_, reject) => {
    listener = () => {
      onAbort();
      reject(aborted(signal));
    };
    prototype.addEventListener.call(signal, 'abort', listener, { once: true });
  });
  try {
    return await Promise.race([work(), abort]);
  } finally {
    if (listener !== undefined) prototype.removeEventListener.call(signal, 'abort', listener);
  }
}
