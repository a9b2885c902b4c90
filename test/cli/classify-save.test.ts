import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { asUnprivileged } from '../helpers/unprivileged';

const newFolder = temporaryFolders();
const photographs = join(packageRoot, 'models/photographs');
const coffee = join(photographs, 'coffee.jpg');
const dog = join(photographs, 'dog.jpg');

/** The files in a folder, at any depth. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

function copy(file: string, ...path: string[]): string {
  const target = join(...path);
  mkdirSync(join(target, '..'), { recursive: true });
  copyFileSync(file, target);
  return target;
}

function save(images: readonly string[], folder: string, ...others: string[]) {
  return iecore(['classify', '-i', ...images, '--save', folder, ...others]);
}

test('writes each image with its class drawn on it, in its own size', async () => {
  const folder = join(newFolder(), 'new');
  expect(save([dog], folder).status).toBe(0);
  expect(filesIn(folder)).toEqual(['dog.jpg']);
  const saved = join(folder, 'dog.jpg');
  const [before, after] = await Promise.all([sharp(dog).metadata(), sharp(saved).metadata()]);
  expect([after.width, after.height]).toEqual([before.width, before.height]);
  const [one, other] = await Promise.all([dog, saved].map((file) => sharp(file).raw().toBuffer()));
  const different = one!.filter((byte, i) => Math.abs(byte - other![i]!) > 60).length;
  expect(different / one!.length).toBeGreaterThan(0.005);
  expect(different / one!.length).toBeLessThan(0.3);
});

describe('each image is written to its own file:', () => {
  test('subfolders are kept, below the folder and below the fixed part of a glob', () => {
    const source = newFolder();
    copy(coffee, source, 'x.jpg');
    copy(dog, source, 'deep/er/x.jpg');
    for (const images of [source, `${source}/**/*.jpg`]) {
      const folder = newFolder();
      expect(save([images], folder).status).toBe(0);
      expect(filesIn(folder)).toEqual(['deep/er/x.jpg', 'x.jpg']);
    }
  });

  test('the same name from two folders', () => {
    const source = newFolder();
    const one = copy(coffee, source, 'one/x.jpg');
    const two = copy(dog, source, 'two/x.jpg');
    for (const images of [
      [join(source, 'one'), join(source, 'two')],
      [one, two],
    ]) {
      const folder = newFolder();
      const { status, stdout } = save(images, folder);
      expect(status).toBe(0);
      expect(filesIn(folder)).toEqual(['one/x.jpg', 'two/x.jpg']);
      expect(stdout).toMatch(/espresso .*one\/x\.jpg\n.*German shepherd .*two\/x\.jpg\n/);
    }
  });

  test('names that differ only in case, and a name that equals another with .png added', async () => {
    const source = newFolder();
    copy(coffee, source, 'a/x.jpg');
    copy(dog, source, 'a/X.jpg');
    await sharp(coffee).gif().toFile(join(source, 'a/y.gif'));
    await sharp(dog).png().toFile(join(source, 'a/y.gif.png'));
    const folder = newFolder();
    expect(save([source], folder).status).toBe(0);
    const saved = filesIn(folder).map((name) => name.toLowerCase());
    expect(new Set(saved).size).toBe(filesIn(join(source, 'a')).length);
  });
});

describe('an input is never overwritten:', () => {
  const classOf = (file: string) => readFileSync(file).equals(readFileSync(coffee));

  test.each([
    ['the folder itself', (source: string) => source],
    [
      'the folder by a symbolic link',
      (source: string) => {
        const link = join(newFolder(), 'link');
        symlinkSync(source, link);
        return link;
      },
    ],
    [
      'a symbolic link to the image',
      (source: string) => {
        const folder = newFolder();
        symlinkSync(join(source, 'coffee.jpg'), join(folder, 'coffee.jpg'));
        return folder;
      },
    ],
    [
      'a hard link of the image',
      (source: string) => {
        const folder = newFolder();
        linkSync(join(source, 'coffee.jpg'), join(folder, 'coffee.jpg'));
        return folder;
      },
    ],
  ])('%s', (_, folderOf) => {
    const source = newFolder();
    const original = copy(coffee, source, 'coffee.jpg');
    copy(dog, source, 'other.jpg');
    const folder = folderOf(source);
    const { status, stdout, stderr } = save([source], folder, '--json');
    expect(status).toBe(1);
    expect(stderr).toBe('');
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('FILE_NOT_WRITABLE');
    expect(error.message).toMatch(/coffee\.jpg.*choose another/);
    expect(classOf(original)).toBe(true);
    expect(filesIn(source)).toEqual(['coffee.jpg', 'other.jpg']);
    expect(readFileSync(join(source, 'other.jpg')).equals(readFileSync(dog))).toBe(true);
  });

  test('nor by --report', () => {
    const image = copy(coffee, newFolder(), 'coffee.jpg');
    const { status, stdout, stderr } = iecore(['classify', '-i', image, '--report', image]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: Cannot write .*coffee\.jpg: .*choose another/);
    expect(classOf(image)).toBe(true);
  });
});

describe('a path that cannot be written is an error before classification begins:', () => {
  const file = write(join(newFolder(), 'file'), 'kept');

  test.each([
    ['--save', file, 'it is a file'],
    ['--save', join(file, 'x'), 'file'],
    ['--report', join(file, 'x.html'), 'file'],
    ['--report', join(newFolder(), 'none', 'x.html'), 'there is no folder'],
    ['--report', newFolder(), 'it is a folder'],
  ])('%s %s', (option, path, words) => {
    const args = ['classify', '-i', dog, option, path];
    const { status, stdout, stderr } = iecore(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: Cannot write /);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/mkdir|open '/);
    const { error } = JSON.parse(iecore([...args, '--json']).stdout) as { error: { code: string } };
    expect(error.code).toBe('FILE_NOT_WRITABLE');
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('a folder without write permission', () => {
    const outputs = join(packageRoot, 'dist/cli/shared/outputs.js');
    const folder = newFolder();
    chmodSync(folder, 0o500);
    const said = asUnprivileged(
      `const { checkOutputFile, checkOutputFolder } = require(${JSON.stringify(outputs)});
      const folder = ${JSON.stringify(folder)};
      Promise.allSettled([checkOutputFile(folder + '/x', new Map()), checkOutputFolder(folder + '/x/y')])
        .then((ends) => console.log(JSON.stringify(ends.map(({ reason }) => reason?.message))));`,
      folder,
    );
    expect(JSON.parse(said)).toEqual([
      `Cannot write ${folder}/x: permission denied (EACCES)`,
      `Cannot write ${folder}/x/y: permission denied (EACCES)`,
    ]);
  });
});

test('a folder at the path of an image is an error before classification begins', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'coffee.jpg'));
  const { status, stdout, stderr } = save([coffee, dog], folder);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: Cannot write .*coffee\.jpg: it is a folder/);
  expect(readdirSync(folder)).toEqual(['coffee.jpg']);
});

test('an image that cannot be written is listed, the others are written, and the command fails', () => {
  const folder = newFolder();
  symlinkSync('/no/such/place', join(folder, 'coffee.jpg'));
  const { status, stdout, stderr } = save([coffee, dog], folder);
  expect(status).toBe(1);
  expect(stdout.split('\n').filter((line) => line.startsWith('FPS'))).toHaveLength(2);
  // Without fonts on the machine, the library that draws the caption prints an error first.
  expect(stderr.replace(/^Fontconfig error: .*\n/, '')).toMatch(
    /^not saved: coffee\.jpg: Cannot write .*: there is no folder \/no\/such\n$/,
  );
  expect(existsSync(join(folder, 'dog.jpg'))).toBe(true);
});
