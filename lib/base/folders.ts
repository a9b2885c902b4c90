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

/** Node's own recursive mkdir never ends in a file system without mkdir, such as /proc. */
async function makeFrom(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFrom(parent);
  await mkdir(folder).catch(async (cause: unknown) => {
    // Another process may have been faster.
    if (!(await isFolder(folder))) throw cause;
  });
}

/**
 * Makes a folder, and those it is in, as far as they are missing.
 *
 * @throws FileError - FILE_NOT_WRITABLE
 */
export async function makeFolder(folder: string): Promise<void> {
  await makeFrom(resolve(folder)).catch((cause: unknown) => {
    throw errorOf('FILE_NOT_WRITABLE', `Cannot make ${folder}: ${reasonOf(cause)}`, { cause });
  });
}

/**
 * Runs something with a temporary folder, which is removed at the end.
 *
 * @param name - what its name begins with
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
