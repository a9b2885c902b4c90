/**
 * Opens and reads files whose path a caller gives, and refuses anything but regular files.
 *
 * Opening a FIFO would wait for its other end, possibly for ever and on a thread of Node's pool; opening a device may
 * have side effects.
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

/** O_NONBLOCK, so that opening does not wait for a FIFO that replaced the file after the check; 0 on Windows. */
const openFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** The kind of file at a path, for messages. */
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
 * Checks that a regular file exists and can be opened. The runtime would report a file that it cannot open as damaged,
 * for example when no file descriptors are left.
 *
 * @param what - what the file is, for messages: `model`, `labels file`
 * @throws FileError - FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export function checkFile(path: string, what: string): void {
  closeSync(openRegular(path, what));
}

/** Checks that a regular file or a folder exists and may be read; returns whether it is a folder. */
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

/** Whether there is a file or folder at a path, as far as this process may see. */
export function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Reads a regular file. */
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

/** The synchronous twin of `readRegular`. */
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
