import { closeSync, fstatSync, readSync } from 'node:fs';
import { errorOf } from '../errors';
import { openRegular } from '../base/regular-file';

/** Where the loaded parts of a 64-bit ELF file end; undefined for other files, which loaders refuse by themselves. */
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
 * Refuses a library that is cut short: the system maps it unseen, and ends the process at the first
 * touch of what is missing.
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
        `The library ${path} is cut short: expected at least ${end} bytes, received ${size}`,
      );
  } finally {
    closeSync(file);
  }
}
