/** Writes images labelled with their class into a folder, for `iecore classify --save`. */

import { dirname, join, parse } from 'node:path';
import type { OpenVINOError } from '../../errors';
import { makeFolder } from '../../base/folders';
import { writeAtomically } from '../../base/atomic-files';
import { distinctNames } from '../../image/image-names';
import { captioned, captionedFormats, type CaptionedFormat } from '../../image/captioned';
import { unwritable } from '../../base/system-error';
import { classText } from './print';
import type { Class } from './result';
import { checkOutputFolder, checkPlace, type Inputs } from '../shared/outputs';

/** Returns the format of a file name, if images with captions can be written in it. */
function formatOf(name: string): CaptionedFormat | undefined {
  const ending = parse(name).ext.toLowerCase();
  return Object.hasOwn(captionedFormats, ending)
    ? captionedFormats[ending as keyof typeof captionedFormats]
    : undefined;
}

/**
 * Chooses the path of each labelled image: its name below the folder, with `.png` added if captions cannot be written
 * in its format. All paths differ, and none is that of an input. Makes the folder.
 *
 * @throws FileError - FILE_NOT_WRITABLE: the folder, or a path in it
 */
export async function pathsIn(
  folder: string,
  names: readonly string[],
  inputs: Inputs,
): Promise<string[]> {
  await checkOutputFolder(folder);
  const files = names.map((name) => (formatOf(name) === undefined ? `${name}.png` : name));
  const paths = distinctNames(files).map((name) => join(folder, name));
  for (const path of paths) await checkPlace(path, inputs);
  await makeFolder(folder);
  return paths;
}

/** Writes an image with its class drawn on it. Returns an error instead of throwing it, so that the run continues. */
export async function saveLabelled(
  image: string,
  path: string,
  best: Class,
): Promise<OpenVINOError | undefined> {
  try {
    await makeFolder(dirname(path));
    const bytes = await captioned(image, formatOf(path) ?? 'png', classText(best));
    await writeAtomically(path, bytes);
    return undefined;
  } catch (cause) {
    return unwritable(path, cause);
  }
}
