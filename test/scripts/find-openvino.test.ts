import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { explainMissing, fetchedFolder, findRuntime } from '../../scripts/find-openvino.cjs';
import {
  bareEnvironment,
  packageRoot,
  shellWord,
  temporaryFolders,
  write,
  writeProgram,
} from '../helpers/folders';

const newFolder = temporaryFolders();
const multiarch = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

function writeVersion(folder: string, version: string): void {
  const [major, minor, patch] = version.split('.');
  write(
    join(folder, 'OpenVINOConfig-version.cmake'),
    `set(PACKAGE_VERSION_MAJOR ${major})\nset(PACKAGE_VERSION_MINOR ${minor})\nset(PACKAGE_VERSION_PATCH ${patch})\n` +
      'set(PACKAGE_VERSION "${PACKAGE_VERSION_MAJOR}.${PACKAGE_VERSION_MINOR}.${PACKAGE_VERSION_PATCH}")\n',
  );
}

/** Makes the folder of the package as `pip install openvino` does. */
function makeWheel(root: string, version = '2026.4.1', library = 'libopenvino.so.2641'): string {
  write(join(root, 'libs', library));
  write(join(root, 'include/openvino/openvino.hpp'));
  writeVersion(join(root, 'cmake'), version);
  return root;
}

/** Makes the folders of Intel's unpacked archive. */
function makeArchive(root: string): string {
  const libs = join(root, 'runtime/lib/intel64');
  write(join(libs, 'libopenvino.so.2026.4.1'));
  symlinkSync('libopenvino.so.2026.4.1', join(libs, 'libopenvino.so.2641'));
  symlinkSync('libopenvino.so.2641', join(libs, 'libopenvino.so'));
  write(join(root, 'runtime/3rdparty/tbb/lib/libtbb.so.12'));
  write(join(root, 'runtime/include/openvino/openvino.hpp'));
  write(join(root, 'python/openvino/__init__.py'));
  writeVersion(join(root, 'runtime/cmake'), '2026.4.1');
  return root;
}

/** Makes the files that the packages of a Linux distribution install. */
function makeDistribution(prefix: string): string {
  write(join(prefix, 'lib', multiarch, 'libopenvino.so.2641'));
  write(join(prefix, 'include/openvino/openvino.hpp'));
  writeVersion(join(prefix, 'lib', multiarch, 'cmake/openvino2026.4.1'), '2026.4.1');
  return prefix;
}

/** Searches from a package that has fetched nothing, as on Linux. */
function find(env: NodeJS.ProcessEnv, root = newFolder(), toBuild = false) {
  return findRuntime({ env: bareEnvironment(env), root, platform: 'linux', toBuild });
}

function findIn(folder: string) {
  return find({ OPENVINO_IECORE_RUNTIME: folder }).runtime;
}

