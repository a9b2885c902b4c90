import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  bareEnvironment,
  packageRoot,
  temporaryFolders,
  write,
  writeProgram,
} from '../helpers/folders';

const newFolder = temporaryFolders();
const pins = join(packageRoot, 'python/quantize.txt');

/** A Python that makes environments of itself, and whose pip runs a script. */
function makePython(pip = ':', version = '3.12'): string {
  return writeProgram(
    join(newFolder(), 'python'),
    `echo "$*" >> "${'$'}{CALLS:-/dev/null}"
case "$*" in
  *sys.executable*) echo "$0" ;;
  *sys.version_info*) echo ${version} ;;
  --version) echo "Python ${version}" ;;
  '-m pip --version') echo 'pip 25.0' ;;
  '-m venv --without-pip '*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *sysconfig*) echo "$(dirname "$0")/../site-packages" ;;
  '-m pip install'*) ${pip} ;;
esac`,
  );
}

const script = `require(${JSON.stringify(join(packageRoot, 'scripts/environment.cjs'))})
  .provideEnvironment('quantize', { python: process.argv[1], folder: process.argv[2] })
  .then(console.log, (error) => { console.log(error.code + ': ' + error.message); });`;

function provideWith(python: string, folder = join(newFolder(), 'environment')) {
  const calls = join(newFolder(), 'calls');
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, python, folder], {
    env: bareEnvironment({ CALLS: calls }),
    encoding: 'utf8',
  });
  return { folder, stdout, stderr, calls: readFileSync(calls, 'utf8') };
}

test('is made from pins whose hashes are checked, and made once', () => {
  const python = makePython();
  const { folder, stdout, stderr, calls } = provideWith(python);
  expect(stdout).toBe(`${join(folder, 'bin/python')}\n`);
  expect(stderr).toContain(`Making a Python environment with ${python} in ${folder}`);
  expect(calls).toMatch(/-m pip install --target \S.*site-packages .*--require-hashes/);
  expect(calls).toContain(`--requirement ${pins}`);
  expect(readdirSync(join(folder, '..'))).toEqual(['environment']);

  const again = provideWith(python, folder);
  expect(again.stdout).toBe(stdout);
  expect(again.stderr).toBe('');
  expect(again.calls).toBe('--version\n');
});

test('is made again for other pins, and if its Python does not run', () => {
  const { folder } = provideWith(makePython());
  write(join(folder, 'pins.sha256'), 'other');
  write(join(folder, 'old'));
  expect(provideWith(makePython(), folder).calls).toContain('-m venv');
  expect(existsSync(join(folder, 'old'))).toBe(false);

  writeProgram(join(folder, 'bin/python'), 'exit 1');
  expect(provideWith(makePython(), folder).calls).toContain('-m venv');
});

test('is made by one of two processes that need it at the same time', async () => {
  const folder = join(newFolder(), 'environment');
  const calls = join(newFolder(), 'calls');
  const python = makePython('sleep 1');
  const ends = await Promise.all(
    [1, 2].map(() => {
      const child = spawn(process.execPath, ['-e', script, python, folder], {
        env: bareEnvironment({ CALLS: calls }),
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return text(child.stdout);
    }),
  );
  expect(ends).toEqual([`${join(folder, 'bin/python')}\n`, `${join(folder, 'bin/python')}\n`]);
  expect(readFileSync(calls, 'utf8').match(/-m venv/g)).toHaveLength(1);
});

test.each([
  [makePython(':', '3.9'), /Expected Python 3.10 or newer, .* is 3\.9/],
  ['/nowhere/python', /Expected a Python interpreter for --python/],
  [
    makePython('echo "No matching distribution found" >&2; exit 1'),
    /no wheel of the packages of python\/quantize\.txt/,
  ],
  [makePython('echo "DO NOT MATCH THE HASHES" >&2; exit 1'), /pinned in .*quantize\.txt/],
])('%#: a failure leaves nothing behind', (python, message) => {
  const folder = join(newFolder(), 'below', 'environment');
  const { stdout } = provideWithout(python, folder);
  expect(stdout).toMatch(/^TOOL_FAILED: /);
  expect(stdout).toMatch(message);
  expect(existsSync(folder)).toBe(false);
});

function provideWithout(python: string, folder: string) {
  return spawnSync(process.execPath, ['-e', script, python, folder], {
    env: bareEnvironment(),
    encoding: 'utf8',
  });
}
