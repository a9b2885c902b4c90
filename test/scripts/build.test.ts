import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  bareEnvironment,
  packageRoot,
  shellWord,
  temporaryFolders,
  write,
  writeProgram,
} from '../helpers/folders';
import { makePackage, runtimeAtHand } from '../helpers/package';

const newFolder = temporaryFolders();
const addonOf = (root: string) => join(root, 'build/Release/openvino_iecore.node');

function build(root: string, env: NodeJS.ProcessEnv = {}, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts/build.cjs'), ...args],
    // From another folder, and without a setting that locates Node's headers.
    { cwd: '/', env: { ...bareEnvironment(), npm_config_nodedir: '', ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

/** The version that the addon reports in a process that finds the runtime only by the addon's own search path. */
function askAddon(root: string): string {
  const code = 'console.log(require(process.argv[1]).version().buildNumber)';
  const args = ['-e', code, addonOf(root)];
  return spawnSync(process.execPath, args, {
    env: bareEnvironment(),
    encoding: 'utf8',
  }).stdout.trim();
}

/** A folder for PATH with a few programs of this machine. */
function pathWith(...programs: string[]): string {
  const folder = newFolder();
  for (const program of programs) {
    const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
    symlinkSync(found.stdout.trim(), join(folder, program));
  }
  return folder;
}

const silence = { status: 0, stdout: '', stderr: '' };

describe('the addon', () => {
  let root = join(newFolder(), 'package');
  beforeAll(() => {
    mkdirSync(root);
    makePackage(root);
  });

  test('is built once, with progress on stderr', () => {
    const { status, stdout, stderr } = build(root);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(/Building the addon for OpenVINO 20/);
    expect(askAddon(root)).toMatch(/^20\d\d\./);
    expect(build(root)).toEqual(silence);
  });

  test('loads and is up to date after the folder has moved', () => {
    const moved = join(newFolder(), 'moved');
    renameSync(root, moved);
    root = moved;
    expect(askAddon(root)).toMatch(/^20\d\d\./);
    expect(build(root)).toEqual(silence);
  });

  test('is built again, in the new place, after a source has changed', () => {
    const before = statSync(addonOf(root)).mtimeMs;
    appendFileSync(join(root, 'native/addon.cpp'), '// a change\n');
    expect(build(root).status).toBe(0);
    expect(statSync(addonOf(root)).mtimeMs).toBeGreaterThan(before);
    expect(build(root)).toEqual(silence);
    expect(askAddon(root)).toMatch(/^20\d\d\./);
  });

  test('is kept when the build fails, and the error is printed', () => {
    const before = readFileSync(join(root, 'native/addon.cpp'), 'utf8');
    appendFileSync(join(root, 'native/addon.cpp'), 'no C++\n');
    for (let time = 0; time < 2; time++) {
      const { status, stdout, stderr } = build(root);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(
        /error: .*no.*\n[^]*The addon could not be built; the output of .* is above\.\n$/,
      );
    }
    expect(askAddon(root)).toMatch(/^20\d\d\./);
    write(join(root, 'native/addon.cpp'), before);
    expect(build(root)).toEqual(silence);
  });

  test('is built again for another runtime', () => {
    const { root: runtime, version } = runtimeAtHand();
    const { status, stderr } = build(root, { OPENVINO_IECORE_RUNTIME: runtime });
    expect(status).toBe(0);
    expect(stderr).toContain(`Building the addon for OpenVINO ${version} in ${runtime}\n`);
    const note = JSON.parse(readFileSync(join(root, 'build/addon.json'), 'utf8')) as object;
    expect(note).toMatchObject({ version, root: runtime, arch: process.arch });
    expect(build(root, { OPENVINO_IECORE_RUNTIME: runtime })).toEqual(silence);
  });
});

describe('a missing tool', () => {
  const root = newFolder();
  beforeAll(() => makePackage(root));

  test.each([
    ['CMake', ['c++', 'make']],
    ['C\\+\\+ compiler', ['cmake', 'make']],
    ['make or ninja', ['cmake', 'c++']],
  ])('is named with the command that installs it: %s', (name, present) => {
    const { status, stderr } = build(root, { PATH: pathWith(...present), CXX: '' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`missing:\n  ${name}, needed to build the addon\nTo install them: \\S+.*\n$`),
    );
    expect(existsSync(join(root, 'build'))).toBe(false);
  });

  test('is not fetched if a folder of the runtime was set', () => {
    const { status, stderr } = build(root, { OPENVINO_IECORE_RUNTIME: '/gone' });
    expect(status).toBe(1);
    expect(stderr).toContain('OPENVINO_IECORE_RUNTIME (/gone): no such folder');
  });

  describe('if the runtime has to be fetched, too', () => {
    beforeAll(() => rmSync(join(root, 'runtime'), { recursive: true }));

    test('is reported together with all others', () => {
      const { status, stderr } = build(root, { PATH: newFolder(), CXX: '' });
      expect(status).toBe(1);
      expect(stderr.replace(/To install them: \S+.*\n$/, '…')).toBe(
        [
          '[openvino-iecore] These tools are missing:',
          '  CMake, needed to build the addon',
          '  C++ compiler, needed to build the addon',
          '  make or ninja, needed to build the addon',
          '  Python, needed to fetch OpenVINO',
          '  pip, needed to fetch OpenVINO',
          '…',
        ].join('\n'),
      );
    });

    test('is reported before anything is fetched', () => {
      const path = newFolder();
      const calls = join(path, 'calls');
      writeProgram(
        join(path, 'python3'),
        `case "$*" in
  *sys.executable*) echo "$0" ;;
  *sys.version_info*) echo 3.12 ;;
  --version) echo 'Python 3.12.0' ;;
  '-m pip --version') echo 'pip 25.0' ;;
  *) echo "$*" >> ${shellWord(calls)} ;;
esac`,
      );
      const { status, stderr } = build(root, { PATH: path, CXX: '' });
      expect(status).toBe(1);
      expect(stderr).toMatch(/missing:\n +CMake.*\n +C\+\+ compiler.*\n +make or ninja.*\nTo/);
      // That Python was only queried, and installed nothing.
      const asked = existsSync(calls) ? readFileSync(calls, 'utf8') : '';
      expect(asked).not.toContain('pip install');
      expect(existsSync(join(root, 'runtime'))).toBe(false);
    });
  });
});

test('the TypeScript of a checkout is compiled, and compiled files without a source are removed', () => {
  const root = newFolder();
  makePackage(root);
  expect(build(root, {}, '--addon').status).toBe(0);
  expect(existsSync(join(root, 'dist/index.js'))).toBe(true);
  write(join(root, 'tsconfig.json'), readFileSync(join(packageRoot, 'tsconfig.json'), 'utf8'));
  write(join(root, 'lib/cli/iecore.ts'), '#!/usr/bin/env node\nexport const number: number = 1;\n');
  expect(build(root).stderr).toMatch(/Compiling the TypeScript\n$/);
  expect(existsSync(join(root, 'dist/index.js'))).toBe(false);
  expect(statSync(join(root, 'dist/cli/iecore.js')).mode & 0o111).not.toBe(0);
  expect(build(root)).toEqual(silence);

  write(join(root, 'lib/cli/iecore.ts'), 'export const number: number = "";\n');
  for (let time = 0; time < 2; time++) {
    const { status, stderr } = build(root);
    expect(status).toBe(1);
    expect(stderr).toMatch(/TS2322[^]*The TypeScript has errors/);
  }
  expect(readFileSync(join(root, 'dist/cli/iecore.js'), 'utf8')).toContain('number = 1');
});
