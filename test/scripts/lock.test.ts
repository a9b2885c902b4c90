import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { asUnprivileged } from '../helpers/unprivileged';

const newFolder = temporaryFolders();
const lock = JSON.stringify(join(packageRoot, 'scripts/lock.cjs'));

/** Holds the lock of a folder until its stdin ends, or until it is stopped. */
const holder = `
  require(${lock}).locked(process.argv[1], (signal) => new Promise((done, fail) => {
    console.log('held');
    signal.addEventListener('abort', () => fail(signal.reason));
    process.stdin.on('end', done).resume();
  })).then(() => console.log('done'), ({ code, message }) => console.log(code + ': ' + message))
    .finally(() => process.stdin.destroy());`;

interface Holder {
  child: ChildProcess;
  words: () => string;
}

function hold(folder: string): Holder {
  const child = spawn(process.execPath, ['-e', holder, folder]);
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (words += text));
  return { child, words: () => words };
}

async function saying({ child, words }: Holder, text: string): Promise<void> {
  while (!words().includes(text)) await once(child.stdout!, 'data');
}

test('only one process holds it at a time, and leaves no files', async () => {
  const folder = join(newFolder(), 'made');
  const first = hold(folder);
  await saying(first, 'held');
  const second = hold(folder);
  await once(second.child.stderr!, 'data');
  expect(second.words()).toMatch(/Waiting for another setup or build in .*made; if it was killed/);
  first.child.stdin!.end();
  await saying(second, 'held');
  expect(first.words()).toBe('held\ndone\n');
  second.child.stdin!.end();
  await once(second.child, 'close');
  expect(existsSync(join(folder, '.lock'))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'is released by a holder that %s interrupts',
  async (signal) => {
    const folder = newFolder();
    const { child, words } = hold(folder);
    await saying({ child, words }, 'held');
    child.kill(signal);
    await once(child, 'close');
    expect(words()).toBe('held\nTOOL_FAILED: Interrupted; no incomplete files were left behind.\n');
    expect(existsSync(join(folder, '.lock'))).toBe(false);
  },
);

test('is taken over if it lies in the future because the clock was set back', async () => {
  const folder = newFolder();
  const lockFolder = join(folder, '.lock');
  mkdirSync(lockFolder);
  const later = Date.now() / 1000 + 3600;
  utimesSync(lockFolder, later, later);
  const second = hold(folder);
  await saying(second, 'held');
  second.child.stdin!.end();
  await once(second.child, 'close');
  expect(second.words()).toMatch(/done\n$/);
});

test('is taken over from a suspended holder, which gets an error', async () => {
  const folder = newFolder();
  const first = hold(folder);
  await saying(first, 'held');
  first.child.kill('SIGSTOP');
  const second = hold(folder);
  await saying(second, 'held');
  first.child.kill('SIGCONT');
  await once(first.child, 'close');
  expect(first.words()).toMatch(/^held\nTOOL_FAILED: Another setup or build took over/);
  // The other process holds it now.
  expect(existsSync(join(folder, '.lock'))).toBe(true);
  second.child.stdin!.end();
  await once(second.child, 'close');
  expect(second.words()).toMatch(/done\n$/);
});

test('of a folder without write permission is an error that says what to do', () => {
  const folder = newFolder();
  chmodSync(folder, 0o555);
  const words = asUnprivileged(`
    require(${lock}).locked(${JSON.stringify(folder)}, () => {})
      .then(() => console.log('done'), ({ code, message }) => console.log(code + ': ' + message));`);
  expect(words).toBe(
    `TOOL_FAILED: ${folder} cannot be written by this user. Run the command as the owner of the folder.\n`,
  );
});
