import { join } from 'node:path';
import { loadImage, loadImages, type LoadedImage, type LoadImagesOptions } from '../../lib/image';
import { conversation, unending } from '../helpers/sources';

const images = join(__dirname, '../fixtures/images');
const size = { width: 24, height: 16, cropFraction: 1 };
const pathsOf = (...names: string[]) => names.map((name) => join(images, name));

async function all(stream: AsyncIterable<LoadedImage>) {
  const found: LoadedImage[] = [];
  for await (const image of stream) found.push(image);
  return found;
}

describe('loadImages', () => {
  test.each([0, 1, 2, 100])('keeps the order with %i ahead', async (ahead) => {
    const files = pathsOf('rgb.avif', 'grey.png', 'rgb.jpg', 'bits.png', 'grey.png');
    const found = await all(loadImages(files, { ...size, ahead }));
    expect(found.map(({ file }) => file)).toEqual(files);
    for (const { file, image } of found) expect(image).toEqual(await loadImage(file, size));
  });

  test('reports an unreadable file at its position and continues', async () => {
    const files = pathsOf('grey.png', 'nowhere.jpg', 'expected.json', 'rgb.png');
    const found = await all(loadImages(files, size));
    expect(found.map(({ error }) => error?.code)).toEqual([
      undefined,
      'FILE_NOT_FOUND',
      'IMAGE_UNREADABLE',
      undefined,
    ]);
    expect(found.map(({ image }) => image?.dims[1])).toEqual([16, undefined, undefined, 16]);
  });

  test.each([0, 1, 3])('takes no more than %i paths ahead of the image in use', async (ahead) => {
    let taken = 0;
    function* paths() {
      for (; taken < 20;) {
        taken++;
        yield join(images, 'grey.png');
      }
    }
    let given = 0;
    for await (const { error } of loadImages(paths(), { ...size, ahead })) {
      expect(error).toBeUndefined();
      given++;
      expect(taken).toBe(Math.min(given + ahead, 20));
    }
    expect(given).toBe(20);
  });

  test('yields each image before the next path exists', async () => {
    const files = pathsOf('grey.png', 'nowhere.jpg', 'rgb.png', 'rgb.jpg');
    const { source, answer } = conversation(files);
    const seen = [];
    for await (const { file } of loadImages(source, { ...size, ahead: 10 })) {
      seen.push(file);
      answer();
    }
    expect(seen).toEqual(files);
  });

  test('ends at once when the caller stops while the source yields no path', async () => {
    const results = loadImages(unending(...pathsOf('grey.png')), size);
    expect(await results.next()).toMatchObject({ done: false });
    const waiting = results.next();
    await results.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('a signal ends the iteration at once, whether the source or a decoder is slow', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const results = loadImages(unending(...pathsOf('grey.png')), { ...size, signal });
    expect(await results.next()).toMatchObject({ done: false });
    const waiting = results.next();
    const others = loadImages(pathsOf('rgb.avif', 'rgb.avif'), { ...size, signal }).next();
    controller.abort();
    await expect(others).rejects.toMatchObject({ code: 'ABORT_ERR' });
    await expect(waiting).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(() => loadImages([], { ...size, signal: 3 as never })).toThrow('AbortSignal');
  });

  test('stops taking paths when the caller stops', async () => {
    const closed = jest.fn();
    function* paths() {
      try {
        for (;;) yield join(images, 'nowhere.jpg');
      } finally {
        closed();
      }
    }
    for await (const { error } of loadImages(paths(), { ...size, ahead: 4 })) {
      expect(error?.code).toBe('FILE_NOT_FOUND');
      break;
    }
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('yields nothing for no files', async () => {
    expect(await all(loadImages([], size))).toEqual([]);
  });

  test.each([
    ['files', 'cat.jpg', size],
    ['files', undefined, size],
    ['options', [], undefined],
    ['options', [], { ...size, into: new Uint8Array(1152) }],
    ['options.width', [], {}],
    ['options.ahead', [], { ...size, ahead: -1 }],
  ])('refuses wrong %s at once: %p, %p', (name, files, options) => {
    expect(() => loadImages(files as string[], options as LoadImagesOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`for ${name}, received`) as string,
      }) as Error,
    );
  });

  test('refuses a path that is not a string', async () => {
    const stream = loadImages([5 as unknown as string], size);
    await expect(stream.next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
