/** Short and distinct names for images. */

import { parse, relative, resolve, sep } from 'node:path';
import type { ImageSource } from './find-images';

/** Two names that a file system may treat as one have the same key. */
const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

const areDifferent = (names: readonly string[]): boolean =>
  new Set(names.map(keyOf)).size === names.length;

/** The deepest folder that contains all of these folders, or is one of them. */
function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => resolve(folder).split(sep));
  const end = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first.slice(0, end === -1 ? first.length : end).join(sep) || parse(resolve('.')).root;
}

/** The path of a file relative to a folder, with forward slashes; for a file elsewhere, its full path without the root. */
function below(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file));
  const isInside =
    path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !parse(path).root;
  const { root } = parse(resolve(file));
  return (isInside ? path : resolve(file).slice(root.length)).split(sep).join('/');
}

/**
 * A short name for each image: its path relative to the folder or to the fixed part of the glob that was given. If two
 * images would have the same name, all names are relative to the deepest folder that the inputs share.
 */
export function namesOf(sources: readonly ImageSource[]): string[] {
  const names = sources.map(({ file, base }) => below(base, file));
  if (areDifferent(names)) return names;
  const shared = commonFolder(sources.map(({ base }) => base));
  return sources.map(({ file }) => below(shared, file));
}

/** Makes names distinct, even if upper and lower case are equal: a number is added to repeated names. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const { dir, name: stem, ext } = parse(name);
    let free = name;
    for (let i = 2; taken.has(keyOf(free)); i += 1)
      free = `${dir === '' ? '' : `${dir}/`}${stem} (${i})${ext}`;
    taken.add(keyOf(free));
    return free;
  });
}
