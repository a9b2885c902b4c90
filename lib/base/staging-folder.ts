/**
 * Makes and removes the folder in which files are written before they are moved into place.
 *
 * It lies in the folder of the files, so that moving a file is one atomic step; base names stay the same.
 *
 *   FOLDER/.iecore-USER/PROCESS/new/   files of one write
 *   FOLDER/.iecore-USER/PROCESS/old/   files that they replace, while several are moved
 *   FOLDER/.iecore-USER/lock/          exists while one of the processes moves several files
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

/** Age in ms after which the leftovers of a process on another machine or in another container are removed. */
const stale = 24 * 3600 * 1000;

/** Age in ms after which such a lock is removed; a process holds it for less than a second. */
const staleLock = 3600 * 1000;

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Another process has removed it already, or uses it.
  }
}

function isOwnFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && (stats.uid === user || process.platform === 'win32');
}

/** Makes the folder of this user. A folder of another user is not used: its owner could change the files in it. */
function makeRoot(folder: string, name: string): string {
  const root = join(folder, `.iecore-${user}`);
  try {
    mkdirSync(root, { mode: 0o700 });
    return root;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    if (isOwnFolder(root)) return root;
    mkdirSync(`${root}-${name}`, { mode: 0o700 });
    return `${root}-${name}`;
  }
}

/**
 * Whether a file or folder is left over from a process that has ended. Its name is that of the process. If the name
 * does not show whether the process runs, a file older than `age` ms is left over.
 */
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

/** Makes a staging folder in a folder, and removes the staging folders of killed processes. */
export function openStagingFolder(folder: string): string {
  for (let tries = 1; ; tries += 1) {
    const name = processName();
    const root = makeRoot(folder, name);
    try {
      removeLeftovers(root);
      const place = join(root, name);
      for (const made of [place, join(place, 'new'), join(place, 'old')])
        mkdirSync(made, { mode: 0o700 });
      return place;
    } catch (cause) {
      // Another process has removed the folder of the user meanwhile.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10) throw cause;
    }
  }
}

/** Removes a staging folder and everything in it. */
export function closeStagingFolder(place: string): void {
  quietly(() => {
    rmSync(place, { recursive: true, force: true });
  });
  quietly(() => {
    rmdirSync(dirname(place));
  });
}

/** Takes the lock that the staging folders of a user in one folder share; returns false if another process has it. */
export function tryLock(place: string): boolean {
  const name = basename(place);
  const [own, lock] = [join(place, lockName), join(dirname(place), lockName)];
  // The folder exists if an earlier try has made it.
  quietly(() => {
    mkdirSync(own);
  });
  writeFileSync(join(own, name), '');
  try {
    // Fails unless the lock folder is missing or empty.
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

/** Releases the lock. */
export function unlock(place: string): void {
  const lock = join(dirname(place), lockName);
  quietly(() => {
    rmSync(join(lock, basename(place)), { force: true });
    rmdirSync(lock);
  });
}
