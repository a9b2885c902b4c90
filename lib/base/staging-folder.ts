/**
 * Where files are written before they are moved into place: a folder beside them, so that moving is
 * one step, and their names stay what they are.
 *
 *   FOLDER/.iecore-USER/OWNER/new/   files of one write
 *   FOLDER/.iecore-USER/OWNER/old/   files that they replace, while several are moved
 *   FOLDER/.iecore-USER/lock/        while one of the owners moves several files
 */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hasEnded, processName } from './process-name';

const user = process.getuid?.() ?? 0;
const lockName = 'lock';

/** After so many milliseconds, what a process of another machine or container left is removed. */
const stale = 24 * 3600 * 1000;

/** The same for its lock, which is held for less than a second. */
const staleLock = 3600 * 1000;

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Another process was faster, or has something in it.
  }
}

function isOwnFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && (stats.uid === user || process.platform === 'win32');
}

/** What is not this user's own is left alone: its owner could change what is written in it. */
function makeRoot(folder: string, owner: string): string {
  const root = join(folder, `.iecore-${user}`);
  try {
    mkdirSync(root, { mode: 0o700 });
    return root;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    if (isOwnFolder(root)) return root;
    mkdirSync(`${root}-${owner}`, { mode: 0o700 });
    return `${root}-${owner}`;
  }
}

/** Whether the process that made a file or folder, which has its name, has ended, or has not touched it for so many ms. */
function isLeftover(path: string, age: number): boolean {
  return hasEnded(basename(path)) ?? Date.now() - lstatSync(path).mtimeMs > age;
}

function removeLeftovers(root: string): void {
  for (const name of readdirSync(root)) {
    if (name === lockName) continue;
    quietly(() => {
      const path = join(root, name);
      if (isLeftover(path, stale)) rmSync(path, { recursive: true, force: true });
    });
  }
}

/** Makes a folder to write in, and removes what processes that were killed left beside it. */
export function openStagingFolder(folder: string): string {
  for (let tries = 1; ; tries += 1) {
    const owner = processName();
    const root = makeRoot(folder, owner);
    try {
      removeLeftovers(root);
      const place = join(root, owner);
      for (const made of [place, join(place, 'new'), join(place, 'old')])
        mkdirSync(made, { mode: 0o700 });
      return place;
    } catch (cause) {
      // Whoever was last in it removed it meanwhile.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10) throw cause;
    }
  }
}

/** Removes a workplace and what is in it. */
export function closeStagingFolder(place: string): void {
  quietly(() => {
    rmSync(place, { recursive: true, force: true });
  });
  quietly(() => {
    rmdirSync(dirname(place));
  });
}

/** Takes the lock of a workplace's neighbours, unless another of them has it. */
export function tryLock(place: string): boolean {
  const owner = basename(place);
  const [own, lock] = [join(place, lockName), join(dirname(place), lockName)];
  // It is there from the last try.
  quietly(() => {
    mkdirSync(own);
  });
  writeFileSync(join(own, owner), '');
  try {
    // Fails unless the lock is missing or empty.
    renameSync(own, lock);
    return true;
  } catch {
    quietly(() => {
      for (const name of readdirSync(lock)) {
        const path = join(lock, name);
        if (isLeftover(path, staleLock)) rmSync(path, { force: true });
      }
      rmdirSync(lock);
    });
    return false;
  }
}

/** Gives the lock back. */
export function unlock(place: string): void {
  const lock = join(dirname(place), lockName);
  quietly(() => {
    rmSync(join(lock, basename(place)), { force: true });
    rmdirSync(lock);
  });
}
