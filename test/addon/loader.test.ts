import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../../lib/addon/loader';
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

test('the addon is loaded once', () => {
  const addon = loadAddon();
  expect(addon.version().buildNumber).toMatch(/^20\d\d\.\d/);
  expect(loadAddon()).toBe(addon);
});

test('a checksum differs for each damaged byte and each length', () => {
  const addon = loadAddon();
  const checksum = (bytes: Uint8Array) => addon.checksum(bytes, true);
  const sizes = [1, 7, 8, 9, 31, 32, 33, 100];
  const all = sizes.flatMap((size) => {
    const bytes = new Uint8Array(size);
    const damaged = Array.from(bytes, (_, at) => checksum(bytes.with(at, 1)));
    return [checksum(bytes), ...damaged];
  });
  expect(all[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(all).size).toBe(all.length);
  const parts = Uint8Array.from({ length: 32 }, (_, i) => i >> 3);
  // It also depends on the order.
  expect(checksum(parts)).not.toBe(checksum(parts.toReversed()));
  expect(() => checksum('bytes' as unknown as Uint8Array)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

/** Runs a package's loader in another process; returns the path of its libopenvino, or the error. */
function load(root: string, env: NodeJS.ProcessEnv = {}): Record<string, string> {
  const script = `
    try {
      require(process.argv[1]).loadAddon().version();
      const maps = require('node:fs').readFileSync('/proc/self/maps', 'utf8');
      console.log(JSON.stringify({ library: /\\/.*libopenvino\\.so.*/.exec(maps)[0] }));
    } catch ({ name, code, message }) {
      console.log(JSON.stringify({ name, code, message }));
    }`;
  const { stdout } = spawnSync(
    process.execPath,
    ['-e', script, join(root, 'dist/addon/loader.js')],
    {
      // There is no Python on this PATH, and so no runtime of one.
      env: bareEnvironment({ PATH: '/nowhere', ...env }),
      encoding: 'utf8',
    },
  );
  return JSON.parse(stdout) as Record<string, string>;
}

/** A package with a small addon, built once for all tests. */
const built = makePackage(newFolder());
beforeAll(() => {
  execFileSync(process.execPath, [join(built, 'scripts/build.cjs'), '--addon'], {
    env: bareEnvironment(),
    stdio: 'pipe',
  });
});

/** A copy of that package; by default without the runtime. */
function makeCopy({ runtime = false } = {}): string {
  const copy = newFolder();
  cpSync(built, copy, { recursive: true, verbatimSymlinks: true });
  if (!runtime) rmSync(join(copy, 'runtime'), { recursive: true });
  return copy;
}

const addonOf = (root: string) => join(root, 'build/Release/openvino_iecore.node');

/** Another folder with the libraries of the same runtime. */
function makeOtherRuntime(): string {
  const folder = join(newFolder(), 'openvino');
  const libs = runtimeAtHand().libs[0]!;
  for (const name of readdirSync(libs).filter((file) => /^lib(openvino\.|tbb|hwloc)/.test(file))) {
    cpSync(join(libs, name), join(folder, 'libs', name));
  }
  return folder;
}

describe('the loader uses the runtime', () => {
  const other = makeOtherRuntime();

  test('that it was built for', () => {
    expect(load(built)).toEqual({ library: runtimeAtHand().library });
  });

  test('that OPENVINO_IECORE_RUNTIME names, before the one it was built for', () => {
    const { library } = load(built, { OPENVINO_IECORE_RUNTIME: other });
    expect(library?.slice(0, other.length)).toBe(other);
  });

  test('that LD_LIBRARY_PATH names, before the one it was built for', () => {
    const { library } = load(built, { LD_LIBRARY_PATH: join(other, 'libs') });
    expect(library?.slice(0, other.length)).toBe(other);
  });

  test('of the active Python, if the one it was built for is missing', () => {
    const environment = newFolder();
    writeProgram(
      join(environment, 'bin/python'),
      `[ "$1" = -I ] && echo "$0" || echo ${shellWord(other)}`,
    );
    const { library } = load(makeCopy(), { VIRTUAL_ENV: environment });
    expect(library?.slice(0, other.length)).toBe(other);
  });

  test('of openvino-node, if the one it was built for is missing', () => {
    const copy = makeCopy();
    const modules = join(copy, 'node_modules');
    const others = readdirSync(modules).filter((name) => name !== 'openvino-node');
    rmSync(modules);
    mkdirSync(modules);
    for (const name of others) {
      symlinkSync(join(packageRoot, 'node_modules', name), join(modules, name));
    }
    renameSync(
      join(makeOtherRuntime(), 'libs'),
      join(write(join(copy, 'node_modules/openvino-node/x')), '../bin'),
    );
    const { library } = load(copy);
    expect(library?.slice(0, copy.length)).toBe(copy);
  });
});

describe('the loader explains', () => {
  test('that it is not built', () => {
    const copy = makeCopy();
    rmSync(join(copy, 'build'), { recursive: true });
    expect(load(copy)).toEqual({
      name: 'LoadError',
      code: 'ADDON_NOT_LOADED',
      message:
        `The OpenVINO addon ${addonOf(copy)} does not exist.\n` +
        'It is not built yet. To build it: npx iecore setup',
    });
  });

  test('that there is no runtime, with every place and the message of the linker', () => {
    const copy = makeCopy();
    const { name, code, message } = load(copy, { INTEL_OPENVINO_DIR: '/gone' });
    expect({ name, code }).toEqual({ name: 'LoadError', code: 'RUNTIME_NOT_FOUND' });
    expect(message).toMatch(/^No OpenVINO runtime was found\. Places tried:\n/);
    expect(message).toContain('INTEL_OPENVINO_DIR (/gone): no such folder\n');
    expect(message).toContain(`iecore setup (${join(copy, 'runtime')}`);
    expect(message).toContain('package of python3: this Python does not exist');
    expect(message).toContain('system (/usr/local): ');
    expect(message).toContain('To fetch it: npx iecore setup\n');
    expect(message).toMatch(
      /The system says: .*libopenvino\.so\.\d+: cannot open shared object file.*$/,
    );
  });

  test('that OPENVINO_IECORE_RUNTIME contains no runtime', () => {
    const { code, message } = load(built, { OPENVINO_IECORE_RUNTIME: '/gone' });
    expect(code).toBe('RUNTIME_NOT_FOUND');
    expect(message).toContain('OPENVINO_IECORE_RUNTIME (/gone): no such folder');
  });

  test('that the runtime is another version', () => {
    const root = newFolder();
    write(join(root, 'libopenvino.so.2600'));
    for (const [copy, env] of [
      [built, { OPENVINO_IECORE_RUNTIME: root }],
      [makeCopy(), { INTEL_OPENVINO_DIR: root }],
    ] as const) {
      const { code, message } = load(copy, env);
      expect(code).toBe('ADDON_NOT_LOADED');
      expect(message).toMatch(
        /^Built for: OpenVINO 2026\.4\.\d \(libopenvino\.so\.\d+\) on \w+-\w+$/m,
      );
      expect(message).toMatch(/^Runtime found: OpenVINO 2026\.0\.0 in /m);
      expect(message).toMatch(/another version than .* To build it again: npx iecore setup$/);
    }
  });

  test('that it is damaged or for another processor', () => {
    const copy = makeCopy({ runtime: true });
    truncateSync(addonOf(copy), 100);
    const { code, message } = load(copy);
    expect(code).toBe('ADDON_NOT_LOADED');
    expect(message).toContain(`The system says: ${addonOf(copy)}: `);
    expect(message).toMatch(/another system or processor, .*npx iecore setup --force$/);
  });

  test('that the runtime itself does not load', () => {
    const root = newFolder();
    write(join(root, runtimeAtHand().library.split('/').at(-1)!), 'no library');
    const { code, message } = load(makeCopy(), { INTEL_OPENVINO_DIR: root });
    expect(code).toBe('ADDON_NOT_LOADED');
    expect(message).toMatch(/^The system says: .*(invalid ELF header|file too short)$/m);
    expect(message).toContain(`Runtime found: OpenVINO 2026.4.1 in ${root} (INTEL_OPENVINO_DIR)`);
  });

  test('that the file OPENVINO_IECORE_ADDON does not exist', () => {
    expect(load(built, { OPENVINO_IECORE_ADDON: '/gone.node' }).message).toBe(
      'The OpenVINO addon /gone.node does not exist.\n' +
        'Set OPENVINO_IECORE_ADDON to the file of a built addon, or unset it.',
    );
  });
});

test('OPENVINO_IECORE_ADDON names another addon', () => {
  const file = join(newFolder(), 'other.node');
  copyFileSync(addonOf(built), file);
  // The relative path to the runtime in it is wrong here, so the finder has to find the runtime.
  expect(load(built, { OPENVINO_IECORE_ADDON: file }).library).toBe(runtimeAtHand().library);
});

test('importing the package does not load the addon and never throws', () => {
  const copy = makeCopy();
  rmSync(join(copy, 'build'), { recursive: true });
  const script = 'console.log(typeof require(process.argv[1]).IECore)';
  const args = ['-e', script, join(copy, 'dist/index.js')];
  expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({
    stdout: 'function\n',
    stderr: '',
  });
});
