/** Works with the AbortSignal of a caller, even if a program has changed the signal object. */

import { types } from 'node:util';
import { invalid } from './check';
import { errorOf } from '../errors';

const { prototype } = AbortSignal;

/** Reads a property with the getter of AbortSignal itself, even if the signal object has a property of that name. */
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
    // Node's own check would accept a proxy of a signal.
    if (!types.isProxy(signal)) {
      prototype.removeEventListener.call(signal, 'abort', () => undefined);
      return isAborted(signal);
    }
  } catch {
    // It is not an AbortSignal.
  }
  throw invalid('signal', 'an AbortSignal', signal);
}

function aborted(signal: AbortSignal): Error {
  return errorOf('ABORT_ERR', 'The operation was aborted', { cause: reasonOf(signal) });
}

/** Throws an AbortError with the signal's reason if the signal has fired. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal !== undefined && hasFired(signal)) throw aborted(signal);
}

/** The callbacks for one signal, and the only listener on it, which calls them. */
interface Watch {
  callbacks: Set<() => void>;
  listener: () => void;
}

/** By signal. Each signal has one listener, however many calls use it, so that Node does not warn of a leak. */
const watches = new WeakMap<AbortSignal, Watch>();

function watch(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    watches.delete(signal);
    for (const callback of callbacks) callback();
  };
  prototype.addEventListener.call(signal, 'abort', listener, { once: true });
  const made = { callbacks, listener };
  watches.set(signal, made);
  return made;
}

/**
 * Calls back when a signal fires; the signal must not have fired yet.
 *
 * @returns removes the callback; when the last one is removed, the listener is removed from the signal
 */
export function whenFired(signal: AbortSignal, callback: (error: Error) => void): () => void {
  const found = watches.get(signal) ?? watch(signal);
  const { callbacks, listener } = found;
  const mine = (): void => {
    callback(aborted(signal));
  };
  callbacks.add(mine);
  return () => {
    callbacks.delete(mine);
    if (callbacks.size > 0 || watches.get(signal) !== found) return;
    watches.delete(signal);
    prototype.removeEventListener.call(signal, 'abort', listener);
  };
}

/** Runs `work`. When the signal fires, rejects at once with an AbortError and calls `onAbort`. */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  onAbort: () => void = () => undefined,
): Promise<T> {
  checkSignal(signal);
  if (signal === undefined) return work();
  let stop: (() => void) | undefined;
  const abort = new Promise<never>((_, reject) => {
    stop = whenFired(signal, (error) => {
      reject(error);
      onAbort();
    });
  });
  try {
    return await Promise.race([work(), abort]);
  } finally {
    stop?.();
  }
}
