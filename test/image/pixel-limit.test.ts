import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { loadImage } from '../../lib/image';
import { jpegHeader } from '../../lib/image/jpeg-header';
import { packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();
const small = { width: 32, height: 32 };
const first = join(packageRoot, 'test/fixtures/images/rgb.jpg');

/** The largest memory use of a process that decodes one image, in MB above that before. */
function decodeApart(bytes: Uint8Array): { megabytes: number; code: string | undefined } {
  const file = join(newFolder(), 'image');
  writeFileSync(file, bytes);
  const program = `
    const { loadImage } = require(${JSON.stringify(join(packageRoot, 'dist/image'))});
    const { readFileSync, existsSync } = require('node:fs');
    const bytes = readFileSync(${JSON.stringify(file)});
    // From /proc where it exists: the value of getrusage() includes the memory of the parent process.
    const status = '/proc/self/status';
    const most = () => existsSync(status)
      ? Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync(status, 'utf8'))[1]) / 1024
      : process.resourceUsage().maxRSS / 1024;
    const load = (source) => loadImage(source, { width: 224, height: 224 });
    load(${JSON.stringify(first)}).then(async () => {
      const before = most();
      const code = await load(bytes).then(() => undefined, (error) => error.code);
      console.log(JSON.stringify({ megabytes: most() - before, code }));
    });`;
  return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as never;
}

/** An image of one color. */
function flat(width: number, height: number, channels: 3 | 4 = 3) {
  const background = { r: 32, g: 64, b: 96, alpha: 0.5 };
  return sharp({ create: { width, height, channels, background }, limitInputPixels: false });
}

/** A JPEG with one scan per channel, all zeros: its decoder keeps the whole image in memory. */
function jpegOfManyScans(side: number): Buffer {
  const segment = (marker: number, ...content: number[]) =>
    Buffer.from([0xff, marker, 0, content.length + 2, ...content]);
  const u16 = (value: number) => [value >> 8, value & 0xff];
  // Two codes of one bit: no difference to the previous block, and end of block.
  const table = (id: number) => segment(0xc4, id, 1, ...Array<number>(15).fill(0), 0);
  const blocks = Math.ceil(side / 8) ** 2;
  const scan = (id: number) =>
    Buffer.concat([segment(0xda, 1, id, 0, 0, 63, 0), Buffer.alloc(Math.ceil((2 * blocks) / 8))]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, ...Array<number>(64).fill(1)),
    segment(0xc0, 8, ...u16(side), ...u16(side), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0),
    ...[table(0x00), table(0x10), scan(1), scan(2), scan(3)],
    Buffer.from([0xff, 0xd9]),
  ]);
}

const svg = (width: number, height: number, content: string) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
  );
const embedding = (type: string, image: Buffer) =>
  svg(
    100,
    100,
    `<image width="100" height="100" href="data:image/${type};base64,${image.toString('base64')}"/>`,
  );

