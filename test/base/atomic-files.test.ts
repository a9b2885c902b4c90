import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { IECore } from '../../lib';
import { AtomicFiles, writeAtomically } from '../../lib/base/atomic-files';
import { convertModel } from '../../lib/model-optimizer';
import {
  bareEnvironment,
  makeFifo,
  packageRoot,
  temporaryFolders,
  write,
} from '../helpers/folders';
import { coded, fixture, loadSmall } from '../helpers/networks';
import { asUnprivileged } from '../helpers/unprivileged';

const newFolder = temporaryFolders();
const atomicFiles = JSON.stringify(join(packageRoot, 'dist/base/atomic-files.js'));

function unwritable(words: string): Error {
  const message = expect.stringContaining(words) as string;
  return expect.objectContaining({
    name: 'FileError',
    code: 'FILE_NOT_WRITABLE',
    message,
  }) as Error;
}

const commits: [string, (files: AtomicFiles) => Promise<void> | void][] = [
  ['commit', async (files) => files.commit()],
  [
    'commitSync',
    (files) => {
      files.commitSync();
    },
  ],
];

describe.each(commits)('%s', (_, commit) => {
  test('moves all files into place and replaces existing ones', async () => {
    const folder = newFolder();
    const targets = ['net.xml', 'net.bin'].map((name) => join(folder, name));
    writeFileSync(targets[0]!, 'old');
    const files = new AtomicFiles(...targets);
    files.paths.forEach((path, i) => {
      expect(basename(path)).toBe(basename(targets[i]!));
      expect(dirname(path)).not.toBe(folder);
      writeFileSync(path, `new ${i}`);
    });
    expect(readFileSync(targets[0]!, 'utf8')).toBe('old');
    await commit(files);
    expect(targets.map((target) => readFileSync(target, 'utf8'))).toEqual(['new 0', 'new 1']);
    expect(readdirSync(folder).sort()).toEqual(['net.bin', 'net.xml']);
  });

  test('moves all files or none', async () => {
    const folder = newFolder();
    const [bin, more, xml] = ['net.bin', 'more', 'net.xml'].map((name) => join(folder, name));
    write(bin!, 'old bin');
    write(xml!, 'old xml');
    const files = new AtomicFiles(bin!, more!, xml!);
    files.paths.forEach((path) => write(path, 'new'));
    // A folder at the second target makes its move fail, after the first file was moved.
    write(join(more!, 'full'));
    await expect((async () => commit(files))()).rejects.toThrow();
    expect([bin, xml].map((path) => readFileSync(path!, 'utf8'))).toEqual(['old bin', 'old xml']);
    expect(readdirSync(more!)).toEqual(['full']);
    files.close();
  });
});

test('discard() removes the written files and leaves existing ones unchanged', () => {
  const folder = newFolder();
  const target = write(join(folder, 'net.xml'), 'old');
  const files = new AtomicFiles(target, join(folder, 'net.bin'));
  writeFileSync(files.paths[0]!, 'half');
  const cause = new Error('the disk is full');
  expect(files.discard(cause)).toMatchObject({
    code: 'FILE_NOT_WRITABLE',
    message: expect.stringMatching(/net\.xml.*net\.bin.*the disk is full/) as string,
    cause,
  });
  expect(readdirSync(folder)).toEqual(['net.xml']);
  expect(readFileSync(target, 'utf8')).toBe('old');
});

