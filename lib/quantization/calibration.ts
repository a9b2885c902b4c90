/** Prepares the images that NNCF calibrates a network with. */

import { open } from 'node:fs/promises';
import { checkSignal } from '../base/abortable';
import { errorOf } from '../errors';
import type { ImageOptions } from '../image';
import { readableImages } from '../image/readable-images';
import type { InputInfo } from '../input-info';
import { channelAxis } from '../tensor/layout';
import { precisionOf, type Precision } from '../tensor/precision';
import type { QuantizeSettings } from './quantize-options';

/** NumPy's names of the precisions that an input for images may have. */
const numpyTypes: Partial<Record<Precision, string>> = {
  FP64: 'float64',
  FP32: 'float32',
  FP16: 'float16',
  I64: 'int64',
  I32: 'int32',
  I8: 'int8',
  U8: 'uint8',
};

/** The conversion of pixels that python/quantize.py applies before it passes them to the network. */
export interface NetworkInput {
  channelsLast: boolean;
  /** NumPy's name of the element type. */
  precision: string;
  mean: readonly number[];
  scale: readonly number[];
  reverseChannels: boolean;
}

/** Selects up to `count` items at equal distances, so that every folder of a sorted list is represented. */
export function selectEvenly<T>(items: readonly T[], count: number): T[] {
  return items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}

/** Writes the pixels of all images that can be read into one file, and returns the number of these images. */
export async function writePixels(
  file: string,
  images: readonly string[],
  imageOptions: ImageOptions,
  { onProgress, onSkipped, signal }: QuantizeSettings,
): Promise<number> {
  const handle = await open(file, 'w');
  let count = 0;
  try {
    for await (const { image, index } of readableImages(images, imageOptions, onSkipped)) {
      checkSignal(signal);
      onProgress?.((0.2 * (index + 1)) / images.length, 'decoding');
      await handle.write(image.data);
      count += 1;
    }
  } finally {
    await handle.close();
  }
  return count;
}

/**
 * Describes the input that the network itself has, below the conversions that `acceptImages` added: calibration feeds
 * this input.
 */
export function networkInputOf({ name, port, ownLayout, plan }: InputInfo): NetworkInput {
  const element = precisionOf(port.element);
  const precision = numpyTypes[element];
  if (precision === undefined) {
    throw errorOf(
      'PRECISION_MISMATCH',
      `Expected an input of ${Object.keys(numpyTypes).join(', ')}, '${name}' has ${element}`,
    );
  }
  const { mean, scale, reverseChannels } = plan;
  const channelsLast = channelAxis(port.dims ?? [], ownLayout) === 3;
  return { channelsLast, precision, mean, scale, reverseChannels };
}
