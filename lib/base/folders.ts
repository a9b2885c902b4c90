/** Makes folders, and temporary folders that are removed after use. */

import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { errorOf } from '../errors';
import { reasonOf } from './system-error';

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Not mkdir's own `recursive` option: it never ends in a file system without mkdir, such as /proc. */
async function makeFrom(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFrom(parent);
  await mkdir(folder).catch(async (cause: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw cause;
  });
}

/**
 * Makes a folder and its parent folders, unless they exist.
 *
 * @throws FileError - FILE_NOT_WRITABLE
 */
export async function makeFolder(folder: string): Promise<void> {
  await makeFrom(resolve(folder)).catch((cause: unknown) => {
    throw errorOf('FILE_NOT_WRITABLE', `Cannot make ${folder}: ${reasonOf(cause)}`, { cause });
  });
}

/**
 * Calls `use` with a temporary folder, which is removed when its promise settles.
 *
 * @param name - prefix of the folder's name
 * @throws FileError - FILE_NOT_WRITABLE
 */
export async function withTemporaryFolder<T>(
  name: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`)).catch((cause: unknown) => {
    const where = `Cannot make a temporary folder in ${tmpdir()}: ${reasonOf(cause)}`;
    throw errorOf('FILE_NOT_WRITABLE', where, { cause });
  });
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
