/** Decodes the images of a list that can be read, and reports the others. */

import { errorOf } from '../errors';
import type { ImageTensor } from './decode';
import type { ImageOptions } from './image-options';
import { loadImages } from './load-images';

/** An image that was decoded. */
export interface ReadableImage {
  file: string;
  image: ImageTensor;
  /** Position of the file in the list. */
  index: number;
}

/**
 * Yields the images that can be read, in the order of the files.
 *
 * @param onSkipped - receives the reason for each file that cannot be read
 * @throws FileError - IMAGE_UNREADABLE, at the end, when no file could be read
 */
export async function* readableImages(
  files: readonly string[],
  options: ImageOptions,
  onSkipped: ((message: string) => void) | undefined,
): AsyncGenerator<ReadableImage, void, undefined> {
  let index = -1;
  let count = 0;
  for await (const { file, image, error } of loadImages(files, options)) {
    index += 1;
    if (error === undefined) {
      count += 1;
      yield { file, image, index };
    } else {
      onSkipped?.(error.message);
    }
  }
  if (count === 0)
    throw errorOf('IMAGE_UNREADABLE', `None of the ${files.length} images could be read`);
}
