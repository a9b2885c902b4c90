#!/usr/bin/env node
'use strict';
/**
 * Finds the OpenVINO runtime for the build, the loader, `iecore doctor` and setupvars.sh, so that they always agree.
 *
 *   node scripts/find-openvino.cjs                print the runtime that was found
 *   node scripts/find-openvino.cjs --json         print { runtime, tried } as JSON
 *   node scripts/find-openvino.cjs --cmake        print one value: --root, --libs, --cmake, --include, --version
 *   node scripts/find-openvino.cjs --build …      accept only a runtime with headers and CMake files
 *   node scripts/find-openvino.cjs --shell        print one value per line, for setupvars.sh
 */
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { delimiter, dirname, join, resolve } = require('node:path');
const { parseArgs } = require('node:util');
const { interpreterOf, pythonCommands } = require('./python.cjs');
const { packageRoot } = require('./package-files.cjs');
const { firstLine } = require('./run-tool.cjs');

/** The oldest version that the addon supports: the first whose wheel contains the headers. */
const OLDEST = '2024.4';

const pinFile = join(__dirname, 'openvino.txt');

/** The version that setup fetches. */
const pinnedVersion = /^openvino==(\S+)/m.exec(readFileSync(pinFile, 'utf8'))[1];

/** The name of the main library; the number in it is the version. */
const LIBRARY = {
  linux: /^libopenvino\.so(?:\.([\d.]+))?$/,
  darwin: /^libopenvino(?:\.([\d.]+))?\.dylib$/,
  win32: /^openvino\.dll$/i,
};

/**
 * The folders of each kind of installation, relative to its root. The first folder of `libs` that contains the main
 * library is used; those folders of `extra` that exist are added to it.
 */
const LAYOUTS = [
  {
    name: 'wheel',
    libs: ['libs'],
    extra: [],
    cmake: () => 'cmake',
    include: 'include',
    python: '..',
  },
  {
    name: 'archive',
    libs: [
      'runtime/lib/intel64',
      'runtime/lib/aarch64',
      'runtime/lib/arm64/Release',
      'runtime/lib/intel64/Release',
      'runtime/bin/intel64/Release',
    ],
    extra: ['runtime/3rdparty/tbb/lib', 'runtime/3rdparty/tbb/lib64', 'runtime/3rdparty/tbb/bin'],
    cmake: () => 'runtime/cmake',
    include: 'runtime/include',
    python: 'python',
  },
  {
    name: 'distribution',
    libs: [`lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`, 'lib64', 'lib'],
    extra: [],
    cmake: (root, libs) => {
      const folder = join(root, libs, 'cmake');
      const found = entries(folder).find((name) => /^openvino/i.test(name));
      return found && join(libs, 'cmake', found);
    },
    include: 'include',
  },
  { name: 'libraries', libs: ['.'], extra: [], cmake: () => undefined },
];

function entries(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The main library in a folder: of several names of one file, the one that programs link to (libopenvino.so.2641). */
function libraryIn(folder, platform) {
  const names = entries(folder).filter((name) => LIBRARY[platform]?.test(name));
  return names.find((name) => /\.\d{4}(\.dylib)?$/.test(name)) ?? names.at(-1);
}

/** The version in the name of a library: 2641 means 2026.4.1. */
function versionOfName(name, platform) {
  const number = LIBRARY[platform].exec(name)?.[1];
  const short = /^(\d\d)(\d)(\d)$/.exec(number ?? '');
  return short ? `20${short[1]}.${short[2]}.${short[3]}` : (number ?? null);
}

/** The version in OpenVINOConfig-version.cmake, which has it as one value or as three. */
function versionOfCMake(folder) {
  const file = join(folder, 'OpenVINOConfig-version.cmake');
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const whole = /set\(PACKAGE_VERSION "?(\d[\d.]*)"?\)/.exec(text);
  if (whole) return whole[1];
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`set\\(PACKAGE_VERSION_${part} (\\d+)\\)`).exec(text)?.[1],
  );
  return parts.includes(undefined) ? null : parts.join('.');
}

