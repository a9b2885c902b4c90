import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bareEnvironment, packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();

/** Installs a file of pins into a folder with this machine's pip, which takes wheels from a folder instead of an index. */
const script = `
  const { findPip, pipInstall, replaceFolder } = require(${JSON.stringify(join(packageRoot, 'scripts/pip.cjs'))});
  const [, pins, target] = process.argv;
  const { python } = findPip(undefined, 'test');
  replaceFolder(target, (folder) =>
    pipInstall(python, pins, 'a wheel', { after: ["--target", folder] }),
  ).then(() => console.log('done'), ({ code, message }) => console.log(code + ': ' + message));`;

const makeWheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    files = { sys.argv[2]: 'value = 1\\n',
              'sample-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\\nName: sample\\nVersion: 1.0\\n',
              'sample-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n' }
    for name, text in files.items(): wheel.writestr(name, text)
    wheel.writestr('sample-1.0.dist-info/RECORD', ''.join(f'{name},,\\n' for name in [*files, 'sample-1.0.dist-info/RECORD']))`;

function install(file: string, hashOf: (bytes: Buffer) => string) {
  const folder = newFolder();
  const wheel = join(folder, 'sample-1.0-py3-none-any.whl');
  expect(spawnSync('python3', ['-c', makeWheel, wheel, file]).status).toBe(0);
  const pins = join(folder, 'pins.txt');
  writeFileSync(pins, `sample==1.0 ${hashOf(readFileSync(wheel))}\n`);
  const target = join(newFolder(), 'below', 'target');
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, pins, target], {
    env: bareEnvironment({
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: pathToFileURL(folder).href,
      PIP_CONFIG_FILE: '/dev/null',
    }),
    encoding: 'utf8',
  });
  return { stdout, stderr, parent: join(target, '..'), target };
}

const sha256 = (bytes: Buffer): string =>
  `--hash=sha256:${createHash('sha256').update(bytes).digest('hex')}`;

test('a wheel with the right hash is unpacked', () => {
  const { stdout, target } = install('sample.py', sha256);
  expect(stdout).toBe('done\n');
  expect(readFileSync(join(target, 'sample.py'), 'utf8')).toBe('value = 1\n');
});

test.each([
  ['a wrong hash', () => sha256(Buffer.from('another')), /not the one pinned in .*pins\.txt/],
  ['no hash', () => '', /pip could not fetch a wheel/],
])('%s is refused, and nothing is left', (_, hashOf, words) => {
  const { stdout, parent } = install('sample.py', hashOf);
  expect(stdout).toMatch(/^TOOL_FAILED: /);
  expect(stdout).toMatch(words);
  expect(readdirSync(parent)).toEqual([]);
});

test.each(['../outside.py', 'sample/../../../outside.py'])(
  'a wheel with the file %s is refused, whatever its hash, and nothing is left',
  (file) => {
    const { stdout, stderr, parent } = install(file, sha256);
    expect(stdout).toMatch(/^TOOL_FAILED: /);
    expect(stderr).toMatch(/outside the target directory|invalid|not (be )?install/i);
    expect(readdirSync(parent)).toEqual([]);
    expect(readdirSync(join(parent, '..'))).toEqual(['below']);
  },
);
