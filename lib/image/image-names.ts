import { parse, relative, resolve, sep } from 'node:path';
import type { ImageSource } from './find-images';

/** Names that a file system may take for the same one. */
const alike = (name: string): string => name.normalize('NFC').toLowerCase();

const areDifferent = (names: readonly string[]): boolean =>
  new Set(names.map(alike)).size === names.length;

/** The deepest folder that all of these are, or are in. */
function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => resolve(folder).split(sep));
  const end = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first.slice(0, end === -1 ? first.length : end).join(sep) || parse(resolve('.')).root;
}

/** A path below a folder, with forward slashes; of a file elsewhere its whole path, without the root. */
function below(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file));
  const isInside =
    path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !parse(path).root;
  const { root } = parse(resolve(file));
  return (isInside ? path : resolve(file).slice(root.length)).split(sep).join('/');
}

/**
 * A short name for each image: its path below the folder that was given, or below the fixed part of the
 * glob. If that gives two images the same name, all have their path below the folder that the inputs share.
 */
export function namesOf(sources: readonly ImageSource[]): string[] {
  const names = sources.map(({ file, base }) => below(base, file));
  if (areDifferent(names)) return names;
  const shared = commonFolder(sources.map(({ base }) => base));
  return sources.map(({ file }) => below(shared, file));
}

/** The names, all different also where upper and lower case do not differ: of two, one gets a number. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const { dir, name: stem, ext } = parse(name);
    let free = name;
    for (let i = 2; taken.has(alike(free)); i += 1)
      free = `${dir === '' ? '' : `${dir}/`}${stem} (${i})${ext}`;
    taken.add(alike(free));
    return free;
  });
}
