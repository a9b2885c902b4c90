import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore, type ExecutableNetwork } from '../../lib';
import { run } from '../../lib/base/operation';
import { unpackExported } from '../../lib/read/exported-file';
import { temporaryFolders } from '../helpers/folders';
import { coded, f32, loadSmall, passthrough } from '../helpers/networks';

const ie = new IECore();
const newFolder = temporaryFolders();

/** A network with settings that the exported file has to keep. */
async function loadWithSettings() {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 1, 2] } }));
  const info = net.inputInfo['x']!;
  info.precision = 'U8';
  info.layout = 'NHWC';
  info.preProcess = { mean: [1, 2, 3], scale: 2 };
  net.outputs['x_out']!.precision = 'I32';
  return ie.loadNetwork(net, 'CPU', f32);
}
const pixels = { x: new Uint8Array([11, 20, 31, 41, 50, 61]) };

test('an exported network keeps names, precisions, layouts and preprocessing', async () => {
  const folder = newFolder();
  const exec = await loadWithSettings();
  const expected = [5, 20, 9, 24, 14, 29];
  expect([...(await exec.infer(pixels))['x_out']!.data]).toEqual(expected);
  const file = join(folder, 'net.blob');
  for (const sync of [false, true]) {
    if (sync) exec.exportSync(file);
    else await exec.export(file);
    expect(readdirSync(folder)).toEqual(['net.blob']);
    const imports: ExecutableNetwork[] = [
      await ie.importNetwork(file, 'CPU', f32),
      ie.importNetworkSync(file, 'CPU', f32),
      await ie.importNetwork(readFileSync(file), 'CPU', f32),
    ];
    for (const imported of imports) {
      expect(imported.inputInfo).toEqual(exec.inputInfo);
      expect(imported.outputs).toEqual(exec.outputs);
      const { x_out } = await imported.infer(pixels);
      expect(x_out!.tensorDesc).toMatchObject({ precision: 'I32', dims: [1, 3, 1, 2] });
      expect([...x_out!.data]).toEqual(expected);
    }
  }
});

test('an exported network keeps mean images', async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 2, 1, 2] } }));
  const images = [new Float32Array([1, 2]), new Float32Array([3, 4])];
  net.inputInfo['x']!.preProcess.mean = images;
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const file = join(newFolder(), 'net.blob');
  await exec.export(file);
  const imported = await ie.importNetwork(file, 'CPU', f32);
  const { x_out } = await imported.infer({ x: new Float32Array([10, 20, 30, 40]) });
  expect([...x_out!.data]).toEqual([9, 18, 27, 36]);
});

test.each(['missing/net.blob', 'folder.blob', 'file/net.blob'])(
  'a failed export to %s leaves no file',
  async (name) => {
    const folder = newFolder();
    const exec = await loadSmall(ie);
    writeFileSync(join(folder, 'file'), '');
    await exec.export(join(folder, 'old.blob'));
    const target = join(folder, name === 'folder.blob' ? '.' : name);
    await expect(exec.export(target)).rejects.toMatchObject({
      name: 'FileError',
      code: 'FILE_NOT_WRITABLE',
      message: expect.stringContaining(folder) as string,
    });
    expect(() => exec.exportSync(target)).toThrow(coded('FILE_NOT_WRITABLE'));
    expect(readdirSync(folder).sort()).toEqual(['file', 'old.blob']);
  },
);

test('export replaces an existing file', async () => {
  const file = join(newFolder(), 'net.blob');
  writeFileSync(file, 'old');
  await (await loadWithSettings()).export(file);
  const imported = await ie.importNetwork(file, 'CPU', f32);
  expect(Object.keys(imported.inputInfo)).toEqual(['x']);
});

test.each(['', 1, undefined])('export refuses %p as a file', async (file) => {
  const exec = await loadSmall(ie);
  await expect(exec.export(file as string)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(() => exec.exportSync(file as string)).toThrow(coded('INVALID_ARGUMENT'));
});

test('importNetwork accepts a file that the runtime exported without this package', async () => {
  const file = join(newFolder(), 'net.blob');
  await (await loadWithSettings()).export(file);
  const { bytes } = await run(unpackExported(readFileSync(file)));
  const imported = await ie.importNetwork(bytes, 'CPU', f32);
  expect(imported.outputs['x_out']).toMatchObject({ precision: 'FP32', shape: [1, 3, 1, 2] });
  const { x_out } = await imported.infer(pixels);
  expect([...x_out!.data]).toEqual([5, 20, 9, 24, 14, 29]);
});

test.each([
  ['empty', ''],
  ['not an exported network', 'hello'],
])('importNetwork refuses a file that is %s', async (_, text) => {
  const file = join(newFolder(), 'net.blob');
  writeFileSync(file, text);
  await expect(ie.importNetwork(file, 'CPU')).rejects.toMatchObject({
    code: 'NETWORK_NOT_LOADED',
  });
});

describe('importNetwork refuses a damaged file', () => {
  let whole: Buffer;
  beforeAll(async () => {
    const file = join(newFolder(), 'net.blob');
    await (await loadSmall(ie)).export(file);
    whole = readFileSync(file);
  });

  /** Expects the package's own error, before the runtime reads the bytes. */
  const expectDamaged = async (bytes: Buffer): Promise<void> => {
    await expect(ie.importNetwork(bytes, 'CPU')).rejects.toMatchObject({
      code: 'NETWORK_NOT_LOADED',
      message: expect.stringMatching(/is damaged; export it again/) as string,
    });
  };

  test('with one changed bit in any byte', async () => {
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      await expectDamaged(damaged);
    }
  });

  test('without its end or its beginning', async () => {
    for (const length of [8, 11, 40, 47, 48, 52, whole.length - 1]) {
      await expectDamaged(whole.subarray(0, length));
      await expectDamaged(whole.subarray(whole.length - length));
    }
  });

  test('with extra bytes at its end or its beginning', async () => {
    await expectDamaged(Buffer.concat([whole, Buffer.from('\n')]));
    await expectDamaged(Buffer.concat([Buffer.from('\n'), whole]));
  });
});
