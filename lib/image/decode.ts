/** Decodes and resizes an image with sharp. */

import sharp from 'sharp';
import { checkSignal } from '../base/abortable';
import { readRegular } from '../base/regular-file';
import { bytesOf } from '../base/typed-array';
import { errorOf, isOwnError } from '../errors';
import {
  decodings,
  defaultBackground,
  fits,
  kernels,
  pixelFormats,
  type ImageSettings,
} from './image-options';
import { checkPixels, limitInputPixels } from './pixel-limit';

/** The pixels of an image as a network takes them: one byte per channel, in rows of pixels (NHWC). */
export interface ImageTensor {
  /** One byte per channel. */
  data: Uint8Array;
  /** Batch of 1, height, width, channels. */
  dims: [batch: 1, height: number, width: number, channels: number];
}

/** Decodes the bytes of an image; `name` is for error messages. Rejects with sharp's error. */
export type Decoder = (bytes: Uint8Array, name: string) => Promise<ImageTensor>;

/** One dimension of a centered crop: the length to resize to, and where the part to keep begins. */
function centered(length: number, fraction: number) {
  const whole = Math.round(length / fraction);
  return { whole, start: Math.floor((whole - length) / 2) };
}

/** Makes the function that decodes images with these options. */
export function decoder(settings: ImageSettings): Decoder {
  const { width, height, resize, kernel, channels, decode: decoding, background } = settings;
  const { limitPixels } = settings;
  const fraction = resize === 'crop' ? settings.cropFraction : 1;
  const across = centered(width, fraction);
  const down = centered(height, fraction);
  const { space, channels: count } = pixelFormats[channels];
  const dims: ImageTensor['dims'] = [1, height, width, count];

  return async (bytes, name) => {
    await checkPixels(bytes, name, limitPixels);
    const image = sharp(bytes, {
      autoOrient: true,
      limitInputPixels: limitInputPixels(limitPixels),
    });
    // Without this, a gray image would make a colored background gray. Only where needed: it prevents JPEG files from
    // being shrunk while they are decoded, which halves the time.
    if (background !== defaultBackground) image.pipelineColourspace('srgb');
    // Not toUint8Array(), which in sharp 0.35 never frees the memory of an image.
    const data = await image
      .flatten({ background })
      .resize(across.whole, down.whole, {
        fit: fits[resize],
        kernel: kernels[kernel],
        background,
        fastShrinkOnLoad: decodings[decoding],
      })
      .extract({ left: across.start, top: down.start, width, height })
      .toColourspace(space)
      .raw()
      .toBuffer();
    // A Uint8Array, because slice() of sharp's Buffer shares its memory instead of copying.
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), dims: [...dims] };
  };
}

interface DecodeOptions {
  /** Receives the bytes of the file when they are no longer needed. */
  done?: (bytes: Uint8Array) => void;
  /** Prevents decoding once it has fired. */
  signal?: AbortSignal | undefined;
}

/** Reads and decodes an image; every error names the image. */
export async function decode(
  source: string | Uint8Array,
  toTensor: Decoder,
  { done, signal }: DecodeOptions = {},
): Promise<ImageTensor> {
  const name = typeof source === 'string' ? source : 'The image';
  // Bytes are copied, because sharp reads them on another thread while the caller could transfer them away.
  const bytes =
    typeof source === 'string'
      ? await readRegular(source, 'image')
      : new Uint8Array(bytesOf(source));
  if (bytes.length === 0)
    throw errorOf('IMAGE_UNREADABLE', `${name} is empty: expected an image, received 0 bytes`);
  try {
    checkSignal(signal);
    return await toTensor(bytes, name);
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    const words = cause instanceof Error ? cause.message.trim().replace(/\s*\n\s*/g, '; ') : '';
    throw errorOf(
      'IMAGE_UNREADABLE',
      `${name} cannot be decoded: expected a complete JPEG, PNG, WebP, GIF, TIFF, SVG or AVIF image (${words})`,
      { cause },
    );
  } finally {
    done?.(bytes);
  }
}
