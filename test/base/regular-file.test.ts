import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { filesBeside } from '../../lib/read/format';
import { findImages, loadImage, readLabels } from '../../lib/image';
import { readRegular, readRegularSync } from '../../lib/base/regular-file';
import { exportOnnx } from '../../lib/pytorch';
import { inChild } from '../faults/child';
import { makeFifo, temporaryFolders, write } from '../helpers/folders';
import { coded, fixture, loadSmall } from '../helpers/networks';

const newFolder = temporaryFolders();
const ie = new IECore();

const refused = (kind: string) => ({
  name: 'FileError',
  code: 'FILE_NOT_READABLE',
  message: expect.stringMatching(
    new RegExp(`^Expected a regular file.*, received ${kind}$`),
  ) as string,
});

test('a file is read directly or through a symbolic link', async () => {
  const folder = newFolder();
  write(join(folder, 'file'), 'text');
  symlinkSync('file', join(folder, 'link'));
  for (const name of ['file', 'link']) {
    expect(String(await readRegular(join(folder, name), 'text'))).toBe('text');
    expect(String(readRegularSync(join(folder, name), 'text'))).toBe('text');
  }
});

test('anything but a regular file is refused', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'folder'));
  makeFifo(join(folder, 'fifo'));
  symlinkSync('fifo', join(folder, 'link'));
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  for (const [path, kind] of [
    [join(folder, 'folder'), 'a folder'],
    [join(folder, 'fifo'), 'a FIFO'],
    [join(folder, 'link'), 'a FIFO'],
    [join(folder, 'socket'), 'a socket'],
    ['/dev/zero', 'a device'],
  ] as const) {
    await expect(readRegular(path, 'text')).rejects.toMatchObject(refused(kind));
    expect(() => readRegularSync(path, 'text')).toThrow(
      expect.objectContaining(refused(kind)) as Error,
    );
  }
  server.close();
});

test('a missing file is FILE_NOT_FOUND', async () => {
  const missing = join(newFolder(), 'missing');
  await expect(readRegular(missing, 'text')).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message: `There is no text ${missing}; check the path`,
  });
  expect(() => readRegularSync(join(missing, 'x'), 'text')).toThrow(coded('FILE_NOT_FOUND'));
});

test('a FIFO as a model is refused without waiting for it', async () => {
  const folder = newFolder();
  const files = ['x.xml', 'x.onnx', 'x.tflite', 'x.pdmodel', 'x.pb', 'x.pbtxt', 'x.meta'];
  for (const name of [...files, 'x.prototxt']) {
    const fifo = makeFifo(join(folder, name));
    await expect(ie.readNetwork(fifo)).rejects.toMatchObject(refused('a FIFO'));
    expect(() => ie.readNetworkSync(fifo)).toThrow(coded('FILE_NOT_READABLE'));
    await expect(ie.loadNetwork(fifo, 'CPU')).rejects.toMatchObject(refused('a FIFO'));
  }
});

test.each([
  ['net.xml', 'net.bin'],
  ['net.pdmodel', 'net.pdiparams'],
  ['net.meta', 'net.index'],
  ['net.meta', 'net.data-00000-of-00001'],
  ['saved/saved_model.pb', 'saved/variables/variables.index'],
  ['saved/saved_model.pb', 'saved/variables/variables.data-00000-of-00001'],
])('for the model %s, a FIFO at %s is refused without waiting for it', async (model, other) => {
  const folder = newFolder();
  write(join(folder, model), 'x');
  write(join(folder, other, '../x'));
  makeFifo(join(folder, other));
  const path = join(folder, model.replace('/saved_model.pb', ''));
  await expect(ie.readNetwork(path)).rejects.toMatchObject(refused('a FIFO'));
  await expect(ie.readNetwork(path, { isolated: true })).rejects.toMatchObject(refused('a FIFO'));
});

test('folders among the weights are skipped', () => {
  const folder = newFolder();
  const index = write(join(folder, 'saved/variables/net.index'), 'x');
  mkdirSync(join(folder, 'saved/variables/net.checkpoints'));
  expect(filesBeside(join(folder, 'saved'), true).slice(1)).toEqual([
    { file: index, what: 'weights file' },
  ]);
  expect(filesBeside(join(folder, 'saved/variables/net.meta'), false)).toEqual([
    { file: index, what: 'weights file' },
  ]);
});

test('a FIFO as any other input file is refused without waiting for it', async () => {
  const fifo = makeFifo(join(newFolder(), 'fifo.pt'));
  const expected = refused('a FIFO');
  const labels = readLabels(fifo);
  await expect(labels).rejects.toMatchObject(expected);
  await expect(loadImage(fifo, { width: 8, height: 8 })).rejects.toMatchObject(expected);
  await expect(findImages([fifo])).resolves.toEqual([fifo]);
  await expect(ie.readNetwork(fixture('conv.xml'), fifo)).rejects.toMatchObject(expected);
  await expect(ie.importNetwork(fifo, 'CPU')).rejects.toMatchObject(expected);
  for (const call of [
    () => ie.importNetworkSync(fifo, 'CPU'),
    () => new IECore({ pluginsXml: fifo }),
    () => {
      ie.registerPlugins(fifo);
    },
    () => {
      ie.registerPlugin(fifo, 'CPU2');
    },
    () => {
      ie.addExtension(fifo);
    },
  ])
    expect(call).toThrow(expect.objectContaining(expected) as Error);
  for (const options of [
    { model: fifo, trust: true },
    { model: 'timm:resnet18', weights: fifo },
  ])
    await expect(exportOnnx({ ...options, output: `${fifo}.onnx` })).rejects.toMatchObject(
      expected,
    );
});

test('FIFOs block no thread of the pool', () => {
  const folder = newFolder();
  makeFifo(join(folder, 'x.xml'));
  const program = `
    const fifo = process.argv[1];
    const ends = await Promise.all(Array.from({ length: 8 }, () => end(() => ie.readNetwork(fifo))));
    tell([...new Set(ends.map(({ code }) => code))]);
    tell(String(await fs.promises.readFile('/proc/self/comm')).trim() !== '');`;
  expect(inChild(program, [join(folder, 'x.xml')])).toMatchObject({
    status: 0,
    told: [['FILE_NOT_READABLE'], true],
  });
});

test('an exported network is imported through a symbolic link', async () => {
  const folder = newFolder();
  const exec = await loadSmall(ie);
  await exec.export(join(folder, 'net.blob'));
  symlinkSync('net.blob', join(folder, 'link'));
  const again = await ie.importNetwork(join(folder, 'link'), 'CPU');
  expect(Object.keys(again.inputInfo)).toEqual(['x']);
});
