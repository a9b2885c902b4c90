/** Refuses truncated shared libraries before the system's linker loads them. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { errorOf } from '../errors';
import { openRegular } from '../base/regular-file';

/** The end of the loaded segments of a 64-bit ELF file, in bytes; undefined for other files, which linkers check. */
function endOfElf(head: Buffer): number | undefined {
  if (head.length < 64 || head.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return undefined;
  const table = Number(head.readBigUInt64LE(0x20));
  const size = head.readUInt16LE(0x36);
  const count = head.readUInt16LE(0x38);
  let end = table + size * count;
  for (let at = table; at < table + size * count && at + 40 <= head.length; at += size) {
    const isLoaded = head.readUInt32LE(at) === 1;
    if (isLoaded)
      end = Math.max(end, Number(head.readBigUInt64LE(at + 8) + head.readBigUInt64LE(at + 32)));
  }
  return end;
}

/**
 * Refuses a truncated library: the system would map it without a check, and end the process at the first access
 * to a missing page.
 *
 * @param what - what the file is for, such as `plugin`
 *
 * @throws FileError - FILE_NOT_READABLE
 */
export function checkLibrary(path: string, what: string): void {
  const file = openRegular(path, what);
  try {
    const head = Buffer.alloc(4096);
    const end = endOfElf(head.subarray(0, readSync(file, head)));
    const { size } = fstatSync(file);
    if (end !== undefined && size < end)
      throw errorOf(
        'FILE_NOT_READABLE',
        `The library ${path} is truncated: expected at least ${end} bytes, received ${size}`,
      );
  } finally {
    closeSync(file);
  }
}
