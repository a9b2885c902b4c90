import { setImmediate } from 'node:timers/promises';
import { errorOf } from '../errors';

/** Copied in a fraction of a millisecond. */
const piece = 1 << 20;

/**
 * Copies bytes that nobody else may change while another thread reads them. The event loop gets a turn after
 * every MiB; bytes that change meanwhile are copied as they are by then.
 *
 * @throws ArgumentError - INVALID_ARGUMENT when the memory is transferred away meanwhile
 */
export async function copyBytes(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const { length } = bytes;
  const copy = new Uint8Array(length);
  for (let at = 0; at < length; at += piece) {
    if (at > 0) await setImmediate();
    if (bytes.length !== length) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected the memory of ${name} to stay until the call is done; it was transferred away or resized`,
      );
    }
    copy.set(bytes.subarray(at, at + piece), at);
  }
  return copy;
}
