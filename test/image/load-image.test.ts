import { getEventListeners } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { loadImage, type LoadImageOptions } from '../../lib/image';
import { failsUnprivileged } from '../helpers/unprivileged';
import expected from '../fixtures/images/expected.json';

const images = join(__dirname, '../fixtures/images');
const photographs = join(__dirname, '../../models/photographs');
const rgb = readFileSync(join(images, 'rgb.png'));
const small = { width: 24, height: 16, cropFraction: 1 };

/** Decodes a fixture at its recorded size; returns the actual and the expected pixels. */
async function pixelsOf(
  key: keyof typeof expected,
  options: Partial<LoadImageOptions> = {},
  folder = images,
) {
  const { width, height, pixels } = expected[key];
  const [file] = key.split(' ') as [string];
  const { data, dims } = await loadImage(join(folder, file), { width, height, ...options });
  const wanted = Uint8Array.from(Buffer.from(pixels, 'base64'));
  const differences = data.map((value, i) => Math.abs(value - wanted[i]!));
  return {
    data,
    dims,
    wanted,
    most: Math.max(...differences),
    mean: differences.reduce((a, b) => a + b, 0) / differences.length,
  };
}

describe('pixels', () => {
  const whole = { cropFraction: 1 };

  test.each([
    'rgb.png',
    'rgb.tif',
    'rgb.webp',
    'palette.png',
    'palette.gif',
    'palette-transparent.png',
    'animated.gif',
    'grey.png',
    'bits.png',
    'rgb16.png',
    'grey16.png',
    'grey16.tif',
    'shapes.svg',
  ] as const)('of %s are exact', async (key) => {
    const { data, dims, wanted } = await pixelsOf(key, whole);
    expect(data).toEqual(wanted);
    expect(dims).toEqual([1, 16, 24, 3]);
  });

  test.each([
    'rgb.jpg',
    'grey.jpg',
    'rgb.avif',
    'rgba.png',
    'rgba16.png',
    'grey-alpha.png',
  ] as const)('of %s are off by rounding at most', async (key) => {
    const { most } = await pixelsOf(key, whole);
    expect(most).toBeLessThanOrEqual(1);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8] as const)(
    'are rotated upright from EXIF orientation %i',
    async (orientation) => {
      const { most, dims } = await pixelsOf(`exif-${orientation}.jpg`, whole);
      expect(most).toBeLessThanOrEqual(1);
      expect(dims.slice(1, 3)).toEqual(orientation < 5 ? [16, 24] : [24, 16]);
    },
  );

  test.each(['rgba.png red', 'grey-alpha.png red'] as const)(
    'of %s show the background in transparent parts',
    async (key) => {
      const { most } = await pixelsOf(key, { ...whole, background: 'red' });
      expect(most).toBeLessThanOrEqual(1);
    },
  );

  test.each(['grey.png GRAY', 'grey-alpha.png GRAY'] as const)(
    'of %s have one channel',
    async (key) => {
      const { most, dims } = await pixelsOf(key, { ...whole, channels: 'GRAY' });
      expect(most).toBeLessThanOrEqual(1);
      expect(dims).toEqual([1, 16, 24, 1]);
    },
  );

  test('of colors converted to gray increase with lightness', async () => {
    const { data } = await loadImage(
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="1"><path fill="blue" d="M0 0h1v1H0z"/>' +
          '<path fill="red" d="M1 0h1v1H1z"/><path fill="lime" d="M2 0h1v1H2z"/></svg>',
      ),
      { width: 4, height: 1, cropFraction: 1, channels: 'GRAY' },
    );
    expect([...data]).toEqual([...data].sort((a, b) => a - b));
    expect(data[3]).toBe(255);
  });

  // Inks have no exact color, so the test checks that they are neither swapped nor inverted.
  test('in CMYK look like the printed colors', async () => {
    const { data } = await pixelsOf('cmyk.jpg', whole);
    const [paper, cyan, magenta, yellow, black, red] = [0, 1, 2, 3, 4, 5].map((patch) => {
      const at = (8 * 96 + patch * 16 + 8) * 3;
      return [...data.subarray(at, at + 3)] as [number, number, number];
    });
    expect(Math.min(...paper!)).toBeGreaterThan(245);
    expect(Math.max(...black!)).toBeLessThan(80);
    const channels = (colour: number[]) => colour.map((value) => (value < 165 ? 'low' : 'high'));
    expect(channels(cyan!)).toEqual(['low', 'low', 'high']);
    expect(channels(magenta!)).toEqual(['high', 'low', 'low']);
    expect(channels(yellow!)).toEqual(['high', 'high', 'low']);
    expect(channels(red!)).toEqual(['high', 'low', 'low']);
    expect(cyan![1]).toBeGreaterThan(cyan![0] + 100);
  });
});

