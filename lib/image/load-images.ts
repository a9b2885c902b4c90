/** Decodes many images, ahead of the caller and in order. */

import { availableParallelism } from 'node:os';
import { checkString, readIterable } from '../base/check';
import { inOrder } from '../base/in-order';
import {
  defaultTo,
  integer,
  readTable,
  signal as signalOption,
  type OptionsOf,
  type OptionTable,
} from '../base/option-table';
import { type OpenVINOError, translate } from '../errors';
import { decode, decoder, type Decoder, type ImageTensor } from './decode';
import { imageOptions, type ImageOptions } from './image-options';

/** An image of {@link loadImages}: its pixels, or the reason why there are none. */
export type LoadedImage =
  | { file: string; image: ImageTensor; error?: undefined }
  | { file: string; image?: undefined; error: OpenVINOError };

/** Options of functions that decode images ahead of the caller. */
export const aheadOptions = {
  /**
   * Number of images that are decoded ahead of the one in use. Each needs memory for its pixels and, while it is being
   * decoded, for its file. Default: four per processor, because images differ in size. The number of images that are
   * decoded at the same time is the number of threads in Node's pool: 4, or the environment variable
   * `UV_THREADPOOL_SIZE`.
   */
  ahead: defaultTo(integer(0, 1024), 4 * availableParallelism()),
  /** Stops the iteration: the next result is an AbortError, at once. */
  signal: signalOption(),
} satisfies OptionTable;

const loadImagesOptions = { ...imageOptions, ...aheadOptions };

/** Options of {@link loadImages}. */
export interface LoadImagesOptions extends ImageOptions, OptionsOf<typeof aheadOptions> {}

/**
 * Decodes images in the given order, the next ones while the caller uses the current one. An image that cannot be read
 * is reported at its position, and the others follow.
 *
 * @param files - paths, for example from `findImages`
 * @param options - as for `loadImage`, without `into`, and `ahead`
 * @throws `ArgumentError` at once for invalid options
 *
 * @example
 * ```ts
 * for await (const { file, image, error } of loadImages(files, { width: 224, height: 224 })) {
 *   if (error) console.error(error.message);
 *   else console.log(file, await exec.infer({ input: image }));
 * }
 * ```
 */
export function loadImages(
  files: Iterable<string> | AsyncIterable<string>,
  options: LoadImagesOptions,
): AsyncGenerator<LoadedImage, void, undefined> {
  const source = readIterable(files, 'files', 'a list of paths');
  const settings = readTable(loadImagesOptions, options);
  const { ahead, signal } = settings;
  const toTensor = decoder(settings);
  return inOrder(() => ({
    source,
    hasRoom: (taken) => taken <= ahead,
    start: async (file) => {
      checkString(file, 'a path in files');
      return settle(file, toTensor, signal);
    },
    signal,
  }));
}

async function settle(
  file: string,
  toTensor: Decoder,
  signal: AbortSignal | undefined,
): Promise<LoadedImage> {
  try {
    return { file, image: await decode(file, toTensor, { signal }) };
  } catch (error) {
    return { file, error: translate(error, file) };
  }
}
