/** Loads one image as the bytes of a network's input. */

import { abortable } from '../base/abortable';
import { invalid } from '../base/check';
import {
  readTable,
  signal as signalOption,
  unchecked,
  type OptionsOf,
  type OptionTable,
} from '../base/option-table';
import { bytesOf, lengthOf, typedArrayName } from '../base/typed-array';
import { errorOf } from '../errors';
import { decode, decoder, type ImageTensor } from './decode';
import { imageLength, imageOptions, type ImageOptions } from './image-options';

const ownOptions = {
  /**
   * The array to write the pixels to, of exactly `height * width * channels` bytes: for example the `data` of a request's
   * input blob, or a part of it. Default: a new array.
   */
  into: unchecked<Uint8Array>('a Uint8Array'),
  /** Aborts loading: the call rejects at once with an AbortError, and nothing more is written to `into`. */
  signal: signalOption(),
} satisfies OptionTable;

const loadImageOptions = { ...imageOptions, ...ownOptions };

/** Options of {@link loadImage}. */
export interface LoadImageOptions extends ImageOptions, OptionsOf<typeof ownOptions> {}

/**
 * Decodes an image, rotates it upright by its EXIF orientation, and resizes it into the bytes of a network's input. Mean,
 * scale and channel order are set on the network (`inputInfo[…].preProcess`).
 *
 * Every format that sharp reads is accepted: JPEG (CMYK too), PNG, WebP, GIF, TIFF, SVG, AVIF. Gray, palette,
 * transparent and 16-bit images become 8-bit pixels. Of an animation the first frame is used.
 *
 * @param source - path of a file, or the file's bytes
 * @throws `FileError` with code `FILE_NOT_FOUND`, `FILE_NOT_READABLE` or `IMAGE_UNREADABLE`
 * @throws `ArgumentError` for invalid options
 * @throws `AbortError` when the signal fires
 *
 * @example
 * ```ts
 * net.inputInfo.input.precision = 'U8';
 * net.inputInfo.input.layout = 'NHWC';
 * const exec = await ie.loadNetwork(net, 'CPU');
 * const { output } = await exec.infer({
 *   input: await loadImage('cat.jpg', { width: 224, height: 224 }),
 * });
 * ```
 */
export async function loadImage(
  source: string | Uint8Array,
  options: LoadImageOptions,
): Promise<ImageTensor> {
  if (typedArrayName(source) !== 'Uint8Array' && (typeof source !== 'string' || source === ''))
    throw invalid('source', 'the path of an image or its bytes as a Uint8Array', source);
  const settings = readTable(loadImageOptions, options);
  const { into, signal } = settings;
  const toTensor = decoder(settings);
  const load = async (): Promise<ImageTensor> =>
    abortable(signal, async () => decode(source, toTensor, { signal }));
  if (into === undefined) return load();

  if (typedArrayName(into) !== 'Uint8Array') throw invalid('options.into', 'a Uint8Array', into);
  const length = imageLength(settings);
  const checkLength = (): void => {
    if (lengthOf(into) === length) return;
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected ${length} bytes for options.into, received ${lengthOf(into)}`,
    );
  };
  checkLength();
  const { data, dims } = await load();
  checkLength();
  bytesOf(into).set(data);
  return { data: into, dims };
}
