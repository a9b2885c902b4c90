/**
 * Reads files that others name: regular files only. Opening a FIFO waits for its other end, for ever and
 * on a thread of Node's pool; opening a device may act on it.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  promises,
  readFileSync,
  statSync,
  type Stats,
} from 'node:fs';
import { errorOf } from '../errors';
import { unreadable } from './system-error';

/** Not to wait where the file was replaced after it was looked at; Windows has no such flag. */
const openFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** What a path leads to, for messages. */
export function kindOf(stats: Stats): string {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

function checkRegular(stats: Stats, path: string, what: string): void {
  if (stats.isFile()) return;
  throw errorOf(
    'FILE_NOT_READABLE',
    `Expected a regular file for the ${what} ${path}, received ${kindOf(stats)}`,
  );
}

/** Opens a regular file; the caller closes it. */
export function openRegular(path: string, what: string): number {
  try {
    checkRegular(statSync(path), path, what);
    const file = openSync(path, openFlags);
    try {
      checkRegular(fstatSync(file), path, what);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    return file;
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

/**
 * Checks that a regular file is there and can be opened: what the runtime cannot open, for want of
 * descriptors say, it calls damaged.
 *
 * @param what - what the file is for, such as `model`
 * @throws FileError - FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export function checkFile(path: string, what: string): void {
  closeSync(openRegular(path, what));
}

/** Checks that a regular file or a folder is there and may be read; tells whether it is a folder. */
export function checkFileOrFolder(path: string, what: string): { isFolder: boolean } {
  try {
    if (!statSync(path).isDirectory()) {
      checkFile(path, what);
      return { isFolder: false };
    }
    accessSync(path, constants.R_OK | constants.X_OK);
    return { isFolder: true };
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

/** Whether a path leads to anything this process may know of. */
export function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** The bytes of a regular file. */
export async function readRegular(path: string, what: string): Promise<Buffer> {
  try {
    checkRegular(await promises.stat(path), path, what);
    const file = await promises.open(path, openFlags);
    try {
      checkRegular(await file.stat(), path, what);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

/** The same, waiting for the end. */
export function readRegularSync(path: string, what: string): Buffer {
  const file = openRegular(path, what);
  try {
    return readFileSync(file);
  } catch (cause) {
    throw unreadable(path, what, cause);
  } finally {
    closeSync(file);
  }
}