test('check() writes nothing', () => {
  const folder = newFolder();
  AtomicFiles.check(join(folder, 'net.xml'));
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['missing/net.xml', 'file/net.xml', 'folder', 'circle', 'folder/..'])(
  'refuses %s before any work',
  (name) => {
    const folder = newFolder();
    write(join(folder, 'file'));
    mkdirSync(join(folder, 'folder'));
    symlinkSync('circle', join(folder, 'circle'));
    expect(() => new AtomicFiles(join(folder, name))).toThrow(coded('FILE_NOT_WRITABLE'));
  },
);

test('refuses a file that would be written twice', () => {
  const folder = newFolder();
  symlinkSync('a', join(folder, 'b'));
  for (const name of ['a', 'b'])
    expect(() => new AtomicFiles(join(folder, 'a'), join(folder, name))).toThrow(
      coded('INVALID_ARGUMENT'),
    );
});

test('does not replace a FIFO, socket or device', async () => {
  const folder = newFolder();
  const fifo = makeFifo(join(folder, 'fifo.xml'));
  symlinkSync('fifo.xml', join(folder, 'link.xml'));
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  for (const [path, kind] of [
    [fifo, 'a FIFO'],
    [join(folder, 'link.xml'), 'a FIFO'],
    [join(folder, 'socket'), 'a socket'],
    ['/dev/null', 'a device'],
  ] as const)
    expect(() => new AtomicFiles(path)).toThrow(unwritable(`received ${kind}`));
  server.close();
  const ie = new IECore();
  const net = await ie.readNetwork(fixture('conv.xml'));
  const exec = await loadSmall(ie);
  await expect(net.serialize(fifo)).rejects.toThrow(unwritable('a FIFO'));
  await expect(exec.export(fifo)).rejects.toThrow(unwritable('a FIFO'));
  await expect(convertModel(net, { outputFile: fifo })).rejects.toThrow(unwritable('a FIFO'));
  expect(lstatSync(fifo).isFIFO()).toBe(true);
});

describe('symbolic links', () => {
  test('are followed to their target', async () => {
    const folder = newFolder();
    write(join(folder, 'store/file'), 'old');
    mkdirSync(join(folder, 'far/near'), { recursive: true });
    symlinkSync('../far/near', join(folder, 'store/folder'));
    for (const [link, leadsTo, to] of [
      ['one', 'store/file', 'store/file'],
      ['two', 'one', 'store/file'],
      ['absolute', join(folder, 'store/file'), 'store/file'],
      ['dangling', 'store/new', 'store/new'],
      // `folder` is a link too, so `..` is the parent of the link's target, not `store`.
      ['above', 'store/folder/../new', 'far/new'],
    ] as const) {
      symlinkSync(leadsTo, join(folder, link));
      await writeAtomically(join(folder, link), `by ${link}`);
      expect(readFileSync(join(folder, to), 'utf8')).toBe(`by ${link}`);
      expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true);
    }
    expect(readdirSync(join(folder, 'store')).sort()).toEqual(['file', 'folder', 'new']);
  });

  test('of an IR may point to different folders', async () => {
    const folder = newFolder();
    for (const name of ['graphs', 'weights']) mkdirSync(join(folder, name));
    symlinkSync('graphs/1', join(folder, 'net.xml'));
    symlinkSync('weights/1', join(folder, 'net.bin'));
    const net = await new IECore().readNetwork(fixture('conv.xml'));
    const written = async (how: (xml: string) => Promise<unknown>): Promise<number[]> => {
      await how(join(folder, 'net.xml'));
      return ['graphs/1', 'weights/1'].map((name) => statSync(join(folder, name)).size);
    };
    const sizes = await written(async (xml) => net.serialize(xml));
    expect(sizes[1]).toBe(statSync(fixture('conv.bin')).size);
    const converted = await written(async (xml) => convertModel(net, { outputFile: xml }));
    expect(converted[1]).toBe(sizes[1]);
    expect(readdirSync(folder).sort()).toEqual(['graphs', 'net.bin', 'net.xml', 'weights']);
  });
});

