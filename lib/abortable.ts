import { invalid } from './check';
import { errorOf } from './errors';

function aborted({ reason }: AbortSignal): Error {
  return errorOf('ABORT_ERR', 'The operation was aborted', { cause: reason });
}

/** Throws an AbortError with the signal's reason if it has fired. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (!(signal instanceof AbortSignal)) throw invalid('signal', 'an AbortSignal', signal);
  if (signal.aborted) throw aborted(signal);
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
    signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([work(), abort]);
  } finally {
    if (listener !== undefined) signal.removeEventListener('abort', listener);
  }
}