describe('resizing', () => {
  test.each([
    ['coffee.jpg crop', {}],
    ['dog.jpg stretch', { resize: 'stretch', kernel: 'lanczos3' }],
    ['coffee.jpg fit', { resize: 'fit', background: 'blue' }],
  ] as const)('agrees with Pillow: %s', async (key, options) => {
    const { mean, most } = await pixelsOf(key, options, photographs);
    expect(mean).toBeLessThan(1);
    expect(most).toBeLessThan(20);
  });

  test('decoding fast differs a little more from a full decode', async () => {
    const jpeg = join(photographs, 'coffee.jpg');
    // PNG images are always decoded completely.
    const png = await sharp(jpeg).png().toBuffer();
    const size = { width: 64, height: 64 };
    const { data: whole } = await loadImage(png, size);
    const distance = async (options: Partial<LoadImageOptions>) => {
      const { data } = await loadImage(jpeg, { ...size, ...options });
      return data.reduce((sum, value, i) => sum + Math.abs(value - whole[i]!), 0) / data.length;
    };
    const accurate = await distance({ decode: 'accurate' });
    const fast = await distance({ decode: 'fast' });
    expect(await distance({})).toBe(accurate);
    expect(accurate).toBeLessThan(1);
    expect(fast).toBeGreaterThan(accurate);
    expect(fast).toBeLessThan(3);
  });

  test('with the kernel nearest repeats pixels', async () => {
    const { data } = await loadImage(rgb, { ...small, width: 48, height: 32, kernel: 'nearest' });
    const { data: once } = await loadImage(rgb, small);
    const twice = data.filter(
      (_, i) => Math.floor(i / 144) % 2 === 0 && Math.floor(i / 3) % 2 === 0,
    );
    expect(twice).toEqual(once);
  });

  test('an SVG loads no other files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'images-'));
    const file = join(folder, 'refers.svg');
    const image = (href: string) => `<image href="${href}" width="24" height="16"/>`;
    const svg = (content: string) =>
      writeFileSync(
        file,
        `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16">${content}</svg>`,
      );
    writeFileSync(join(folder, 'rgb.png'), rgb);
    svg(image('rgb.png') + image(`file://${folder}/rgb.png`) + image(`${folder}/rgb.png`));
    const { data } = await loadImage(file, small);
    // The same image embedded in the file is drawn.
    svg(image(`data:image/png;base64,${rgb.toString('base64')}`));
    const { data: drawn } = await loadImage(file, small);
    rmSync(folder, { recursive: true });
    expect(Math.min(...data)).toBe(255);
    expect(Math.min(...drawn)).toBeLessThan(255);
  });

  test.each([
    [1, 20_000],
    [20_000, 1],
    [1, 1],
  ])('copes with an image of %i x %i', async (width, height) => {
    const create = { width, height, channels: 3, background: '#204060' } as const;
    const png = await sharp({ create }).png().toBuffer();
    for (const resize of ['crop', 'fit', 'stretch'] as const) {
      const { data, dims } = await loadImage(png, { width: 32, height: 32, resize });
      expect(data).toHaveLength(32 * 32 * 3);
      expect(Math.min(...data)).toBe(0x20);
      expect(dims).toEqual([1, 32, 32, 3]);
    }
  });
});

describe('into', () => {
  test('receives the pixels', async () => {
    const batch = new Uint8Array(3 * 24 * 16 * 3).fill(7);
    const into = batch.subarray(24 * 16 * 3, 2 * 24 * 16 * 3);
    const { data } = await loadImage(rgb, { ...small, into });
    const { data: alone } = await loadImage(rgb, small);
    expect(data).toBe(into);
    expect(into).toEqual(alone);
    expect(batch.filter((value, i) => i < into.length && value !== 7)).toHaveLength(0);
    expect(batch.filter((value, i) => i >= 2 * into.length && value !== 7)).toHaveLength(0);
  });

  test('of the wrong length is refused', async () => {
    await expect(loadImage(rgb, { ...small, into: new Uint8Array(5) })).rejects.toMatchObject({
      name: 'ArgumentError',
      code: 'SHAPE_MISMATCH',
      message: 'Expected 1152 bytes for options.into, received 5',
    });
  });
});

test('the result is a plain array of bytes of its own', async () => {
  const { data } = await loadImage(rgb, small);
  expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
  expect(data.byteLength).toBe(data.buffer.byteLength);
});

