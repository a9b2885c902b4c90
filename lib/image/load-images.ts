import { hasFired } from '../base/abortable';
import { checkInteger, checkString, readIterable, readOptions } from '../base/check';
import { type OpenVINOError, translate } from '../errors';
import { inOrder } from '../base/in-order';
import {
  decode,
  decoder,
  defaultAhead,
  imageOptionNames,
  type ImageOptions,
  type ImageTensor,
} from './decode';

/** A picture of {@link loadImages}: its pixels, or why there are none. */
export type LoadedImage =
  | { file: string; image: ImageTensor; error?: undefined }
  | { file: string; image?: undefined; error: OpenVINOError };

/** Options of {@link loadImages}. */
export interface LoadImagesOptions extends ImageOptions {
  /**
   * How many pictures are decoded ahead of the one in use. Each takes its pixels' memory, and while
   * it is being decoded its file's. Default: four for each processor. Of them, as many are decoded at once as
   * Node has threads for it: 4, or the environment's `UV_THREADPOOL_SIZE`.
   */
  ahead?: number;
  /** Ends it when it fires: the next result is an AbortError, at once. */
  signal?: AbortSignal | undefined;
}

/**
 * Decodes pictures one after the other, in the order given, and the next ones already while the
 * caller works on the last. A picture that cannot be read is reported in its place; the rest go on.
 *
 * @param files - paths, for instance from `findImages`
 * @param options - as for `loadImage`, without `into`, and `ahead`
 * @throws `ArgumentError` at once for options that cannot be right
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
  const given = readOptions(options, 'options', [...imageOptionNames, 'ahead', 'signal']);
  const { ahead = defaultAhead, signal } = given;
  checkInteger(ahead, 'options.ahead', 0, 1024);
  const toTensor = decoder(given);
  hasFired(signal);
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
  toTensor: ReturnType<typeof decoder>,
  signal: AbortSignal | undefined,
): Promise<LoadedImage> {
  try {
    return { file, image: await decode(file, toTensor, { signal }) };
  } catch (error) {
    return { file, error: translate(error, file) };
  }
}
