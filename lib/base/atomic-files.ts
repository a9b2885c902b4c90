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
import { errorOf, type OpenVINOError } from '../errors';
import { kindOf } from './regular-file';
import { reasonOf, unwritable } from './system-error';
import { closeStagingFolder, openStagingFolder, tryLock, unlock } from './staging-folder';

/** A file to be, where symbolic links lead. */
interface Target {
  path: string;
  /** Of the file that stands there. */
  before: Stats | undefined;
}

/** As many as systems follow. */
const mostLinks = 40;

/** Moving takes well under a millisecond; who waits longer waits for a process that was stopped. */
const [lockTries, lockPause] = [2000, 5];

function folderOf(path: string): string {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${path}: there is no folder ${folder}`);
  // Node's own would take `..` for the folder before, also after a link.
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
  throw errorOf('FILE_NOT_WRITABLE', `Cannot write ${file}: its links go in a circle`);
}

function toTarget(file: string): Target {
  try {
    const target = follow(file);
    const { path, before } = target;
    if (before === undefined) return target;
    if (!before.isFile()) {
      const text = `Cannot write ${file}: expected a regular file or none, received ${kindOf(before)}`;
      throw errorOf('FILE_NOT_WRITABLE', text);
    }
    checkAccess(path);
    return target;
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Moves a file out of the way; false where there is none. Anything else is not ours to move. */
function setAside(path: string, old: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  renameSync(path, old);
  return true;
}

/** Checks that a file may be written; one that another process just moves away is none. */
function checkAccess(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}

/** Gives a file what the file before it had of owner and permissions. */
function inherit(file: number, before: Stats): void {
  const { uid, gid } = fstatSync(file);
  let mode = before.mode & 0o7777;
  if (before.uid !== uid || before.gid !== gid) {
    try {
      fchownSync(file, before.uid, before.gid);
    } catch {
      // Only root may give files away. No one else's file may then run as its owner.
      mode &= 0o777;
    }
  }
  fchmodSync(file, mode);
}

/** Files written in another place and moved to their own once all of them are whole. */
export class AtomicFiles {
  /** What is said of a file that did not become whole. */
  protected static readonly brokenOff = 'writing broke off; is there space left on the device?';
  readonly #files: readonly string[];
  readonly #targets: readonly Target[];
  readonly #places: string[] = [];
  /** Where to write, in the order of the files; the names are the same. */
  readonly paths: readonly string[];

  /**
   * Symbolic links are followed. One of `commit`, `discard` and `close` has to be called.
   *
   * @throws FileError - FILE_NOT_WRITABLE: no such folder, no regular file of that name, or no permission
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

  /** Checks that files can be written, and writes nothing. */
  static check(...files: readonly string[]): void {
    new this(...files).close();
  }

  /** Moves the files into place; what stood there is replaced. Whole or absent also after a loss of power. */
  async commit(): Promise<void> {
    for (const path of this.paths) {
      const file = await promises.open(path, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (let tries = 1; !this.#moveAlone(tries); tries += 1) await sleep(lockPause);
  }

  /** The same, waiting for the end. */
  commitSync(): void {
    for (const path of this.paths) {
      const file = openSync(path, 'r+');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    const never = new Int32Array(new SharedArrayBuffer(4));
    for (let tries = 1; !this.#moveAlone(tries); tries += 1) Atomics.wait(never, 0, 0, lockPause);
  }

  /** Moves several files without another process that moves some of the same in between; false if there is one. */
  #moveAlone(tries: number): boolean {
    const [place] = this.#places as [string];
    if (this.paths.length > 1 && !tryLock(place)) {
      if (tries < lockTries) return false;
      throw new Error('another process has been moving files there for long');
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

  /** Ended in between, or failing, it never leaves an old file beside a new one. */
  #moveTogether(): void {
    const moves = this.#targets.map(({ path }, i) => {
      const fresh = this.paths[i] as string;
      return { path, fresh, old: join(dirname(fresh), '../old', basename(fresh)) };
    });
    const aside: typeof moves = [];
    const moved: typeof moves = [];
    try {
      for (const move of [...moves].reverse()) if (setAside(move.path, move.old)) aside.push(move);
      for (const move of moves) {
        renameSync(move.fresh, move.path);
        moved.push(move);
      }
    } catch (error) {
      for (const { path } of moved) rmSync(path, { force: true });
      for (const { old, path } of aside.reverse()) renameSync(old, path);
      throw error;
    }
  }

  /** Removes what was written and not moved into place. */
  close(): void {
    for (const place of this.#places) closeStagingFolder(place);
  }

  /** Removes what was written, and gives the error to throw. */
  discard(cause: unknown): OpenVINOError {
    this.close();
    const words = reasonOf(cause);
    // All that the runtime says when its stream fails.
    const message = words.includes('iostream error') ? AtomicFiles.brokenOff : words;
    return errorOf('FILE_NOT_WRITABLE', `Cannot write ${this.#files.join(', ')}: ${message}`, {
      cause,
    });
  }
}

/** Writes one file, whole or not at all. */
export async function writeAtomically(file: string, data: string | Uint8Array): Promise<void> {
  const fresh = new AtomicFiles(file);
  try {
    await promises.writeFile(fresh.paths[0] as string, data);
    await fresh.commit();
  } catch (error) {
    throw fresh.discard(error);
  }
}
