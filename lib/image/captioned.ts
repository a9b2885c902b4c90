/** Writes a caption on an image. */

import sharp from 'sharp';
import { xmlText } from '../base/escape-text';

/** The formats in which images with a caption are written, by file extension. */
export const captionedFormats = {
  '.png': 'png',
  '.webp': 'webp',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
} as const;

/** A format in which images with a caption are written. */
export type CaptionedFormat = (typeof captionedFormats)[keyof typeof captionedFormats];

/** The bytes of an image file: the image, upright, with a line of text along its lower edge. */
export async function captioned(
  file: string,
  format: CaptionedFormat,
  caption: string,
): Promise<Buffer> {
  const upright = sharp(file).autoOrient().toColourspace('srgb').png();
  const { data, info } = await upright.toBuffer({ resolveWithObject: true });
  const size = Math.max(10, Math.round(info.width / 20));
  const height = Math.min(2 * size, info.height);
  const line = `<svg xmlns="http://www.w3.org/2000/svg" width="${info.width}" height="${height}">
<rect width="100%" height="100%" fill="black" fill-opacity="0.6"/>
<text x="${size / 2}" y="${1.4 * size}" font-family="sans-serif" font-size="${size}" fill="white">${xmlText(caption)}</text>
</svg>`;
  return sharp(data)
    .composite([{ input: Buffer.from(line), gravity: 'south' }])
    .toFormat(format)
    .toBuffer();
}