describe('the layout', () => {
  test('of a wheel', () => {
    const site = newFolder();
    const root = makeWheel(join(site, 'openvino'));
    const expected = {
      place: 'OPENVINO_IECORE_RUNTIME',
      root,
      layout: 'wheel',
      version: '2026.4.1',
      libs: [join(root, 'libs')],
      library: join(root, 'libs/libopenvino.so.2641'),
      cmake: join(root, 'cmake'),
      include: join(root, 'include'),
      python: site,
    };
    expect(findIn(root)).toEqual(expected);
    // Any folder inside it selects the same runtime.
    expect(findIn(site)).toEqual(expected);
    expect(findIn(join(root, 'libs'))).toEqual(expected);
    expect(findIn(join(root, 'cmake'))).toEqual(expected);
  });

  test('of an archive', () => {
    const root = makeArchive(newFolder());
    const expected = {
      place: 'OPENVINO_IECORE_RUNTIME',
      root,
      layout: 'archive',
      version: '2026.4.1',
      libs: [join(root, 'runtime/lib/intel64'), join(root, 'runtime/3rdparty/tbb/lib')],
      library: join(root, 'runtime/lib/intel64/libopenvino.so.2641'),
      cmake: join(root, 'runtime/cmake'),
      include: join(root, 'runtime/include'),
      python: join(root, 'python'),
    };
    expect(findIn(root)).toEqual(expected);
    expect(findIn(join(root, 'runtime'))).toEqual(expected);
    expect(findIn(join(root, 'runtime/cmake'))).toEqual(expected);
  });

  test('of a distribution', () => {
    const root = makeDistribution(newFolder());
    const expected = {
      place: 'OPENVINO_IECORE_RUNTIME',
      root,
      layout: 'distribution',
      version: '2026.4.1',
      libs: [join(root, 'lib', multiarch)],
      library: join(root, 'lib', multiarch, 'libopenvino.so.2641'),
      cmake: join(root, 'lib', multiarch, 'cmake/openvino2026.4.1'),
      include: join(root, 'include'),
      python: null,
    };
    expect(findIn(root)).toEqual(expected);
    expect(findIn(expected.cmake)).toEqual(expected);
  });

  test('of libraries only, with the version in their name', () => {
    const root = newFolder();
    write(join(root, 'libopenvino.so.2641'));
    expect(findIn(root)).toMatchObject({ layout: 'libraries', version: '2026.4.1', libs: [root] });
    expect(findIn(root)).toMatchObject({ cmake: null, include: null, python: null });
  });

  test.each([
    ['darwin', 'libopenvino.2641.dylib'],
    ['win32', 'openvino.dll'],
  ])('of a wheel on %s', (platform, library) => {
    const root = makeWheel(join(newFolder(), 'openvino'), '2026.4.1', library);
    const env = bareEnvironment({ OPENVINO_IECORE_RUNTIME: root });
    const { runtime } = findRuntime({ env, platform });
    expect(runtime).toMatchObject({ version: '2026.4.1', library: join(root, 'libs', library) });
  });
});

describe('the order', () => {
  test('is: setting, setupvars, fetched, Python, openvino-node', () => {
    const root = newFolder();
    const setting = makeWheel(join(newFolder(), 'openvino'));
    const sourced = makeArchive(newFolder());
    const sourcedCMake = join(makeArchive(newFolder()), 'runtime/cmake');
    const fetched = makeWheel(join(fetchedFolder(root), 'openvino'));
    const inPython = makeWheel(join(newFolder(), 'openvino'));
    const environment = newFolder();
    writeProgram(
      join(environment, 'bin/python'),
      `[ "$1" = -I ] && echo "$0" || echo ${shellWord(inPython)}`,
    );
    const bin = join(root, 'node_modules/openvino-node/bin');
    write(join(bin, 'libopenvino.so.2641'));

    const env: NodeJS.ProcessEnv = {
      OPENVINO_IECORE_RUNTIME: setting,
      INTEL_OPENVINO_DIR: sourced,
      OpenVINO_DIR: sourcedCMake,
      VIRTUAL_ENV: environment,
      PATH: '/nowhere',
    };
    const seen: unknown[] = [];
    const look = () => {
      const { runtime } = find(env, root);
      seen.push([runtime?.place, runtime?.root]);
    };
    look();
    delete env.OPENVINO_IECORE_RUNTIME;
    look();
    delete env.INTEL_OPENVINO_DIR;
    look();
    delete env.OpenVINO_DIR;
    look();
    const python = join(environment, 'bin/python');
    expect(seen).toEqual([
      ['OPENVINO_IECORE_RUNTIME', setting],
      ['INTEL_OPENVINO_DIR', sourced],
      ['OpenVINO_DIR', join(sourcedCMake, '../..')],
      ['iecore setup', fetched],
    ]);
    // The same without anything fetched.
    const other = newFolder();
    write(join(other, 'node_modules/openvino-node/bin/libopenvino.so.2641'));
    expect(find(env, other).runtime).toMatchObject({
      place: `package of ${python}`,
      root: inPython,
    });
    delete env.VIRTUAL_ENV;
    expect(find(env, other).runtime).toMatchObject({ place: 'openvino-node', layout: 'libraries' });
  });

  test('does not run Python when an earlier place has a runtime', () => {
    const root = newFolder();
    const mark = join(root, 'ran');
    writeProgram(join(root, 'bin/python'), `touch ${shellWord(mark)}; echo`);
    const env = { VIRTUAL_ENV: root, INTEL_OPENVINO_DIR: makeArchive(newFolder()) };
    expect(find(env).runtime?.place).toBe('INTEL_OPENVINO_DIR');
    expect(existsSync(mark)).toBe(false);
    expect(find({ VIRTUAL_ENV: root }).tried).toContainEqual(
      expect.objectContaining({ reason: 'it has no openvino package' }),
    );
    expect(existsSync(mark)).toBe(true);
  });

  test('skips a removed folder that setupvars set, with the reason', () => {
    const root = newFolder();
    const fetched = makeWheel(join(fetchedFolder(root), 'openvino'));
    const { runtime, tried } = find({ INTEL_OPENVINO_DIR: '/gone', OpenVINO_DIR: root }, root);
    expect(runtime?.root).toBe(fetched);
    expect(tried).toEqual([
      { place: 'INTEL_OPENVINO_DIR', path: '/gone', reason: 'no such folder' },
      { place: 'OpenVINO_DIR', path: root, reason: 'no OpenVINO libraries here' },
    ]);
  });

  test('ends at a setting that names a folder without a runtime', () => {
    const root = newFolder();
    makeWheel(join(fetchedFolder(root), 'openvino'));
    const env = { OPENVINO_IECORE_RUNTIME: '/gone' };
    const { runtime, tried } = find(env, root);
    expect(runtime).toBeNull();
    expect(tried).toEqual([
      { place: 'OPENVINO_IECORE_RUNTIME', path: '/gone', reason: 'no such folder' },
    ]);
    expect(explainMissing(tried, env)).toBe(
      'No OpenVINO runtime was found. Places tried:\n' +
        '  OPENVINO_IECORE_RUNTIME (/gone): no such folder\n' +
        'Set OPENVINO_IECORE_RUNTIME to the folder of an OpenVINO installation, or unset it.',
    );
  });
});

