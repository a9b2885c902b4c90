#!/usr/bin/env node
'use strict';
/**
 * Finds the OpenVINO runtime. The build, the loader, doctor and setupvars.sh all ask here, so they cannot disagree.
 *
 *   node scripts/find-openvino.cjs                what was found, in words
 *   node scripts/find-openvino.cjs --json         { runtime, tried } as one JSON value
 *   node scripts/find-openvino.cjs --cmake        one value: --root, --libs, --cmake, --include, --version
 *   node scripts/find-openvino.cjs --build …      only a runtime with headers and CMake files will do
 *   node scripts/find-openvino.cjs --shell        one value a line, for setupvars.sh
 */
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { delimiter, dirname, join, resolve } = require('node:path');
const { parseArgs } = require('node:util');
const { interpreterOf, pythonCommands } = require('./python.cjs');
const { packageRoot } = require('./package-files.cjs');
const { firstLine } = require('./run-tool.cjs');

/** The oldest runtime the addon compiles and runs with: the first whose wheel carries the headers. */
const OLDEST = '2024.4';

const pinFile = join(__dirname, 'openvino.txt');

/** The version that setup fetches. */
const pinnedVersion = /^openvino==(\S+)/m.exec(readFileSync(pinFile, 'utf8'))[1];

/** The file every program links to; the number in it is the version. */
const LIBRARY = {
  linux: /^libopenvino\.so(?:\.([\d.]+))?$/,
  darwin: /^libopenvino(?:\.([\d.]+))?\.dylib$/,
  win32: /^openvino\.dll$/i,
};

/**
 * Where each way of installing OpenVINO puts its parts, below its root. `libs` lists folders of which
 * the first with the library counts; `extra` ones join it where they exist.
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

/** The library in a folder: of several names for one file, the one that programs ask for (libopenvino.so.2641). */
function libraryIn(folder, platform) {
  const names = entries(folder).filter((name) => LIBRARY[platform]?.test(name));
  return names.find((name) => /\.\d{4}(\.dylib)?$/.test(name)) ?? names.at(-1);
}

/** 2641 → 2026.4.1; 2026.4.1 stays. */
function versionOfName(name, platform) {
  const number = LIBRARY[platform].exec(name)?.[1];
  const short = /^(\d\d)(\d)(\d)$/.exec(number ?? '');
  return short ? `20${short[1]}.${short[2]}.${short[3]}` : (number ?? null);
}

/** The version in OpenVINOConfig-version.cmake, whole or in its three parts. */
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

/** The runtime whose root is this very folder, or undefined. */
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

/** The runtime that a folder given by a person means: its root, or any folder around or inside it that names it. */
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

/** Why a runtime will not do, or undefined. */
function unfit(runtime, toBuild) {
  if (runtime.version && isOlder(runtime.version, OLDEST)) {
    return `OpenVINO ${runtime.version} is there; ${OLDEST} or newer is needed`;
  }
  if (toBuild && !(runtime.cmake && runtime.include)) {
    return 'libraries only: no headers or CMake files to build the addon with';
  }
  return undefined;
}

/** The `openvino` package of a Python, found without importing it; null says that there is none. */
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
    if (folder === null) yield { place, reason: 'no such Python, or it does not answer' };
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

/** The folders named openvino… in one place, the newest first. */
function openvinoFolders(folder) {
  return entries(folder)
    .filter((name) => name.startsWith('openvino'))
    .reverse()
    .map((name) => join(folder, name));
}

/** Where setup unpacks the runtime. */
function fetchedFolder(root = packageRoot) {
  return join(root, 'runtime', `openvino-${pinnedVersion}`);
}

/** Every place to look in, in order; lazily, so that Python runs only when nothing before it had a runtime. */
function* places({ env, root, platform }) {
  if (env.OPENVINO_IECORE_RUNTIME) {
    // What a person asked for is used or refused, never passed over in silence.
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

/** The places tried, one a line, for a message. */
function listPlaces(tried) {
  return tried
    .map(({ place, path, reason }) => `  ${place}${path ? ` (${path})` : ''}: ${reason}`)
    .join('\n');
}

/** Why there is no runtime and what to do, for a message. */
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
