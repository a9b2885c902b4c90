/** Checks the output paths of a command before it begins, so that it never overwrites its inputs. */

import { constants, type BigIntStats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorOf, type OpenVINOError } from '../../errors';
import { AtomicFiles } from '../../base/atomic-files';
import { isMissing, unwritable } from '../../base/system-error';

function refusal(path: string, why: string): OpenVINOError {
  return errorOf('FILE_NOT_WRITABLE', `Cannot write ${path}: ${why}`);
}

/** Returns the properties of the file or folder at a path, following links; undefined if there is none. */
async function lookAt(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw unwritable(path, cause);
  });
}

/** Identifies a file; the same for all its paths, links, and spellings on a case-insensitive file system. */
const identity = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

/** The files that a command reads, by identity, with their paths. */
export type Inputs = ReadonlyMap<string, string>;

/** Returns the path of the weights beside an IR. */
export const weightsBeside = (model: string): string => model.replace(/\.xml$/i, '.bin');

/** Identifies a model, its weights and other files; missing files are left out. */
export async function inputFiles(
  model: string,
  files: readonly (string | undefined)[] = [],
): Promise<Inputs> {
  const inputs = new Map<string, string>();
  for (const file of [model, weightsBeside(model), ...files]) {
    const found =
      file === undefined ? undefined : await stat(file, { bigint: true }).catch(() => undefined);
    if (file !== undefined && found?.isFile() === true) inputs.set(identity(found), file);
  }
  return inputs;
}

/**
 * Checks that a file may be replaced: it is not a folder and not an input under another name. Its folder need not
 * exist yet.
 *
 * @throws FileError - FILE_NOT_WRITABLE
 */
export async function checkPlace(file: string, inputs: Inputs): Promise<void> {
  const found = await lookAt(file);
  if (found === undefined) return;
  if (found.isDirectory()) throw refusal(file, 'it is a folder; expected the name of a file');
  const input = inputs.get(identity(found));
  if (input !== undefined)
    throw refusal(file, `it is the input ${input}; choose another name or another folder`);
}

/**
 * Checks that a file can be written: `checkPlace`, and its folder exists and is writable.
 *
 * @throws FileError - FILE_NOT_WRITABLE
 */
export async function checkOutputFile(file: string, inputs: Inputs): Promise<void> {
  await checkPlace(file, inputs);
  AtomicFiles.check(file);
}

/**
 * Checks that a folder exists or can be made.
 *
 * @throws FileError - FILE_NOT_WRITABLE
 */
export async function checkOutputFolder(folder: string): Promise<void> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const found = await lookAt(path);
    if (found === undefined && path !== dirname(path)) continue;
    if (found?.isDirectory() !== true)
      throw refusal(
        folder,
        `${path === resolve(folder) ? 'it' : path} is a file; expected a folder`,
      );
    return access(path, constants.W_OK).catch((cause: unknown) => {
      throw unwritable(folder, cause);
    });
  }
}