describe('a file that is no image', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'images-'));
    writeFileSync(join(folder, 'empty.jpg'), '');
    writeFileSync(join(folder, 'text.png'), 'no image at all');
    for (const name of ['dog.jpg', 'coffee.jpg']) {
      const bytes = readFileSync(join(photographs, name));
      writeFileSync(join(folder, `cut-${name}`), bytes.subarray(0, bytes.length / 2));
    }
    writeFileSync(join(folder, 'cut.png'), rgb.subarray(0, rgb.length - 30));
    writeFileSync(
      join(folder, 'huge.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>',
    );
    symlinkSync('loop.jpg', join(folder, 'loop.jpg'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['empty.jpg', 'IMAGE_UNREADABLE', 'is empty'],
    ['text.png', 'IMAGE_UNREADABLE', 'unsupported image format'],
    ['cut-dog.jpg', 'IMAGE_UNREADABLE', 'premature end'],
    ['cut-coffee.jpg', 'IMAGE_UNREADABLE', 'premature end'],
    ['cut.png', 'IMAGE_UNREADABLE', 'cannot be decoded'],
    ['', 'FILE_NOT_READABLE', 'received a folder'],
    ['nowhere.jpg', 'FILE_NOT_FOUND', 'There is no image'],
    ['empty.jpg/cat.jpg', 'FILE_NOT_FOUND', 'There is no image'],
    ['loop.jpg', 'FILE_NOT_READABLE', 'ELOOP'],
  ])('%s is refused with %s', async (name, code, words) => {
    const file = join(folder, name);
    const error: unknown = await loadImage(file, small).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'FileError', code });
    expect((error as Error).message).toContain(file);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).not.toContain('\n');
  });

  test('that may not be read is refused', () => {
    const file = join(folder, 'secret.png');
    writeFileSync(file, rgb, { mode: 0 });
    const end = failsUnprivileged(
      `image.loadImage(${JSON.stringify(file)}, { width: 2, height: 2 })`,
      folder,
    );
    expect(end).toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('EACCES') as string,
    });
  });

  test('is refused as bytes too, with sharp’s error as the cause', async () => {
    await expect(loadImage(Buffer.from('text'), small)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      cause: expect.objectContaining({
        message: expect.stringContaining('unsupported') as string,
      }) as Error,
    });
    await expect(loadImage(new Uint8Array(0), small)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: expect.stringContaining('received 0 bytes') as string,
    });
  });
});

/** A PNG of black pixels with one bit each: a small file even for a huge image. */
function blackPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    let crc = -1;
    for (const byte of body) {
      crc ^= byte;
      for (let i = 0; i < 8; i += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeInt32BE(~crc);
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const points = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', points),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a small file of a huge image', () => {
  test('is refused without allocating its memory', async () => {
    const bomb = blackPng(30_000, 30_000);
    expect(bomb.length).toBeLessThan(120_000);
    const before = process.memoryUsage().rss;
    await expect(loadImage(bomb, small)).rejects.toMatchObject({
      name: 'FileError',
      code: 'IMAGE_UNREADABLE',
      message: expect.stringMatching(/pixel limit/) as string,
    });
    // Decoded, it has 900 MB: one byte per pixel.
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  test('is refused as SVG too', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>';
    await expect(loadImage(Buffer.from(svg), small)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
    });
  });

  test('of an allowed size is read', async () => {
    const { data } = await loadImage(blackPng(4000, 3000), small);
    expect(new Set(data)).toEqual(new Set([0]));
  });
});

describe('a signal', () => {
  test('that has fired before the call starts nothing', async () => {
    const call = loadImage(rgb, { ...small, signal: AbortSignal.abort('no') });
    await expect(call).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: 'no',
    });
  });

  test('rejects at once and leaves `into` unchanged', async () => {
    const controller = new AbortController();
    const into = new Uint8Array(24 * 16 * 3).fill(7);
    const call = loadImage(rgb, { ...small, into, signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'ABORT_ERR' });
    // A second call, which ends later.
    await loadImage(rgb, small);
    await loadImage(rgb, small);
    expect(new Set(into)).toEqual(new Set([7]));
  });

  test('may be shared by many calls, which remove their listeners', async () => {
    const { signal } = new AbortController();
    const calls = Array.from({ length: 20 }, async () => loadImage(rgb, { ...small, signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all(calls);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('an invalid call', () => {
  test.each([undefined, null, '', 5, new Uint16Array(2), new ArrayBuffer(2)])(
    'with source %p is refused',
    async (source) => {
      await expect(loadImage(source as string, small)).rejects.toMatchObject({
        name: 'ArgumentError',
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('for source, received') as string,
      });
    },
  );

  test.each([
    ['options', undefined],
    ['options', []],
    ['options', { ...small, mean: 127 }],
    ['options.width', { height: 2 }],
    ['options.width', { ...small, width: 0 }],
    ['options.height', { ...small, height: 1.5 }],
    ['options.height', { ...small, height: 70_000 }],
    ['options.resize', { ...small, resize: 'cover' }],
    ['options.cropFraction', { ...small, cropFraction: 0 }],
    ['options.cropFraction', { ...small, cropFraction: 1.1 }],
    ['options.cropFraction', { ...small, cropFraction: NaN }],
    ['options.kernel', { ...small, kernel: 'bicubic' }],
    ['options.channels', { ...small, channels: 'BGR' }],
    ['options.decode', { ...small, decode: 'faster' }],
    ['options.background', { ...small, background: 'transparentish' }],
    ['options.background', { ...small, background: 0xffffff }],
    ['options.into', { ...small, into: [] }],
    ['signal', { ...small, signal: {} }],
  ])('with wrong %s is refused: %p', async (name, options) => {
    await expect(loadImage(rgb, options as LoadImageOptions)).rejects.toMatchObject({
      name: 'ArgumentError',
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`for ${name}, received`) as string,
    });
  });
});
