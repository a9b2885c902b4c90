import { errorOf, isOwnError, type OpenVINOError } from '../errors';

/** Node's permission model names what it denies only in these properties. */
interface SystemError extends NodeJS.ErrnoException {
  permission?: string;
}

function flagFor(permission: string | undefined): string {
  return permission === 'FileSystemWrite' ? '--allow-fs-write' : '--allow-fs-read';
}

/** The codes of the system in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'the system has too many files open',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is a file, where a folder is needed',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system can only be read',
};

/** Why the system refused a file, in words a reader can act on, and with its code: `permission denied (EACCES)`. */
export function reasonOf(cause: unknown): string {
  const { code, message, permission } = Object(cause) as Partial<SystemError>;
  if (code === 'ERR_ACCESS_DENIED')
    return `Node's permission model denies it; allow it with ${flagFor(permission)}`;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason !== undefined) return `${reason} (${code})`;
  return typeof message === 'string' ? message : String(cause);
}

/** Whether an error says that there is no file or folder of a path. */
export function isMissing(cause: unknown): boolean {
  const { code } = Object(cause) as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * The error for a file or folder that cannot be read.
 *
 * @param what - what the file is for, such as `model`
 */
export function unreadable(path: string, what: string, cause: unknown): OpenVINOError {
  if (isOwnError(cause)) return cause;
  return isMissing(cause)
    ? errorOf('FILE_NOT_FOUND', `There is no ${what} ${path}; check the path`, { cause })
    : errorOf('FILE_NOT_READABLE', `Cannot read the ${what} ${path}: ${reasonOf(cause)}`, {
        cause,
      });
}

/** The error for a file or folder that cannot be written. */
export function unwritable(path: string, cause: unknown): OpenVINOError {
  if (isOwnError(cause)) return cause;
  return errorOf('FILE_NOT_WRITABLE', `Cannot write ${path}: ${reasonOf(cause)}`, { cause });
}
