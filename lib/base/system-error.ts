/** Errors for files and folders that the operating system refuses to read or write. */

import { errorOf, isOwnError, type OpenVINOError } from '../errors';

/** An error of Node's permission model, which names the denied permission in a property of its own. */
interface SystemError extends NodeJS.ErrnoException {
  permission?: string;
}

function flagFor(permission: string | undefined): string {
  return permission === 'FileSystemWrite' ? '--allow-fs-write' : '--allow-fs-read';
}

/** Error codes of the operating system in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EEXIST: 'a file of this name exists already',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links form a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'the system has too many files open',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
};

/** Why the system refused a file, in words and with the code: `permission denied (EACCES)`. */
export function reasonOf(cause: unknown): string {
  const { code, message, permission } = Object(cause) as Partial<SystemError>;
  if (code === 'ERR_ACCESS_DENIED')
    return `Node's permission model denies it; allow it with ${flagFor(permission)}`;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason !== undefined) return `${reason} (${code})`;
  return typeof message === 'string' ? message : String(cause);
}

/** Whether an error means that there is no file or folder at a path. */
export function isMissing(cause: unknown): boolean {
  const { code } = Object(cause) as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * The error for a file or folder that cannot be read: FILE_NOT_FOUND or FILE_NOT_READABLE.
 *
 * @param what - what the file is, for messages: `model`, `labels file`
 */
export function unreadable(path: string, what: string, cause: unknown): OpenVINOError {
  if (isOwnError(cause)) return cause;
  return isMissing(cause)
    ? errorOf('FILE_NOT_FOUND', `There is no ${what} ${path}; check the path`, { cause })
    : errorOf('FILE_NOT_READABLE', `Cannot read the ${what} ${path}: ${reasonOf(cause)}`, {
        cause,
      });
}

/** The error for a file or folder that cannot be written: FILE_NOT_WRITABLE. */
export function unwritable(path: string, cause: unknown): OpenVINOError {
  if (isOwnError(cause)) return cause;
  return errorOf('FILE_NOT_WRITABLE', `Cannot write ${path}: ${reasonOf(cause)}`, { cause });
}
