import { readFile } from 'node:fs/promises';
import { errorOf, type OpenVINOError } from '../errors';

/** The error for a file or folder that the system would not give. */
export function fileError(path: string, cause: unknown): OpenVINOError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return errorOf('FILE_NOT_FOUND', `${path} does not exist: check the path`, { cause });
  }
  const why = code === 'EISDIR' ? 'expected a file, received a folder' : message;
  return errorOf('FILE_NOT_READABLE', `Cannot read ${path}: ${why}`, { cause });
}

/** The bytes of a file. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
}
