import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { formatOfBytes } from '../../lib/read/format';
import { makeFifo, packageRoot, temporaryFolders, write } from '../helpers/folders';
import { fixture } from '../helpers/networks';
import {
  external,
  externalEntry,
  message,
  onnxModel,
  plain,
  revealing,
  varint,
} from '../helpers/onnx';

const newFolder = temporaryFolders();
const ie = new IECore();

const refused = (words: string) => ({
  code: 'NETWORK_NOT_READ',
  message: expect.stringContaining(words) as string,
});

describe('a model in memory with tensors in other files is refused:', () => {
  const tensor = external('.env');
  const node = (...attribute: Buffer[]): Buffer => message(1, message(5, ...attribute));
  const model = (field: number, ...content: Buffer[]): Buffer => message(field, ...content);

  test.each<[string, Buffer]>([
    ['an initializer', onnxModel(message(5, tensor))],
    ['the values of a sparse initializer', onnxModel(message(15, message(1, tensor)))],
    ['the indices of a sparse initializer', onnxModel(message(15, message(2, tensor)))],
    ['a tensor of a node', onnxModel(node(message(5, tensor)))],
    ['tensors of a node', onnxModel(node(message(10, tensor)))],
    ['a sparse tensor of a node', onnxModel(node(message(22, message(1, tensor))))],
    ['sparse tensors of a node', onnxModel(node(message(23, message(2, tensor))))],
    ['a graph in a node', onnxModel(node(message(6, message(5, tensor))))],
    ['graphs in a node', onnxModel(node(message(11, node(message(5, tensor)))))],
    ['a function', model(25, message(7, message(5, message(5, tensor))))],
    ['a default of a function', model(25, message(11, message(5, tensor)))],
    ['a graph that initializes training', model(20, message(1, message(5, tensor)))],
    ['a graph that trains', model(20, message(2, message(5, tensor)))],
    ['a second graph', Buffer.concat([onnxModel(), model(7, message(5, tensor))])],
    [
      'a graph after a group, which ONNX does not use',
      Buffer.concat([varint((30 << 3) | 3), varint((30 << 3) | 4), onnxModel(message(5, tensor))]),
    ],
    [
      'a field whose number takes more bytes than necessary',
      Buffer.concat([Buffer.from([0xba, 0x80, 0]), message(7, message(5, tensor)).subarray(1)]),
    ],
  ])('%s', async (_, bytes) => {
    const expected = refused("it stores tensors in the file '.env'");
    await expect(ie.readNetwork(bytes)).rejects.toMatchObject(expected);
    expect(() => ie.readNetworkSync(bytes)).toThrow(expect.objectContaining(expected) as Error);
  });

  test('a tensor without a file name', async () => {
    const expected = refused('it stores tensors in another file');
    for (const part of [plain(14, 1), externalEntry('offset', '94000000000000')])
      await expect(ie.readNetwork(onnxModel(message(5, part)))).rejects.toMatchObject(expected);
  });

  test('bytes that begin like an IR', async () => {
    // A field of 32 bytes that ONNX does not define. Its number and its length are white space as text.
    const text = message(1, '<net name="x" version="11">'.padEnd(32));
    const bytes = Buffer.concat([text, onnxModel(message(5, tensor))]);
    expect(formatOfBytes(bytes)).toBe('ir');
    await expect(ie.readNetwork(bytes)).rejects.toMatchObject(refused("the file '.env'"));
  });

  test('no file of the working directory is read, isolated or not', () => {
    const folder = newFolder();
    write(join(folder, '.env'), 'SECRET=1');
    write(join(folder, 'env'), 'SECRET=1');
    const program = `
      const { IECore } = require(${JSON.stringify(packageRoot)});
      const model = Buffer.from(process.argv[1], 'base64');
      (async () => {
        for (const isolated of [false, true])
          await new IECore().readNetwork(model, { isolated }).then(
            () => console.log('read'), ({ code }) => console.log(code));
      })();`;
    const args = ['-e', program, revealing('.env', 8).toString('base64')];
    const said = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(said).toBe('NETWORK_NOT_READ\nNETWORK_NOT_READ\n');
  });
});

