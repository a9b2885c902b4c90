/** Images with their class drawn on them, written to a folder. */
import { dirname, join, parse } from 'node:path';
import type { OpenVINOError } from '../../errors';
import { makeFolder } from '../../base/folders';
import { writeAtomically } from '../../base/atomic-files';
import { distinctNames } from '../../image/image-names';
import { captioned, captionedFormats, type CaptionedFormat } from '../../image/thumbnail';
import { unwritable } from '../../base/system-error';
import { classText, type Class } from './classified';
import { checkOutputFolder, checkPlace, type Inputs } from '../shared/outputs';

/** The format that a name ends with, if images with captions are written in it. */
function formatOf(name: string): CaptionedFormat | undefined {
  const ending = parse(name).ext.toLowerCase();
  return Object.hasOwn(captionedFormats, ending)
    ? captionedFormats[ending as keyof typeof captionedFormats]
    : undefined;
}

/**
 * Where labelled images go: below a folder, by their names; `.png` is added where the format is not a
 * common one. No two have the same place, and none is a file that is read.
 *
 * @throws FileError - FILE_NOT_WRITABLE: the folder, or a place in it
 */
export async function placesIn(
  folder: string,
  names: readonly string[],
  inputs: Inputs,
): Promise<string[]> {
  await checkOutputFolder(folder);
  const files = names.map((name) => (formatOf(name) === undefined ? `${name}.png` : name));
  const places = distinctNames(files).map((name) => join(folder, name));
  for (const place of places) await checkPlace(place, inputs);
  await makeFolder(folder);
  return places;
}

/** Writes an image with its class on it; gives the error if that fails, so that the others go on. */
export async function saveLabelled(
  image: string,
  place: string,
  best: Class,
): Promise<OpenVINOError | undefined> {
  try {
    await makeFolder(dirname(place));
    const bytes = await captioned(image, formatOf(place) ?? 'png', classText(best));
    await writeAtomically(place, bytes);
    return undefined;
  } catch (cause) {
    return unwritable(place, cause);
  }
}
