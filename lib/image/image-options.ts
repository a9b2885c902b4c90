/** The options for decoding and resizing an image. */

import sharp from 'sharp';
import { invalid } from '../base/check';
import {
  choice,
  defaultTo,
  integer,
  option,
  required,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';

/** Ways to fit an image into the requested size, with sharp's name for each. */
export const fits = { crop: 'cover', fit: 'contain', stretch: 'fill' } as const;

/** The contents of a pixel: sharp's color space and the number of channels. */
export const pixelFormats = {
  RGB: { space: 'srgb', channels: 3 },
  GRAY: { space: 'b-w', channels: 1 },
} as const;

/** Ways to decode an image, with sharp's option `fastShrinkOnLoad` for each. */
export const decodings = { accurate: false, fast: true } as const;

/** Resampling kernels, with sharp's name for each. */
export const kernels = {
  nearest: sharp.kernel.nearest,
  linear: sharp.kernel.linear,
  cubic: sharp.kernel.cubic,
  mitchell: sharp.kernel.mitchell,
  lanczos2: sharp.kernel.lanczos2,
  lanczos3: sharp.kernel.lanczos3,
} as const;

/** The background color that needs no conversion of the color space. */
export const defaultBackground = 'white';

const fraction = option('a number from 0.01 to 1', (value, name) => {
  if (typeof value === 'number' && value >= 0.01 && value <= 1) return value;
  throw invalid(name, 'a number from 0.01 to 1', value);
});

const color = option("a CSS color such as 'white' or '#808080'", (value, name) => {
  const expected = "a CSS color such as 'white' or '#808080'";
  if (typeof value !== 'string') throw invalid(name, expected, value);
  try {
    sharp().flatten({ background: value });
  } catch {
    throw invalid(name, expected, value);
  }
  return value;
});

/** The options for decoding and resizing an image. */
export const imageOptions = {
  /** Width of the result in pixels. */
  width: required(integer(1, 0xffff)),
  /** Height of the result in pixels. */
  height: required(integer(1, 0xffff)),
  /**
   * How the image is fitted into that size. `crop` keeps the proportions and uses the center; `fit` keeps the proportions
   * and the whole image, and fills the rest with `background`; `stretch` keeps the whole image and changes its
   * proportions. Default: `crop`.
   */
  resize: defaultTo(choice(fits), 'crop'),
  /**
   * With `crop`: the fraction of the width and height of the largest centered crop that is kept, from 0.01 to 1.
   * Default: 0.875, with which most ImageNet networks were tested.
   */
  cropFraction: defaultTo(fraction, 0.875),
  /** Resampling kernel. Default: `cubic`. */
  kernel: defaultTo(choice(kernels), 'cubic'),
  /**
   * `RGB` or `GRAY`. Default: `RGB`. For a network that expects BGR, set
   * `net.inputInfo[name].preProcess = { reverseChannels: true }`; the network then reverses the channels itself.
   */
  channels: defaultTo(choice(pixelFormats), 'RGB'),
  /**
   * JPEG and WebP images can be halved in size repeatedly while they are decoded. `accurate` leaves at least the last
   * halving to the kernel. `fast` does not: it decodes about 15 % more images per second, and pixels differ from those of
   * a full decode by 1.3 of 255 on average instead of 0.5. Default: `accurate`.
   */
  decode: defaultTo(choice(decodings), 'accurate'),
  /** CSS color behind transparent parts and, with `fit`, beside the image. Default: `white`. */
  background: defaultTo(color, defaultBackground),
  /**
   * Maximum number of pixels (width times height) of an image; a larger one is refused before it is decoded. Default:
   * the number that its format decodes in 250 MB, from 9 million (10-bit AVIF) to 268 million (JPEG), so that one image
   * needs less than 300 MB. Each image that is decoded at the same time needs that much.
   */
  limitPixels: integer(1),
} satisfies OptionTable;

/** How an image is decoded and resized. */
export interface ImageOptions extends OptionsOf<typeof imageOptions> {}

/** The checked options, with defaults. */
export type ImageSettings = SettingsOf<typeof imageOptions>;

/** The size of a decoded image in bytes. */
export function imageLength({ width, height, channels }: ImageSettings): number {
  return width * height * pixelFormats[channels].channels;
}