/** The runtime whose root is this folder, or undefined. */
function runtimeIn(root, platform = process.platform) {
  for (const layout of LAYOUTS) {
    const libs = layout.libs.find((path) => libraryIn(join(root, path), platform));
    if (libs === undefined) continue;
    const existing = (path) => (path && existsSync(join(root, path)) ? join(root, path) : null);
    const main = join(root, libs);
    const library = libraryIn(main, platform);
    const cmake = existing(layout.cmake(root, libs));
    const include = existing(layout.include && join(layout.include, 'openvino'));
    return {
      root,
      layout: layout.name,
      version: (cmake && versionOfCMake(cmake)) ?? versionOfName(library, platform),
      libs: [main, ...layout.extra.map(existing).filter((path) => path !== null)],
      library: join(main, library),
      cmake,
      include: include && dirname(include),
      python: existing(layout.python),
    };
  }
  return undefined;
}

/** The runtime for a folder that a user named, which may be its root, the folder that contains it, or one of its own folders. */
function runtimeAround(folder, platform) {
  const inside = runtimeIn(folder, platform);
  if (inside && inside.layout !== 'libraries') return inside;
  const installed = runtimeIn(join(folder, 'openvino'), platform);
  if (installed) return installed;
  for (let root = dirname(folder), depth = 0; depth < 5 && root !== dirname(root); depth++) {
    const found = runtimeIn(root, platform);
    const parts = found && [...found.libs, found.cmake, found.include, join(root, 'runtime')];
    if (parts?.includes(folder)) return found;
    root = dirname(root);
  }
  return inside;
}

function isOlder(version, than) {
  const [left, right] = [version, than].map((text) => text.split('.').map(Number));
  const index = right.findIndex((part, at) => part !== (left[at] ?? 0));
  return index !== -1 && (left[index] ?? 0) < right[index];
}

/** Why a runtime cannot be used, or undefined. */
function unfit(runtime, toBuild) {
  if (runtime.version && isOlder(runtime.version, OLDEST)) {
    return `OpenVINO ${runtime.version} is too old; ${OLDEST} or newer is needed`;
  }
  if (toBuild && !(runtime.cmake && runtime.include)) {
    return 'libraries only: no headers or CMake files to build the addon with';
  }
  return undefined;
}

/** The folder of a Python's `openvino` package, found without importing it: '' if it has none, null if Python does not run. */
function pythonPackage(command, env) {
  const python = interpreterOf(command, env);
  if (python === null) return null;
  const ask =
    'import importlib.util as u; s = u.find_spec("openvino"); print(s.submodule_search_locations[0] if s else "")';
  return firstLine(python, ['-c', ask], { env });
}

function* pythonPlaces(env) {
  for (const python of pythonCommands(env)) {
    const folder = pythonPackage(python, env);
    const place = `package of ${python}`;
    if (folder === null) yield { place, reason: 'this Python does not exist or does not run' };
    else if (folder === '') yield { place, reason: 'it has no openvino package' };
    else yield { place, path: folder };
  }
}

function* nodeModulesPlaces(root) {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', 'openvino-node', 'bin');
    if (existsSync(path)) yield { place: 'openvino-node', path };
    if (folder === dirname(folder)) break;
  }
}

function systemFolders(env, platform) {
  if (platform === 'win32') {
    const intel = join(env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)', 'Intel');
    return openvinoFolders(intel);
  }
  const homebrew = platform === 'darwin' ? ['/opt/homebrew'] : [];
  return [...openvinoFolders('/opt/intel'), ...homebrew, '/usr/local', '/usr'];
}

/** The folders in a folder whose names begin with openvino, the newest version first. */
function openvinoFolders(folder) {
  return entries(folder)
    .filter((name) => name.startsWith('openvino'))
    .reverse()
    .map((name) => join(folder, name));
}

