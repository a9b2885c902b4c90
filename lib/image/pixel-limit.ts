/** Refuses images whose decoding would need too much memory. */

import { gunzipSync } from 'node:zlib';
import sharp, { type Metadata } from 'sharp';
import { errorOf } from '../errors';
import { jpegHeader } from './jpeg-header';

/** Default memory for decoding one image, in bytes; with everything else, an image then needs less than 300 MB. */
const budget = 250e6;

/** The default limit of pixels for images of any format: sharp's own limit. */
const mostPixels = 0x3fff * 0x3fff;

/** Bytes per sample, by libvips' name of the sample format; other formats have up to 16. */
const sampleBytes: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2 };

/** Properties of an image that its header contains. */
interface Header {
  format: string;
  width: number;
  height: number;
  /** Bytes per decoded pixel. */
  pixel: number;
  /** Whether samples have more than 8 bits. */
  isDeep: boolean;
  /** Whether the decoder needs several passes, because the image is progressive or interlaced. */
  isBuffered: boolean;
  /** Whether the image must be rotated, for which the whole decoded image is kept in memory. */
  isTurned: boolean;
}

/**
 * Memory for decoding, in bytes per pixel, as measured (sharp 0.35, libvips 8.18). Formats that are decoded row by row
 * need little, because only a part of the image is in memory.
 */
const costs: Readonly<Record<string, (header: Header) => number>> = {
  jpeg: ({ pixel, isBuffered }) => (isBuffered ? 2.2 * pixel : 0.5),
  png: ({ pixel, isBuffered }) => (isBuffered ? 1.3 : 0.45) * pixel,
  tiff: ({ pixel }) => 0.6 * pixel,
  svg: () => 0.5,
  gif: () => 6,
  webp: () => 10,
  heif: ({ isDeep }) => (isDeep ? 27 : 19.8),
};

/** Memory for decoding an image, in bytes per pixel; a format that is not in the table counts as the most expensive. */
const costOf = (header: Header): number =>
  (costs[header.format]?.(header) ?? 27) + (header.isTurned ? 1.25 * header.pixel : 0);

function headerOf(metadata: Metadata, isBuffered: boolean): Header {
  const { format, width, height, channels, depth, orientation = 1 } = metadata;
  const sample = sampleBytes[depth] ?? 16;
  return {
    ...{ format, width, height, isBuffered, pixel: channels * sample, isDeep: sample > 1 },
    // The decoder of HEIF rotates the image itself.
    isTurned: orientation > 1 && format !== 'heif',
  };
}

/** Reads the header with sharp, which does not decode the image for it. */
async function askHeader(bytes: Uint8Array, isBuffered?: boolean): Promise<Header> {
  // No limit here, because this function finds out the size.
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  return headerOf(metadata, isBuffered ?? metadata.isProgressive === true);
}

async function readHeader(bytes: Uint8Array): Promise<Header> {
  const jpeg = jpegHeader(bytes);
  if (jpeg === undefined) return askHeader(bytes);
  const { channels, ...rest } = jpeg;
  const turned = { ...rest, format: 'jpeg', pixel: channels, isDeep: false, isTurned: true };
  // Most images are small enough even if they must be rotated; for the others, sharp reads the orientation.
  const isSmall = costOf(turned) * jpeg.width * jpeg.height <= budget;
  return isSmall ? turned : askHeader(bytes, jpeg.isBuffered);
}

const dataUrl = /data:image\/[\w.+-]+\s*(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s]+)/g;

/** Memory for the images inside an SVG, in bytes; the renderer decodes them completely for every output size. */
async function embeddedCost(bytes: Uint8Array, depth = 0): Promise<number> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isZipped ? gunzipSync(bytes, { maxOutputLength: budget }) : Buffer.from(bytes);
  let sum = 0;
  for (const [, base64 = ''] of text.toString('latin1').matchAll(dataUrl)) {
    const image = Buffer.from(base64, 'base64');
    const header = await askHeader(image).catch(() => undefined);
    if (header === undefined) continue;
    sum += 12 * header.width * header.height;
    // SVG images nested more deeply can only be an attack.
    if (header.format === 'svg') sum += depth < 2 ? await embeddedCost(image, depth + 1) : Infinity;
  }
  return sum;
}

/**
 * Refuses an image before it is decoded if its header declares more pixels than allowed.
 *
 * @param name - name of the image for the error message
 * @param limitPixels - undefined: the number of pixels that the format decodes in 250 MB
 * @throws FileError - IMAGE_UNREADABLE; sharp's error for an image that it cannot read
 */
export async function checkPixels(
  bytes: Uint8Array,
  name: string,
  limitPixels: number | undefined,
): Promise<void> {
  const header = await readHeader(bytes);
  const { width, height, format } = header;
  const cost = costOf(header);
  const limit = limitPixels ?? Math.min(mostPixels, Math.floor(budget / cost));
  const advice = 'make it smaller, or set limitPixels (--limit-pixels)';
  if (width * height > limit) {
    const why =
      limitPixels === undefined
        ? ` for such an image (${format}), which needs about ${cost.toFixed(1)} bytes per pixel to decode`
        : '';
    throw errorOf(
      'IMAGE_UNREADABLE',
      `${name} has ${width} x ${height} pixels, more than the pixel limit of ${limit}${why}; ${advice}`,
    );
  }
  if (format !== 'svg') return;
  const embedded = await embeddedCost(bytes);
  if (embedded > Math.max(budget, 12 * (limitPixels ?? 0))) {
    throw errorOf(
      'IMAGE_UNREADABLE',
      `${name} contains images above the pixel limit: drawing it needs about ${Math.round(embedded / 1e6)} MB; ${advice}`,
    );
  }
}

/** The value for sharp's option of this name, so that sharp checks the decoded image as well. */
export const limitInputPixels = (limitPixels: number | undefined): number =>
  limitPixels ?? mostPixels;
