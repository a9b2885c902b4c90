import { gunzipSync } from 'node:zlib';
import sharp, { type Metadata } from 'sharp';
import { errorOf } from '../errors';
import { jpegHeader } from './jpeg-header';

/** What decoding one image may take by default, in bytes: it stays below 300 MB with what else it needs. */
const budget = 250e6;

/** The most pixels of any image, by default: sharp's own limit. */
const mostPixels = 0x3fff * 0x3fff;

/** The bytes of one sample, by libvips' name for its format; others have more. */
const sampleBytes: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2 };

/** What is known of an image before it is decoded. */
interface Header {
  format: string;
  width: number;
  height: number;
  /** Bytes that a decoded pixel has. */
  pixel: number;
  /** Wider samples than of 8 bits. */
  isDeep: boolean;
  /** The decoder needs several passes: progressive or interlaced. */
  isBuffered: boolean;
  /** It has to be turned, for which it is held in memory decoded. */
  isTurned: boolean;
}

/**
 * The memory that decoding takes, in bytes a pixel, as measured (sharp 0.35, libvips 8.18): those of one to
 * three, which come row by row, keep a part of the image only.
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

/** A format that is not in the table costs as much as the dearest. */
const costOf = (header: Header): number =>
  (costs[header.format]?.(header) ?? 27) + (header.isTurned ? 1.25 * header.pixel : 0);

function headerOf(metadata: Metadata, isBuffered: boolean): Header {
  const { format, width, height, channels, depth, orientation = 1 } = metadata;
  const sample = sampleBytes[depth] ?? 16;
  return {
    ...{ format, width, height, isBuffered, pixel: channels * sample, isDeep: sample > 1 },
    // A HEIF image is turned by its decoder.
    isTurned: orientation > 1 && format !== 'heif',
  };
}

/** Asks sharp, which reads the header alone. */
async function askHeader(bytes: Uint8Array, isBuffered?: boolean): Promise<Header> {
  // Any size: it is what we want to know.
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  return headerOf(metadata, isBuffered ?? metadata.isProgressive === true);
}

async function readHeader(bytes: Uint8Array): Promise<Header> {
  const jpeg = jpegHeader(bytes);
  if (jpeg === undefined) return askHeader(bytes);
  const { channels, ...rest } = jpeg;
  const turned = { ...rest, format: 'jpeg', pixel: channels, isDeep: false, isTurned: true };
  // Most are small enough in any case; the others may be upright.
  const isSmall = costOf(turned) * jpeg.width * jpeg.height <= budget;
  return isSmall ? turned : askHeader(bytes, jpeg.isBuffered);
}

const dataUrl = /data:image\/[\w.+-]+\s*(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s]+)/g;

/** The memory of the images inside an SVG, which its renderer decodes whole, whatever size it draws them. */
async function embeddedCost(bytes: Uint8Array, depth = 0): Promise<number> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isZipped ? gunzipSync(bytes, { maxOutputLength: budget }) : Buffer.from(bytes);
  let sum = 0;
  for (const [, base64 = ''] of text.toString('latin1').matchAll(dataUrl)) {
    const image = Buffer.from(base64, 'base64');
    const header = await askHeader(image).catch(() => undefined);
    if (header === undefined) continue;
    sum += 12 * header.width * header.height;
    // Deeper than that nothing is drawn on purpose.
    if (header.format === 'svg') sum += depth < 2 ? await embeddedCost(image, depth + 1) : Infinity;
  }
  return sum;
}

/**
 * Refuses an image before it is decoded when its header tells of more pixels than allowed.
 *
 * @param name - of the image, for the message
 * @param limitPixels - undefined: as many as its format can have in 250 MB
 * @throws FileError - IMAGE_UNREADABLE; sharp's error for what it cannot read
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
        ? ` for such an image (${format}), which takes about ${cost.toFixed(1)} bytes a pixel to decode`
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
      `${name} has images in it that are above the pixel limit: drawing it takes some ${Math.round(embedded / 1e6)} MB; ${advice}`,
    );
  }
}

/** What sharp is told: it looks again, at what it decodes. */
export const limitInputPixels = (limitPixels: number | undefined): number =>
  limitPixels ?? mostPixels;
