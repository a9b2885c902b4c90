/** Finds the images that files, folders and globs name. */

import { access, constants, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import sharp, { type AvailableFormatInfo } from 'sharp';
import { glob, isDynamicPattern } from 'tinyglobby';
import { checkString, readList } from '../base/check';
import { errorOf, OpenVINOError } from '../errors';
import { unreadable } from '../base/system-error';

/** Extensions of the files that sharp reads: `.jpg`, … */
const endings = Object.values<AvailableFormatInfo>({ ...sharp.format }).flatMap(({ input }) =>
  input.buffer ? (input.fileSuffix ?? []) : [],
);

const isImage = new RegExp(`(${endings.join('|').replaceAll('.', '\\.')})$`, 'i');

const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * Finds the images that files, folders and globs name. A file may have any name. Folders, at any depth, and
 * globs find only files with the extension of an image (`.jpg`, `.png`, …), and no hidden files. The images are in the
 * order of the inputs, and sorted by name within each (`2.jpg` before `10.jpg`); a file that is found twice is listed
 * once.
 *
 * @throws `FileError` with code `FILE_NOT_FOUND` for an input without images, and `FILE_NOT_READABLE` for a folder that
 * may not be read
 *
 * @example
 * ```ts
 * const files = await findImages(['cat.jpg', 'holiday/', 'scans/*.tif']);
 * ```
 */
export async function findImages(inputs: readonly string[]): Promise<string[]> {
  return (await findSources(inputs)).map(({ file }) => file);
}

/** An image, and the base of its input: the folder itself, the folder of the file, or the fixed part of a glob. */
export interface ImageSource {
  file: string;
  base: string;
}

/** Finds images like `findImages`, and returns the base folder of each. */
export async function findSources(inputs: readonly string[]): Promise<ImageSource[]> {
  const given = readList(
    inputs,
    'inputs',
    'an array of files, folders and globs',
    (input, name) => {
      checkString(input, name);
      return input;
    },
  );
  const found = new Map<string, ImageSource>();
  for (const input of given) {
    const { files, base } = await imagesOf(input);
    for (const file of files) {
      const place = resolve(file);
      if (!found.has(place)) found.set(place, { file, base });
    }
  }
  return [...found.values()];
}

/** The images of one input. An existing path is not read as a glob, even if it looks like one. */
async function imagesOf(input: string): Promise<{ files: string[]; base: string }> {
  try {
    return (await stat(input)).isDirectory()
      ? { files: await imagesIn(input), base: input }
      : { files: [input], base: dirname(input) };
  } catch (cause) {
    if (cause instanceof OpenVINOError) throw cause;
    if (!isDynamicPattern(input)) throw unreadable(input, 'image', cause);
    const files = await glob(input, { absolute: isAbsolute(input) });
    return { files: onlyImages(files, `matches ${input}`), base: fixedPart(input) };
  }
}

/** The folders of a glob before the first one with a wildcard. */
function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => isDynamicPattern(part));
  return parts.slice(0, first).join('/') || (isAbsolute(pattern) ? '/' : '.');
}

async function imagesIn(folder: string): Promise<string[]> {
  // The glob would silently skip a folder that may not be read.
  await access(folder, constants.R_OK | constants.X_OK);
  const files = onlyImages(await glob('**', { cwd: folder }), `is in the folder ${folder}`);
  return files.map((file) => join(folder, file));
}

function onlyImages(files: string[], where: string): string[] {
  const images = files.filter((file) => isImage.test(file));
  if (images.length > 0) return images.sort(compare);
  throw errorOf(
    'FILE_NOT_FOUND',
    `No image ${where}: expected files that end in ${endings.join(', ')}`,
  );
}
