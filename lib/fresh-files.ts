import { closeSync, fsyncSync, openSync, promises, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, format, parse } from 'node:path';
import { errorOf, type OpenVINOError } from './errors';

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A name that the system cannot look up at all, because it is too long or goes in a circle. */
function lookUp(target: string): { folder: string; hasFolder: boolean; isTaken: boolean } {
  const folder = dirname(target);
  try {
    return { folder, hasFolder: isFolder(folder), isTaken: isFolder(target) };
  } catch (cause) {
    throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${target}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function checkWritable(target: string): void {
  const { folder, hasFolder, isTaken } = lookUp(target);
  if (!hasFolder)
    throw errorOf('FILE_NOT_WRITABLE', `Cannot write into ${folder}: there is no such folder`);
  if (isTaken) throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${target}: it is a folder`);
}

/** Makes a folder, and those it is in, as far as they are missing. */
export async function makeFolder(folder: string): Promise<void> {
  await promises.mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const { message } = cause as Error;
    throw errorOf('FILE_NOT_WRITABLE', `Cannot make ${folder}: ${message}`, { cause });
  });
}

/** Files written under other names and moved into place once all of them are whole. */
export class FreshFiles {
  /** What is said of a file that did not become whole. */
  protected static readonly brokenOff = 'writing broke off; is there space left on the device?';
  readonly #targets: readonly string[];
  /** Where to write, in the order of the targets; the extensions are the same. */
  readonly paths: readonly string[];

  /** @throws FileError - FILE_NOT_WRITABLE: no such folder, or a folder of that name */
  constructor(...targets: readonly string[]) {
    for (const target of targets) checkWritable(target);
    const mark = crypto.randomUUID();
    this.#targets = targets;
    this.paths = targets.map((target) => {
      const { dir, name, ext } = parse(target);
      return format({ dir, name: `${name}.${mark}`, ext });
    });
  }

  /** Moves the files into place; what stood there is replaced. Whole or absent also after a loss of power. */
  commit(): void {
    for (const path of this.paths) {
      const file = openSync(path, 'r+');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    this.paths.forEach((path, i) => {
      renameSync(path, this.#targets[i] as string);
    });
  }

  /** Removes what was written, and gives the error to throw. */
  discard(cause: unknown): OpenVINOError {
    for (const path of this.paths) rmSync(path, { force: true });
    const words = cause instanceof Error ? cause.message : String(cause);
    // All that the runtime says when its stream fails.
    const message = words.includes('iostream error') ? FreshFiles.brokenOff : words;
    return errorOf('FILE_NOT_WRITABLE', `Cannot write ${this.#targets.join(', ')}: ${message}`, {
      cause,
    });
  }
}