/** The folder into which setup fetches the runtime. */
function fetchedFolder(root = packageRoot) {
  return join(root, 'runtime', `openvino-${pinnedVersion}`);
}

/** All places to look in, in order. A generator, so that Python runs only if no earlier place has a runtime. */
function* places({ env, root, platform }) {
  if (env.OPENVINO_IECORE_RUNTIME) {
    // An explicit setting is used or refused, never ignored.
    yield { place: 'OPENVINO_IECORE_RUNTIME', path: resolve(env.OPENVINO_IECORE_RUNTIME) };
    return;
  }
  for (const name of ['INTEL_OPENVINO_DIR', 'OpenVINO_DIR']) {
    if (env[name]) yield { place: name, path: resolve(env[name]) };
  }
  yield { place: 'iecore setup', path: fetchedFolder(root) };
  yield* pythonPlaces(env);
  yield* nodeModulesPlaces(root);
  for (const path of systemFolders(env, platform)) yield { place: 'system', path };
}

/**
 * Looks for a runtime.
 * @param {{ env?: NodeJS.ProcessEnv, root?: string, platform?: string, toBuild?: boolean }} [options]
 * @returns {import('./find-openvino.cjs').Search}
 */
function findRuntime(options = {}) {
  const { env = process.env, root = packageRoot, platform = process.platform } = options;
  const tried = [];
  for (const { place, path, reason } of places({ env, root, platform })) {
    const runtime = path && runtimeAround(path, platform);
    const problem =
      reason ??
      (runtime ? unfit(runtime, options.toBuild) : undefined) ??
      (runtime ? undefined : existsSync(path) ? 'no OpenVINO libraries here' : 'no such folder');
    if (problem === undefined) return { runtime: { place, ...runtime }, tried };
    tried.push({ place, path: path ?? null, reason: problem });
  }
  return { runtime: null, tried };
}

/** The places tried, one per line, for a message. */
function listPlaces(tried) {
  return tried
    .map(({ place, path, reason }) => `  ${place}${path ? ` (${path})` : ''}: ${reason}`)
    .join('\n');
}

/** The message for a missing runtime: the places tried, and what to do. */
function explainMissing(tried, env = process.env) {
  const remedy = env.OPENVINO_IECORE_RUNTIME
    ? 'Set OPENVINO_IECORE_RUNTIME to the folder of an OpenVINO installation, or unset it.'
    : 'To fetch it: npx iecore setup';
  return `No OpenVINO runtime was found. Places tried:\n${listPlaces(tried)}\n${remedy}`;
}

function main() {
  const flag = { type: 'boolean', default: false };
  const single = ['root', 'libs', 'cmake', 'include', 'version'];
  const names = ['json', 'build', 'shell', ...single];
  const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, flag])) });
  const found = findRuntime({ toBuild: values.build });
  const { runtime, tried } = found;
  if (values.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  if (runtime === null) {
    process.stderr.write(`${explainMissing(tried)}\n`);
    process.exitCode = 1;
    return;
  }
  const answers = { ...runtime, bin: join(__dirname, 'bin') };
  const text = (name) => [answers[name] ?? ''].flat().join(delimiter);
  const wanted = values.shell
    ? ['place', 'version', 'root', 'cmake', 'libs', 'python', 'bin']
    : single.filter((name) => values[name]);
  if (wanted.length > 0) process.stdout.write(`${wanted.map(text).join('\n')}\n`);
  else if (!values.json) {
    process.stdout.write(
      `OpenVINO ${runtime.version} in ${runtime.root} (${runtime.place}, ${runtime.layout} layout)\n`,
    );
  }
}

if (require.main === module) main();

module.exports = {
  findRuntime,
  runtimeIn,
  explainMissing,
  listPlaces,
  fetchedFolder,
  pinnedVersion,
  pinFile,
};
