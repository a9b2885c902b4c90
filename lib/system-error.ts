import { errorOf, isOwnError, type OpenVINOError } from './errors';

/** Node's permission model names what it denies only in these properties. */
interface SystemError extends NodeJS.ErrnoException {
  permission?: string;
}

function flagFor(permission: string | undefined): string {
  return permission === 'FileSystemWrite' ? '--allow-fs-write' : '--allow-fs-read';
}

/** Why the system refused a file, in words a reader can act on. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code, message, permission } = cause as SystemError;
  return code === 'ERR_ACCESS_DENIED'
    ? `Node's permission model denies it; allow it with ${flagFor(permission)}`
    : message;
}

/**
 * The error for a file or folder that cannot be read.
 *
 * @param what - what the file is for, such as `model`
 */
export function unreadable(path: string, what: string, cause: unknown): OpenVINOError {
  if (isOwnError(cause)) return cause;
  const { code } = Object(cause) as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR'
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