describe('permissions', () => {
  test('of the replaced file are kept', async () => {
    const folder = newFolder();
    const [file, created] = [write(join(folder, 'file')), join(folder, 'created')];
    for (const mode of [0o600, 0o640, 0o755, 0o666]) {
      chmodSync(file, mode);
      await writeAtomically(file, 'new');
      expect(statSync(file).mode & 0o7777).toBe(mode);
    }
    await writeAtomically(created, 'new');
    const usual = statSync(write(join(folder, 'usual'))).mode;
    expect(statSync(created).mode).toBe(usual);
  });

  test('do not let other users read a file while it is written', () => {
    const files = new AtomicFiles(join(newFolder(), 'file'));
    expect(statSync(dirname(dirname(files.paths[0]!))).mode & 0o777).toBe(0o700);
    files.close();
  });

  test('writing as root keeps the owner of a file', async () => {
    const file = write(join(newFolder(), 'file'));
    if (process.geteuid?.() === 0) chownSync(file, 65534, 65534);
    const { uid, gid } = statSync(file);
    await writeAtomically(file, 'new');
    expect(statSync(file)).toMatchObject({ uid, gid });
  });

  test('a read-only file is not replaced', () => {
    const folder = newFolder();
    chmodSync(folder, 0o777);
    const file = write(join(folder, 'file'), 'old');
    chmodSync(file, 0o444);
    const program = `require(${atomicFiles}).writeAtomically(${JSON.stringify(file)}, 'new').catch(({ code }) => console.log(code));`;
    expect(asUnprivileged(program)).toBe('FILE_NOT_WRITABLE\n');
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

test.each([1, 214, 215, 219, 255])('file names of %d bytes are accepted', async (length) => {
  const folder = newFolder();
  const ie = new IECore();
  const exec = await loadSmall(ie);
  const net = await ie.readNetwork(fixture('conv.xml'));
  const name = (ending: string): string =>
    join(folder, `${'n'.repeat(Math.max(1, length - ending.length))}${ending}`);
  await exec.export(name(''));
  exec.exportSync(name(''));
  expect(Object.keys((await ie.importNetwork(name(''), 'CPU')).inputInfo)).toEqual(['x']);
  await net.serialize(name('.xml'));
  net.serializeSync(name('.xml'));
  await convertModel(net, { outputFile: name('.xml') });
  expect(Object.keys((await ie.readNetwork(name('.xml'))).inputInfo)).toEqual(['input']);
  expect(readdirSync(folder)).toHaveLength(3);
});

describe('the leftovers of a killed process', () => {
  const writer = `
    const { AtomicFiles } = require(${atomicFiles});
    const files = new AtomicFiles(process.argv[1]);
    require('node:fs').writeFileSync(files.paths[0], 'half');
    console.log(files.paths[0]);
    setInterval(() => {}, 1000);`;

  async function begin(target: string) {
    const child = spawn(process.execPath, ['-e', writer, target], { env: bareEnvironment() });
    const path = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text) => {
        resolve(String(text).trim());
      }),
    );
    const kill = async (): Promise<void> =>
      new Promise((resolve) => {
        child.once('close', () => {
          resolve();
        });
        child.kill('SIGKILL');
      });
    return { path, kill };
  }

  test('are removed by the next write, but not the files of a running process', async () => {
    const folder = newFolder();
    const target = join(folder, 'file');
    const [killed, living] = [await begin(target), await begin(target)];
    await killed.kill();
    await writeAtomically(target, 'new');
    expect([killed, living].map(({ path }) => existsSync(path))).toEqual([false, true]);
    await living.kill();
    await writeAtomically(target, 'newer');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('on another machine are removed after a day', async () => {
    const folder = newFolder();
    const root = join(folder, `.iecore-${process.getuid!()}`);
    const [old, young] = ['00000000-1-1-00000000', '00000000-1-1-00000001'].map((name) =>
      join(root, name),
    );
    for (const path of [root, old!, young!]) mkdirSync(path);
    const dayBefore = Date.now() / 1000 - 25 * 3600;
    utimesSync(old!, dayBefore, dayBefore);
    await writeAtomically(join(folder, 'file'), 'new');
    expect([old!, young!].map(existsSync)).toEqual([false, true]);
  });

  test('on another machine block the lock for at most an hour', async () => {
    const folder = newFolder();
    const lock = join(folder, `.iecore-${process.getuid!()}`, 'lock');
    const holder = join(lock, '00000000-1-1-00000000');
    write(holder);
    const before = Date.now() / 1000 - 3700;
    utimesSync(holder, before, before);
    const files = new AtomicFiles(join(folder, 'a'), join(folder, 'b'));
    for (const one of files.paths) write(one, 'new');
    await files.commit();
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  test('do not block the lock', async () => {
    const folder = newFolder();
    const root = join(folder, `.iecore-${process.getuid!()}`);
    // The name of a process of this machine that has ended.
    const { path, kill } = await begin(join(folder, 'file'));
    await kill();
    write(join(root, 'lock', basename(dirname(dirname(path)))));
    const files = new AtomicFiles(join(folder, 'a'), join(folder, 'b'));
    for (const one of files.paths) write(one, 'new');
    await files.commit();
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });
});

test('a staging folder of another user is not used', async () => {
  const folder = newFolder();
  const elsewhere = newFolder();
  symlinkSync(elsewhere, join(folder, `.iecore-${process.getuid!()}`));
  await writeAtomically(join(folder, 'file'), 'new');
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(2);
});

test('processes that write the same files at once leave the files of one process', async () => {
  const folder = newFolder();
  const program = `
    const { AtomicFiles } = require(${atomicFiles});
    const fs = require('node:fs');
    const [, folder, who] = process.argv;
    (async () => {
      for (let i = 0; i < 60; i += 1) {
        const files = new AtomicFiles(folder + '/net.bin', folder + '/net.xml');
        for (const path of files.paths) fs.writeFileSync(path, who + i);
        if (i % 2) await files.commit(); else files.commitSync();
      }
    })();`;
  const children = ['a', 'b', 'c'].map((who) =>
    spawn(process.execPath, ['-e', program, folder, who], { env: bareEnvironment() }),
  );
  const statuses = await Promise.all(
    children.map(
      async (child) => new Promise((resolve) => child.once('close', (status) => resolve(status))),
    ),
  );
  expect(statuses).toEqual([0, 0, 0]);
  const [bin, xml] = ['net.bin', 'net.xml'].map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(bin).toBe(xml);
  expect(readdirSync(folder).sort()).toEqual(['net.bin', 'net.xml']);
});
