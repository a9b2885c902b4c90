/** Writes files beside their place and moves them there once all of them are complete. */

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  promises,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { invalid } from './check';
import { run, runSync, step, type Operation } from './operation';
import { errorOf, type OpenVINOError } from '../errors';
import { kindOf } from './regular-file';
import { reasonOf, unwritable } from './system-error';
import { closeStagingFolder, openStagingFolder, tryLock, unlock } from './staging-folder';

/** The place to write a file to, after symbolic links were followed. */
interface Target {
  path: string;
  /** Properties of the existing file; undefined if there is none. */
  before: Stats | undefined;
}

/** The maximum number of symbolic links to follow, as in operating systems. */
const mostLinks = 40;

/**
 * How often to try to take the lock, and the pause between two tries in ms. Moving files takes well under 1 ms, so after
 * 10 s the process that has the lock must have been stopped.
 */
const [lockTries, lockPause] = [2000, 5];

function folderOf(path: string): string {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${path}: there is no folder ${folder}`);
  // Not realpathSync(): it resolves `..` as text, which is wrong after a symbolic link.
  return realpathSync.native(folder);
}

function follow(file: string): Target {
  let path = file;
  for (let links = 0; links < mostLinks; links += 1) {
    const folder = folderOf(path);
    path = join(folder, basename(path));
    const before = lstatSync(path, { throwIfNoEntry: false });
    if (before?.isSymbolicLink() !== true) return { path, before };
    const link = readlinkSync(path);
    path = isAbsolute(link) ? link : `${folder}${sep}${link}`;
  }
  throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${file}: its symbolic links form a circle`);
}

function toTarget(file: string): Target {
  try {
    const target = follow(file);
    const { path, before } = target;
    if (before === undefined) return target;
    if (!before.isFile()) {
      const text = `Cannot write ${file}: expected a regular file or no file, received ${kindOf(before)}`;
      throw errorOf('FILE_NOT_WRITABLE', text);
    }
    checkAccess(path);
    return target;
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Moves a regular file out of the way; returns false if there is none. Never moves anything else. */
function setAside(path: string, old: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  renameSync(path, old);
  return true;
}

/** Checks that a file may be written. Another process may have moved it away meanwhile, which is no error. */
function checkAccess(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}

/** Gives a file the owner, group and permissions of the file that it replaces. */
function inherit(file: number, before: Stats): void {
  const { uid, gid } = fstatSync(file);
  let mode = before.mode & 0o7777;
  if (before.uid !== uid || before.gid !== gid) {
    try {
      fchownSync(file, before.uid, before.gid);
    } catch {
      // Only root may change the owner. Without the owner, set-user-ID and set-group-ID bits must not be kept.
      mode &= 0o777;
    }
  }
  fchmodSync(file, mode);
}

/** Writes a file's data to the device. */
async function flush(path: string): Promise<void> {
  const file = await promises.open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The synchronous twin of `flush`. */
function flushSync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Files that are written to a staging folder and moved into place once all of them are complete. */
export class AtomicFiles {
  /** The message for a file that was not written completely. */
  protected static readonly incomplete =
    'the file was not written completely; check the free space on the device';
  readonly #files: readonly string[];
  readonly #targets: readonly Target[];
  readonly #places: string[] = [];
  /** The temporary paths to write to, in the order of the files and with their base names. */
  readonly paths: readonly string[];

  /**
   * Follows symbolic links. Call `commit`, `discard` or `close` at the end.
   *
   * @throws FileError - FILE_NOT_WRITABLE: the folder is missing, the path is not a regular file, or there is no permission
   */
  constructor(...files: readonly string[]) {
    this.#files = files;
    this.#targets = files.map(toTarget);
    const paths = this.#targets.map(({ path }) => path);
    files.forEach((file, i) => {
      const first = paths.indexOf(paths[i] as string);
      if (first < i) throw invalid('the file', `another file than ${String(files[first])}`, file);
    });
    const placeOf = new Map<string, string>();
    try {
      this.paths = paths.map((path, i) => {
        const folder = dirname(path);
        const place = placeOf.get(folder) ?? openStagingFolder(folder);
        if (!placeOf.has(folder)) this.#places.push(place);
        placeOf.set(folder, place);
        return join(place, 'new', basename(files[i] as string));
      });
    } catch (cause) {
      throw this.discard(cause);
    }
  }

  /** Checks that files can be written, without writing them. */
  static check(...files: readonly string[]): void {
    new this(...files).close();
  }

  /** Moves the files into place and replaces older ones. After a loss of power each file is complete or absent. */
  async commit(): Promise<void> {
    return run(this.moveIntoPlace());
  }

  /** The synchronous twin of `commit`. */
  commitSync(): void {
    runSync(this.moveIntoPlace());
  }

  /** The body of `commit` and its twin. */
  *moveIntoPlace(): Operation<void> {
    for (const path of this.paths) yield* step((sync) => (sync ? flushSync(path) : flush(path)));
    for (let tries = 1; !this.#moveAlone(tries); tries += 1)
      yield* step((sync) => (sync ? sleepSync(lockPause) : sleep(lockPause)));
  }

  /** Moves the files, several of them under a lock; returns false if another process holds the lock. */
  #moveAlone(tries: number): boolean {
    const [place] = this.#places as [string];
    if (this.paths.length > 1 && !tryLock(place)) {
      if (tries < lockTries) return false;
      throw new Error(
        `another process has held the lock of the folder for ${(lockTries * lockPause) / 1000} s`,
      );
    }
    try {
      this.#move();
    } finally {
      if (this.paths.length > 1) unlock(place);
    }
    this.close();
    return true;
  }

  #move(): void {
    this.#targets.forEach(({ before }, i) => {
      if (before === undefined) return;
      const file = openSync(this.paths[i] as string, 'r+');
      try {
        inherit(file, before);
      } finally {
        closeSync(file);
      }
    });
    if (this.paths.length === 1)
      renameSync(this.paths[0] as string, (this.#targets[0] as Target).path);
    else this.#moveTogether();
  }

  /** Moves several files so that an old file never stands beside a new one, even if this fails or the process ends. */
  #moveTogether(): void {
    const moves = this.#targets.map(({ path }, i) => {
      const staged = this.paths[i] as string;
      return { path, staged, old: join(dirname(staged), '../old', basename(staged)) };
    });
    const aside: typeof moves = [];
    const moved: typeof moves = [];
    try {
      for (const move of [...moves].reverse()) if (setAside(move.path, move.old)) aside.push(move);
      for (const move of moves) {
        renameSync(move.staged, move.path);
        moved.push(move);
      }
    } catch (error) {
      for (const { path } of moved) rmSync(path, { force: true });
      for (const { old, path } of aside.reverse()) renameSync(old, path);
      throw error;
    }
  }

  /** Removes files that were written and not moved into place. */
  close(): void {
    for (const place of this.#places) closeStagingFolder(place);
  }

  /** Removes the written files and returns the error to throw. */
  discard(cause: unknown): OpenVINOError {
    this.close();
    const words = reasonOf(cause);
    // The runtime reports no more than this if its stream fails.
    const message = words.includes('iostream error') ? AtomicFiles.incomplete : words;
    return errorOf('FILE_NOT_WRITABLE', `Cannot write ${this.#files.join(', ')}: ${message}`, {
      cause,
    });
  }
}

/** Writes one file, completely or not at all. */
export async function writeAtomically(file: string, data: string | Uint8Array): Promise<void> {
  const files = new AtomicFiles(file);
  try {
    await promises.writeFile(files.paths[0] as string, data);
    await files.commit();
  } catch (error) {
    throw files.discard(error);
  }
}
