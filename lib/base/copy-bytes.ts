/** Copies the bytes of a caller without blocking the event loop. */

import { setImmediate } from 'node:timers/promises';
import { errorOf } from '../errors';

/** Bytes that are copied at once; this takes a fraction of a millisecond. */
const piece = 1 << 20;

/**
 * Copies bytes, so that the caller cannot change them while another thread reads them. Yields to the event loop after
 * every MiB; bytes that the caller changes meanwhile are copied with their new value.
 *
 * @throws ArgumentError - INVALID_ARGUMENT if the memory is transferred or resized meanwhile
 */
export async function copyBytes(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const { length } = bytes;
  const copy = new Uint8Array(length);
  for (let at = 0; at < length; at += piece) {
    if (at > 0) await setImmediate();
    if (bytes.length !== length) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected the memory of ${name} to stay unchanged until the call is done; it was transferred or resized`,
      );
    }
    copy.set(bytes.subarray(at, at + piece), at);
  }
  return copy;
}
