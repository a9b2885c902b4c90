import { mkdirSync, mkdtempSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findImages } from '../../lib/image';
import { failsUnprivileged } from '../helpers/unprivileged';

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-'));
  mkdirSync(path('deep/deeper'), { recursive: true });
  mkdirSync(path('texts'));
  for (const name of [
    'img10.jpg',
    'img2.JPG',
    'img1.jpeg',
    'notes.txt',
    'no-ending',
    'photo[1].png',
    '.hidden.jpg',
    'deep/a.webp',
    'deep/deeper/b.tiff',
    'texts/readme.md',
  ]) {
    writeFileSync(path(name), '');
  }
  // A folder that contains a link to itself must not make the search endless.
  symlinkSync(folder, path('deep/circle'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('findImages', () => {
  test('accepts a file with any name', async () => {
    const files = [path('notes.txt'), path('no-ending'), path('photo[1].png')];
    expect(await findImages(files)).toEqual(files);
  });

  test('finds the images of a folder at any depth, in order of name', async () => {
    const found = await findImages([path('deep/deeper'), path('.')]);
    expect(found[0]).toBe(path('deep/deeper/b.tiff'));
    expect(found.filter((file) => !file.includes('circle'))).toEqual(
      [
        'deep/deeper/b.tiff',
        'deep/a.webp',
        'img1.jpeg',
        'img2.JPG',
        'img10.jpg',
        'photo[1].png',
      ].map(path),
    );
  });

  test('expands globs, to images only', async () => {
    expect(await findImages([path('img*')])).toEqual(
      ['img1.jpeg', 'img2.JPG', 'img10.jpg'].map(path),
    );
    expect(await findImages([path('deep/**/*.{webp,tiff}')])).toContain(path('deep/deeper/b.tiff'));
  });

  test('keeps the order of the inputs and lists a file once', async () => {
    expect(await findImages([path('img10.jpg'), path('img*'), path('img10.jpg')])).toEqual(
      ['img10.jpg', 'img1.jpeg', 'img2.JPG'].map(path),
    );
  });

  test('recognizes a file by another path', async () => {
    const beside = relative('.', path('img2.JPG'));
    expect(await findImages([beside, path('img2.JPG'), path('deep/../img2.JPG')])).toEqual([
      beside,
    ]);
  });

  test('returns relative paths for relative globs', async () => {
    expect(await findImages(['models/photographs/c*.jpg'])).toEqual(
      ['coffee', 'crab'].map((name) => `models/photographs/${name}.jpg`),
    );
  });

  test('finds nothing for no inputs', async () => {
    expect(await findImages([])).toEqual([]);
  });

  test.each([
    ['nowhere.jpg', 'FILE_NOT_FOUND', 'There is no image'],
    ['notes.txt/cat.jpg', 'FILE_NOT_FOUND', 'There is no image'],
    ['*.gif', 'FILE_NOT_FOUND', 'No image matches'],
    ['*.txt', 'FILE_NOT_FOUND', 'No image matches'],
    ['texts', 'FILE_NOT_FOUND', 'No image is in the folder'],
    ['n'.repeat(300), 'FILE_NOT_READABLE', 'ENAMETOOLONG'],
  ])('refuses %s with %s', async (name, code, words) => {
    const error: unknown = await findImages([path(name)]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'FileError', code });
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).toContain(path(name));
  });

  test('refuses a folder without permission', () => {
    mkdirSync(path('secret'), { mode: 0 });
    const end = failsUnprivileged(`image.findImages([${JSON.stringify(path('secret'))}])`, folder);
    rmdirSync(path('secret'));
    expect(end).toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('EACCES') as string,
    });
  });

  test.each([['cat.jpg'], [undefined], [['']], [[5]]])('refuses %p', async (inputs) => {
    await expect(findImages(inputs as string[])).rejects.toMatchObject({
      name: 'ArgumentError',
      code: 'INVALID_ARGUMENT',
    });
  });
});