test('a runtime that is too old is skipped', () => {
  const root = newFolder();
  const old = makeWheel(join(newFolder(), 'openvino'), '2024.3.0', 'libopenvino.so.2430');
  makeWheel(join(fetchedFolder(root), 'openvino'));
  const { runtime, tried } = find({ INTEL_OPENVINO_DIR: old }, root);
  expect(runtime?.place).toBe('iecore setup');
  expect(tried[0]?.reason).toBe('OpenVINO 2024.3.0 is too old; 2024.4 or newer is needed');
});

test('a build skips libraries without headers', () => {
  const root = newFolder();
  write(join(root, 'libopenvino.so.2641'));
  expect(findIn(root)?.layout).toBe('libraries');
  const { runtime, tried } = find({ OPENVINO_IECORE_RUNTIME: root }, newFolder(), true);
  expect(runtime).toBeNull();
  expect(tried[0]?.reason).toMatch(/^libraries only/);
});

test('the file of the pin contains one version and complete hashes', () => {
  const text = readFileSync(join(packageRoot, 'scripts/openvino.txt'), 'utf8');
  expect(text.match(/^[^#\s].*/gm)).toEqual([expect.stringMatching(/^openvino==2026\.4\.\d+ \\$/)]);
  const hashes = [...text.matchAll(/--hash=sha256:(\w+)/g)].map(([, hash]) => hash);
  expect(new Set(hashes).size).toBe(20);
  expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash ?? ''))).toBe(true);
});

describe('the command', () => {
  const library = { darwin: 'libopenvino.2641.dylib', win32: 'openvino.dll' }[
    process.platform as string
  ];
  const root = makeWheel(join(newFolder(), 'openvino'), '2026.4.1', library);
  const script = join(packageRoot, 'scripts/find-openvino.cjs');
  const run = (folder: string, ...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], {
      env: bareEnvironment({ OPENVINO_IECORE_RUNTIME: folder }),
      encoding: 'utf8',
    });

  test('prints the requested values', () => {
    expect(run(root).stdout).toBe(
      `OpenVINO 2026.4.1 in ${root} (OPENVINO_IECORE_RUNTIME, wheel layout)\n`,
    );
    expect(run(root, '--cmake').stdout).toBe(`${join(root, 'cmake')}\n`);
    expect(run(root, '--libs').stdout).toBe(`${join(root, 'libs')}\n`);
    expect(JSON.parse(run(root, '--json').stdout)).toMatchObject({ runtime: { root }, tried: [] });
  });

  test('fails and lists the places if there is no runtime', () => {
    const { status, stdout, stderr } = run('/gone', '--cmake');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/\(\/gone\): no such folder/);
  });
});
