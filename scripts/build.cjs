#!/usr/bin/env node
'use strict';
/**
 * Builds what is missing or out of date, in this order: the OpenVINO runtime, the addon, the TypeScript.
 *
 *   node scripts/build.cjs [--force] [--addon] [--python PATH]
 *
 * --force   fetches the runtime again if setup had fetched it, and builds from nothing
 * --addon   leaves the TypeScript alone
 * --python  the Python whose pip fetches the runtime
 */
const { createHash } = require('node:crypto');
const {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { availableParallelism } = require('node:os');
const { basename, dirname, isAbsolute, join, relative } = require('node:path');
const { parseArgs } = require('node:util');
const { explainMissing, findRuntime } = require('./find-openvino.cjs');
const { fetchRuntime } = require('./setup.cjs');
const {
  addonFile,
  addonStamp,
  inspectTools,
  log,
  packageRoot,
  run,
  toolError,
} = require('./tools.cjs');

const inPackage = (...parts) => join(packageRoot, ...parts);
const typescriptStamp = inPackage('build', 'typescript.json');
const cmakeFolder = inPackage('build', 'cmake');

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** One hash over the contents of files, and over other facts that the result depends on. */
function keyOf(files, facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const file of files) {
    hash
      .update(`${relative(packageRoot, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function versionOf(name) {
  return require(`${name}/package.json`).version;
}

/** A path inside the package as seen from it, so that moving the package changes nothing; others as they are. */
function portable(path) {
  const inside = relative(packageRoot, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

/** The runtime to build with: one that is there, else the one that setup fetches. */
async function runtimeToBuildWith({ force, python }) {
  const { runtime, tried } = findRuntime({ toBuild: true });
  if (runtime && !(force && runtime.place === 'iecore setup')) return runtime;
  if (process.env.OPENVINO_IECORE_RUNTIME) throw toolError(explainMissing(tried));
  await fetchRuntime({ python });
  return findRuntime({ toBuild: true }).runtime;
}

function checkTools() {
  // Python and pip are asked for where they are needed, when the runtime is fetched.
  for (const { tool, name, found, install } of inspectTools()) {
    if (found === null && (tool === 'cmake' || tool === 'compiler')) {
      throw toolError(
        `Not found, and needed to build the addon: ${name}. To install it: ${install}`,
      );
    }
  }
}

/** CMake refuses a folder configured elsewhere, and keeps paths of the runtime it was configured with. */
function dropForeignConfiguration(runtime) {
  const cache = join(cmakeFolder, 'CMakeCache.txt');
  if (!existsSync(cache)) return;
  const text = readFileSync(cache, 'utf8');
  const value = (name) => new RegExp(`^${name}:\\w+=(.*)$`, 'm').exec(text)?.[1];
  if (value('CMAKE_HOME_DIRECTORY') !== packageRoot || value('OpenVINO_DIR') !== runtime.cmake) {
    rmSync(cmakeFolder, { recursive: true, force: true });
  }
}

async function buildAddon(runtime, force) {
  const sources = [inPackage('CMakeLists.txt'), ...filesBelow(inPackage('native'))];
  const key = keyOf(sources, {
    system: [process.platform, process.arch],
    runtime: [runtime.version, portable(runtime.libs[0])],
    headers: [versionOf('node-addon-api'), versionOf('node-api-headers')],
  });
  if (!force && existsSync(addonFile) && readJson(addonStamp).key === key) return;

  checkTools();
  if (force) rmSync(cmakeFolder, { recursive: true, force: true });
  dropForeignConfiguration(runtime);
  log(`Building the addon for OpenVINO ${runtime.version} in ${runtime.root}`);
  const release = dirname(addonFile);
  // `configure` each time: `build` alone would go on with what a failed configuration left.
  for (const command of ['configure', 'build']) {
    const { code } = await run(process.execPath, [
      require.resolve('cmake-js/bin/cmake-js'),
      command,
      ...['--directory', packageRoot, '--out', cmakeFolder, '--config', 'Release'],
      ...['--parallel', String(availableParallelism()), '--log-level', 'warn'],
      `--CDOpenVINO_DIR=${runtime.cmake}`,
      `--CDCMAKE_LIBRARY_OUTPUT_DIRECTORY_RELEASE=${release}`,
      `--CDCMAKE_RUNTIME_OUTPUT_DIRECTORY_RELEASE=${release}`,
    ]);
    if (code !== 0) {
      throw toolError(
        'The addon could not be built; the words of CMake or the compiler are above.',
      );
    }
  }
  writeJson(addonStamp, {
    key,
    platform: process.platform,
    arch: process.arch,
    version: runtime.version,
    library: basename(runtime.library),
    root: portable(runtime.root),
  });
}

/** TypeScript is there in a checkout only; a published package comes compiled. */
function compiler() {
  try {
    return existsSync(inPackage('lib')) ? require.resolve('typescript/bin/tsc') : undefined;
  } catch {
    return undefined;
  }
}

async function buildTypeScript(force) {
  const tsc = compiler();
  if (!tsc) return;
  const entry = inPackage('dist', 'cli', 'iecore.js');
  const scripts = filesBelow(__dirname).filter((file) => file.endsWith('.d.cts'));
  const sources = [inPackage('tsconfig.json'), ...filesBelow(inPackage('lib')), ...scripts];
  const key = keyOf(sources, { typescript: versionOf('typescript') });
  if (!force && existsSync(entry) && readJson(typescriptStamp).key === key) return;

  log('Compiling the TypeScript');
  // Beside the old files, which stay in use until all the new ones are there.
  const fresh = inPackage('build', 'dist');
  rmSync(fresh, { recursive: true, force: true });
  const { code } = await run(process.execPath, [
    tsc,
    ...['--project', packageRoot, '--outDir', fresh, '--noEmitOnError'],
  ]);
  if (code !== 0) throw toolError('The TypeScript has errors; they are above.');
  chmodSync(join(fresh, 'cli', 'iecore.js'), 0o755);
  rmSync(inPackage('dist'), { recursive: true, force: true });
  renameSync(fresh, inPackage('dist'));
  writeJson(typescriptStamp, { key });
}

/**
 * Builds what is missing or out of date.
 * @param {{ force?: boolean, addon?: boolean, python?: string }} [options]
 */
async function build({ force = false, addon = false, python } = {}) {
  await buildAddon(await runtimeToBuildWith({ force, python }), force);
  if (!addon) await buildTypeScript(force);
}

if (require.main === module) {
  const flag = { type: 'boolean' };
  const options = { force: flag, addon: flag, python: { type: 'string' } };
  Promise.resolve()
    .then(() => build(parseArgs({ options }).values))
    .catch((error) => {
      const install = 'Packages that the build needs are not installed. To install them: npm ci';
      log(error.code === 'MODULE_NOT_FOUND' ? install : error.message);
      process.exitCode = 1;
    });
}

module.exports = { build };