describe('a file with tensors in other files', () => {
  async function revealed(folder: string, location: string, ...more: Buffer[]): Promise<string> {
    const file = join(folder, 'model.onnx');
    writeFileSync(file, revealing(location, 8, ...more));
    using exec = await ie.loadNetwork(file, 'CPU');
    const { y } = await exec.infer({});
    return Buffer.from(y!.data as Uint8Array).toString();
  }

  function place(): string {
    const outer = newFolder();
    const folder = join(outer, 'model');
    write(join(outer, 'secret'), 'SECRET=1');
    write(join(folder, 'weights'), '8 bytes.');
    write(join(folder, 'inner', 'weights'), 'in here.');
    symlinkSync('../secret', join(folder, 'link'));
    symlinkSync('..', join(folder, 'up'));
    symlinkSync('weights', join(folder, 'alias'));
    return folder;
  }

  test.each([
    ['weights', '8 bytes.'],
    ['./weights', '8 bytes.'],
    ['inner/weights', 'in here.'],
    ['inner/../weights', '8 bytes.'],
    ['alias', '8 bytes.'],
  ])('may name %s', async (location, text) => {
    await expect(revealed(place(), location)).resolves.toBe(text);
  });

  test.each([
    ['/etc/hostname', 'which is not a relative path'],
    ['../secret', 'which is outside of the folder'],
    ['inner/../../secret', 'which is outside of the folder'],
    ['link', 'which is outside of the folder'],
    ['up/secret', 'which is outside of the folder'],
    ['.../inner/../../secret', 'which is outside of the folder'],
    ['inner', 'which is not a regular file'],
    ['.', 'which is not a regular file'],
    ['fifo', 'which is not a regular file'],
    ['*/_ORT_MEM_ADDR_/*', 'which is not a file'],
  ])('may not name %s, %s', async (location, why) => {
    const folder = place();
    mkdirSync(join(folder, '...'));
    makeFifo(join(folder, 'fifo'));
    const address = externalEntry('offset', '4096');
    await expect(revealed(folder, location, address)).rejects.toMatchObject(
      refused(`it stores tensors in '${location}', ${why}`),
    );
  });

  test('is refused in a model larger than the pieces that are read', async () => {
    const folder = newFolder();
    const padding = message(6, 'x'.repeat(100_000));
    const file = join(folder, 'model.onnx');
    writeFileSync(file, onnxModel(padding, message(5, external('../secret'))));
    await expect(ie.readNetwork(file)).rejects.toMatchObject(refused("in '../secret'"));
  });
});

describe('the version of the operators', () => {
  /** Has fields of every kind before the version; the graph is larger than the pieces that are read. */
  const onnx = (version: bigint, graph = 100_000): Buffer =>
    Buffer.concat([
      plain(1, 8n),
      Buffer.from([0xa0, 0x01, 0]),
      message(2, 'a producer'),
      Buffer.from([(3 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
      Buffer.from([(4 << 3) | 5, 1, 2, 3, 4]),
      message(7, message(2, 'B'.repeat(graph))),
      message(8, message(1, 'ai.onnx.ml'), plain(2, 3n)),
      message(8, plain(2, version)),
    ]);

  /** The messages of the errors of reading from memory and from a file. */
  async function endsOf(bytes: Buffer): Promise<unknown[]> {
    const file = join(newFolder(), 'model.onnx');
    writeFileSync(file, bytes);
    const end = (model: string | Buffer): Promise<unknown> =>
      ie.readNetwork(model).catch((error: unknown) => (error as Error).message);
    return [await end(bytes), await end(file)];
  }

  test.each([
    [onnx(2n ** 62n), '4611686018427387904'],
    [onnx(-1n), '-1'],
    [onnx(100_001n, 10), '100001'],
  ])('is refused if it is impossible (%#)', async (bytes, version) => {
    const words = `it is damaged: it asks for version ${version} of the operators`;
    for (const end of await endsOf(bytes)) expect(end).toContain(words);
  });

  test.each([
    ['text instead of fields', Buffer.from('ir_version: 8 opset_import { version: 99999999 }')],
    ['a number without its end', Buffer.alloc(30, 0xff)],
    ['a length beyond the end', Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1])],
    ['truncation in the last message', onnx(2n ** 62n).subarray(0, -6)],
    ['very many fields', Buffer.alloc(1_000_000, Buffer.from(plain(3, 1n)))],
  ])('is not found, and the runtime refuses the model: %s', async (_, bytes) => {
    for (const end of await endsOf(bytes)) expect(end).toContain('The content is damaged');
  });

  test('is refused in a model that the runtime would read forever', async () => {
    const file = join(packageRoot, 'test/fuzz/deaths/read-endless-opset.onnx');
    await expect(ie.readNetwork(file)).rejects.toThrow(/asks for version/);
    expect(() => ie.readNetworkSync(file)).toThrow(/asks for version/);
    await expect(ie.readNetwork(readFileSync(file))).rejects.toThrow(/the model: it is damaged/);
  });
});

test('graphs that are nested too deeply are refused', async () => {
  let graph: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 1000; depth += 1) graph = message(1, message(5, message(6, graph)));
  await expect(ie.readNetwork(onnxModel(graph))).rejects.toMatchObject(
    refused('it is damaged: its messages are nested too deeply'),
  );
});

test('a normal model is accepted', async () => {
  using net = await ie.readNetwork(fixture('conv.onnx'));
  expect(Object.keys(net.inputInfo)).toEqual(['input']);
});
