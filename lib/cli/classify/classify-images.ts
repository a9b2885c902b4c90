/** Classifies images with a loaded network; prints each result as it arrives, and saves it with `--save`. */

import type { ExecutableNetwork } from '../../executable-network';
import { inferImages, probabilities, topK, type AcceptedImages } from '../../image';
import { print } from '../shared/print';
import type { ClassifyValues } from './options';
import { lineOf, type StageTimes } from './print';
import type { ImageResult } from './result';
import { saveLabelled } from './save';

/** The images of a run. */
export interface ImageList {
  files: readonly string[];
  /** The names to print, in the order of the files. */
  names: readonly string[];
  /** The paths of the labelled images, in the order of the files; undefined without `--save`. */
  paths: readonly string[] | undefined;
}

/** The results, and messages about images that could not be read or written. */
export interface Classified {
  results: ImageResult[];
  times: StageTimes;
  /** Messages about images that could not be read. */
  skipped: string[];
  /** Messages about labelled images that could not be written. */
  unsaved: string[];
}

/**
 * Classifies the images.
 *
 * @param labels - the class names, by index
 */
export async function classifyImages(
  exec: ExecutableNetwork,
  accepted: AcceptedImages,
  { files, names, paths }: ImageList,
  labels: readonly string[],
  { top, json }: ClassifyValues,
): Promise<Classified> {
  const classified: Classified = {
    results: [],
    times: { decode: 0, infer: 0 },
    skipped: [],
    unsaved: [],
  };
  const { results, times, skipped, unsaved } = classified;
  for await (const inferred of inferImages(exec, accepted, files)) {
    const { file: image, error } = inferred;
    const at = results.length;
    if (error !== undefined) {
      skipped.push(error.message);
      results.push({ image, error: { code: error.code, message: error.message } });
      continue;
    }
    const { scores, milliseconds, decodeMilliseconds } = inferred;
    const classes = topK(probabilities(scores), top).map(({ index, score }) => ({
      index,
      label: labels[index] ?? `class ${index}`,
      probability: score,
    }));
    times.decode += decodeMilliseconds;
    times.infer += milliseconds;
    results.push({ image, milliseconds, top: classes });
    const name = names[at] ?? image;
    if (json !== true) print(lineOf(name, milliseconds, classes));
    const [best] = classes;
    const path = paths?.[at];
    if (path === undefined || best === undefined) continue;
    const failure = await saveLabelled(image, path, best);
    if (failure !== undefined) unsaved.push(`${name}: ${failure.message}`);
  }
  return classified;
}
