/** Decodes the images of a comparison once, for all sides. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedImages } from '../../image';
import { readableImages } from '../../image/readable-images';

/** The pixels of all images: 8-bit RGB, channels last. */
export interface Pixels {
  /** Path of the file that contains the pixels of all images, for PyTorch. */
  file: string;
  /** Paths of the images. */
  images: string[];
  /** The pixels of each image, for OpenVINO. */
  data: Uint8Array[];
  width: number;
  height: number;
}

/** Decodes the images that can be read, and writes their pixels into a file in `folder`. */
export async function decodePixels(
  files: readonly string[],
  { imageOptions }: AcceptedImages,
  folder: string,
  onSkipped: ((message: string) => void) | undefined,
): Promise<Pixels> {
  const images: string[] = [];
  const data: Uint8Array[] = [];
  for await (const { file, image } of readableImages(files, imageOptions, onSkipped)) {
    images.push(file);
    data.push(image.data);
  }
  const file = join(folder, 'pixels');
  await writeFile(file, data);
  return { file, images, data, width: imageOptions.width, height: imageOptions.height };
}
