import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, withTemporaryFolder } from '../../lib/base/folders';
import { bareEnvironment, packageRoot, temporaryFolders, write } from '../helpers/folders';
import { fixture } from '../helpers/networks';

const newFolder = temporaryFolders();

const unwritable = (path: string) => ({
  name: 'FileError',
  code: 'FILE_NOT_WRITABLE',
  message: expect.stringContaining(path) as string,
});

test('makes a folder and its parents, and keeps existing folders', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  for (const name of ['a/b/c', 'a/b', 'link/d', '.']) {
    await makeFolder(join(folder, name));
    expect(statSync(join(folder, name)).isDirectory()).toBe(true);
  }
  expect(readdirSync(join(folder, 'real'))).toEqual(['d']);
  const same = join(folder, 'x/y/z');
  await Promise.all(Array.from({ length: 10 }, async () => makeFolder(same)));
  expect(existsSync(same)).toBe(true);
});

test.each(['file', 'file/folder', 'file/folder/deeper'])(
  'fails for %s, because a file has that name',
  async (name) => {
    const folder = newFolder();
    write(join(folder, 'file'));
    await expect(makeFolder(join(folder, name))).rejects.toMatchObject(
      unwritable(join(folder, name)),
    );
  },
);

test('a temporary folder is removed after success and after an error', async () => {
  const seen: string[] = [];
  const use = async (end: () => unknown): Promise<unknown> =>
    withTemporaryFolder('iecore-test', async (folder) => {
      seen.push(folder);
      write(join(folder, 'a/b'));
      return Promise.resolve(end());
    });
  await expect(use(() => 1)).resolves.toBe(1);
  const failure = new Error('it failed');
  await expect(
    use(() => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(seen.map(existsSync)).toEqual([false, false]);
});

/** Runs a command that makes folders; it is killed if it hangs. */
const ends = (...args: string[]) =>
  spawnSync(process.execPath, [join(packageRoot, 'dist/cli/iecore.js'), ...args], {
    env: bareEnvironment(),
    encoding: 'utf8',
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });

// Node's own recursive mkdir never returns for a folder in /proc.
test.each([
  ['mo', '--input_model', fixture('relu1x4.onnx'), '-o', '/proc/iecore/x'],
  ['classify', '--save', '/proc/iecore/x'],
  [
    ...['benchmark', '-m', fixture('relu1x4.xml'), '-niter', '1'],
    ...['-report_type', 'no_counters', '-report_folder', '/proc/iecore/x'],
  ],
])('%s fails where no folder can be made', (...args) => {
  const { status, signal, stderr } = ends(...args);
  expect([status, signal]).toEqual([1, null]);
  // classify and benchmark first check whether this user may write there; root may.
  const what = process.getuid?.() === 0 || args[0] === 'mo' ? 'make' : 'write';
  expect(stderr).toContain(`Cannot ${what} /proc/iecore/x`);
});