/** Widths and heights just below the default limit of each format. */
const allowed: Record<string, () => Promise<Buffer>> = {
  // Phones take photographs of up to 4096 x 3072 pixels as HEIF.
  AVIF: async () => flat(4096, 3072).avif({ effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
  'AVIF of 10 bits': async () => flat(4000, 2300).avif({ effort: 0, bitdepth: 10 }).toBuffer(),
  WebP: async () => flat(5000, 4900, 4).webp({ effort: 0 }).toBuffer(),
  GIF: async () => flat(6400, 6400).gif({ effort: 1 }).toBuffer(),
  'interlaced PNG': async () => flat(6900, 6900, 4).png({ progressive: true }).toBuffer(),
  'progressive JPEG': async () =>
    flat(6000, 6000).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  'JPEG of many scans': async () => Promise.resolve(jpegOfManyScans(6000)),
  'JPEG that has to be turned': async () =>
    flat(7500, 7500).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  JPEG: async () => flat(16_000, 16_000).jpeg().toBuffer(),
  PNG: async () => flat(12_000, 12_000).png().toBuffer(),
  TIFF: async () => flat(11_000, 11_000).tiff({ compression: 'lzw' }).toBuffer(),
};

test.each(Object.entries(allowed))(
  '%s of the largest allowed size needs less than 300 MB',
  async (_, make) => {
    const { megabytes, code } = decodeApart(await make());
    expect(code).toBeUndefined();
    expect(megabytes).toBeLessThan(300);
  },
);

/** Small files whose decoders need much more memory, refused by their header. */
const refused: Record<string, () => Promise<Buffer>> = {
  AVIF: async () => flat(5000, 5000).avif({ effort: 0 }).toBuffer(),
  'AVIF of 10 bits': async () => flat(4000, 2400).avif({ effort: 0, bitdepth: 10 }).toBuffer(),
  WebP: async () => flat(8000, 8000).webp({ effort: 0 }).toBuffer(),
  GIF: async () => flat(7000, 7000).gif({ effort: 1 }).toBuffer(),
  'GIF whose frame is larger than its screen': async () => {
    const gif = await flat(7000, 7000).gif({ effort: 1 }).toBuffer();
    gif.writeUInt32LE(0x00010001, 6);
    return gif;
  },
  'interlaced PNG': async () => flat(10_000, 10_000).png({ progressive: true }).toBuffer(),
  'progressive JPEG': async () => flat(8000, 8000).jpeg({ progressive: true }).toBuffer(),
  'JPEG of many scans': async () => Promise.resolve(jpegOfManyScans(10_000)),
  'SVG with a large image in it': async () =>
    embedding('png', await flat(8000, 8000).png().toBuffer()),
  'zipped SVG with a large image in it': async () =>
    gzipSync(embedding('png', await flat(8000, 8000).png().toBuffer())),
  'SVG in an SVG with a large image in it': async () =>
    embedding('svg+xml', embedding('png', await flat(8000, 8000).png().toBuffer())),
};

test.each(Object.entries(refused))('%s is refused before it is decoded', async (_, make) => {
  const { megabytes, code } = decodeApart(await make());
  expect(code).toBe('IMAGE_UNREADABLE');
  expect(megabytes).toBeLessThan(60);
});

test('an AVIF that is larger than its header says is not decoded', async () => {
  const avif = await flat(4000, 3000).avif({ effort: 0 }).toBuffer();
  avif.writeUInt32BE(100, avif.indexOf('ispe') + 8);
  avif.writeUInt32BE(100, avif.indexOf('ispe') + 12);
  const { megabytes, code } = decodeApart(avif);
  expect(code).toBe('IMAGE_UNREADABLE');
  expect(megabytes).toBeLessThan(60);
});

describe('limitPixels', () => {
  const file = join(packageRoot, 'test/fixtures/images/rgb.png'); // 24 x 16

  test('is the largest number of pixels that is accepted', async () => {
    await loadImage(file, { ...small, limitPixels: 384 });
    await expect(loadImage(file, { ...small, limitPixels: 383 })).rejects.toMatchObject({
      name: 'FileError',
      code: 'IMAGE_UNREADABLE',
      message: `${file} has 24 x 16 pixels, more than the pixel limit of 383; make it smaller, or set limitPixels (--limit-pixels)`,
    });
  });

  test('may be larger than the default and than sharp’s own limit', async () => {
    const bytes = await flat(7000, 7000).gif({ effort: 1 }).toBuffer();
    const { data } = await loadImage(bytes, { ...small, limitPixels: 49e6 });
    expect([...data.subarray(0, 3)]).toEqual([32, 64, 96]);
    const long = await flat(20_000, 14_000).jpeg().toBuffer();
    await expect(loadImage(long, small)).rejects.toThrow('pixel limit of 268402689');
    await loadImage(long, { ...small, limitPixels: 280e6 });
  });

  test.each([0, -1, 1.5, '9', null, Infinity])('refuses %p', async (limitPixels) => {
    const call = loadImage(file, { ...small, limitPixels: limitPixels as number });
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('the header of a JPEG', () => {
  test.each([
    ['rgb.jpg', false],
    ['grey.jpg', false],
    ['cmyk.jpg', false],
    ['exif-6.jpg', false],
  ])('%s is what sharp reads', async (name, isBuffered) => {
    const bytes = readFileSync(join(packageRoot, 'test/fixtures/images', name));
    const { width, height, channels } = await sharp(bytes).metadata();
    expect(jpegHeader(bytes)).toEqual({ width, height, channels, isBuffered });
  });

  test('tells whether the decoder keeps the whole image in memory', async () => {
    const progressive = await flat(30, 20).jpeg({ progressive: true }).toBuffer();
    const header = { width: 30, height: 20, channels: 3, isBuffered: true };
    expect(jpegHeader(progressive)).toEqual(header);
    expect(jpegHeader(jpegOfManyScans(16))).toMatchObject({ width: 16, isBuffered: true });
  });

  test('is not read from incomplete or other bytes', async () => {
    const bytes = await flat(30, 20).jpeg().toBuffer();
    const whole = jpegHeader(bytes);
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    for (let length = 0; length < bytes.length; length += 1) {
      const header = jpegHeader(bytes.subarray(0, length));
      expect(header).toEqual(length < scan + 10 ? undefined : whole);
    }
    expect(jpegHeader(await flat(3, 2).png().toBuffer())).toBeUndefined();
  });
});
