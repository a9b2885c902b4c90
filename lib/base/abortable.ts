import { types } from 'node:util';
import { invalid } from './check';
import { errorOf } from '../errors';

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

/** What is to happen when a signal fires, and the one listener on the signal that does it all. */
interface Watch {
  callbacks: Set<() => void>;
  listener: () => void;
}

/** By signal: however many calls wait on one signal, it gets one listener, and Node warns of no leak. */
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
 * Calls back when a signal fires that has not fired yet.
 *
 * @returns stops that; with its last caller the listener leaves the signal
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

/** Rejects promptly and with the signal's reason when a signal fires; calls `onAbort` then. */
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
