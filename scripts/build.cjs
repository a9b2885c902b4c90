#!/usr/bin/env node
'use strict';
/**
 * Builds what is missing or out of date: the OpenVINO runtime, then the addon, then the TypeScript.
 *
 *   node scripts/build.cjs [--force] [--addon] [--python PATH]
 *
 * --force   fetch the runtime again if setup had fetched it, and build everything from scratch
 * --addon   do not compile the TypeScript
 * --python  the Python whose pip fetches the runtime
 */
const { createHash, randomUUID } = require('node:crypto');
const {
  chmodSync,
  copyFileSync,
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
const {
  explainMissing,
  fetchedFolder,
  findRuntime,
  pinnedVersion,
} = require('./find-openvino.cjs');
const { inspectTools } = require('./inspect-tools.cjs');
const { installCommand } = require('./install-command.cjs');
const { endProcessesOf, environmentOf } = require('./killed-build.cjs');
const { locked } = require('./lock.cjs');
const { findPip, replaceFolder } = require('./pip.cjs');
const { fetchInto } = require('./setup.cjs');
const { log, toolError } = require('./messages.cjs');
const { addonFile, addonStamp, packageRoot } = require('./package-files.cjs');
const { run } = require('./run-tool.cjs');

const inPackage = (...parts) => join(packageRoot, ...parts);
const typescriptStamp = inPackage('build', 'typescript.json');
const compiledFolder = inPackage('dist');
const cmakeFolder = inPackage('build', 'cmake');
/** The folder in which the addon is linked. It is as deep as the addon's own folder, because the addon finds the runtime by a relative path. */
const linkedFolder = inPackage('build', 'linked');
/** A file that exists while CMake works in its folder. */
const unfinished = inPackage('build', 'unfinished');

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

/** A hash of files and of other values that a result depends on. */
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

/** Makes a path inside the package relative to it, so that the result stays valid when the package is moved. */
function portable(path) {
  const inside = relative(packageRoot, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

/** Whether a stamp has this key, and the built files are unchanged since. */
function isCurrent(stamp, key, files) {
  const { key: built, contents } = readJson(stamp);
  return built === key && files.length > 0 && contents === keyOf(files, {});
}

/** The runtime that setup would fetch, as the finder would describe it. */
function runtimeToFetch() {
  const root = join(fetchedFolder(), 'openvino');
  return { version: pinnedVersion, root, libs: [join(root, 'libs')] };
}

/** The runtime to build with; undefined if it has to be fetched first. */
function installedRuntime(force) {
  const { runtime, tried } = findRuntime({ toBuild: true });
  if (runtime && !(force && runtime.place === 'iecore setup')) return runtime;
  if (process.env.OPENVINO_IECORE_RUNTIME) throw toolError(explainMissing(tried));
  return undefined;
}

/** Which steps of a build are necessary. */
function stepsOf({ force, addon, python }) {
  const runtime = installedRuntime(force);
  return {
    python,
    fetch: runtime === undefined,
    addon: force || !isAddonCurrent(runtime ?? runtimeToFetch()),
    typescript: !addon && compiler() !== undefined && (force || !isTypeScriptCurrent()),
  };
}

/** Throws an error that names all missing tools, before anything is fetched. */
function checkTools({ fetch, addon, python }) {
  // A Python that the user named is the only one to try.
  if (fetch && python !== undefined) findPip(python, 'fetch OpenVINO');
  const purposes = {
    ...(addon && { cmake: 'to build the addon', compiler: 'to build the addon' }),
    ...(fetch && python === undefined && { python: 'to fetch OpenVINO', pip: 'to fetch OpenVINO' }),
  };
  const missing = inspectTools().filter(({ tool, found }) => found === null && purposes[tool]);
  if (missing.length === 0) return;
  const lines = missing.map(({ tool, name }) => `  ${name}, needed ${purposes[tool]}`);
  const install = installCommand(missing.map(({ tool }) => tool));
  throw toolError(`These tools are missing:\n${lines.join('\n')}\nTo install them: ${install}`);
}

/** Removes a CMake folder that was configured in another place or for another runtime, which CMake would refuse or mix up. */
function dropForeignConfiguration(runtime) {
  const cache = join(cmakeFolder, 'CMakeCache.txt');
  if (!existsSync(cache)) return;
  const text = readFileSync(cache, 'utf8');
  const value = (name) => new RegExp(`^${name}:\\w+=(.*)$`, 'm').exec(text)?.[1];
  if (value('CMAKE_HOME_DIRECTORY') !== packageRoot || value('OpenVINO_DIR') !== runtime.cmake) {
    rmSync(cmakeFolder, { recursive: true, force: true });
  }
}

function addonKey(runtime) {
  const native = filesBelow(inPackage('native')).filter((file) => /\.[ch]pp$/.test(file));
  const sources = [inPackage('CMakeLists.txt'), ...native];
  return keyOf(sources, {
    system: [process.platform, process.arch],
    runtime: [runtime.version, portable(runtime.libs[0])],
    headers: [versionOf('node-addon-api'), versionOf('node-api-headers')],
  });
}

function isAddonCurrent(runtime) {
  return existsSync(addonFile) && isCurrent(addonStamp, addonKey(runtime), [addonFile]);
}

async function runCMake(runtime, signal, env) {
  // Always with `configure`: `build` alone would use the results of a failed configuration.
  for (const command of ['configure', 'build']) {
    const { code } = await run(
      process.execPath,
      [
        require.resolve('cmake-js/bin/cmake-js'),
        command,
        ...['--directory', packageRoot, '--out', cmakeFolder, '--config', 'Release'],
        ...['--parallel', String(availableParallelism()), '--log-level', 'warn'],
        `--CDOpenVINO_DIR=${runtime.cmake}`,
        `--CDCMAKE_LIBRARY_OUTPUT_DIRECTORY_RELEASE=${linkedFolder}`,
        `--CDCMAKE_RUNTIME_OUTPUT_DIRECTORY_RELEASE=${linkedFolder}`,
      ],
      { signal, cwd: packageRoot, env },
    );
    if (code !== 0) return false;
  }
  return true;
}

async function buildAddon(runtime, force, signal) {
  if (!force && isAddonCurrent(runtime)) return;
  const key = addonKey(runtime);
  const { build: killed } = readJson(unfinished);
  if (typeof killed === 'string') endProcessesOf(killed);
  // A killed compiler or linker may have left an incomplete file that looks up to date.
  if (force || existsSync(unfinished)) rmSync(cmakeFolder, { recursive: true, force: true });
  dropForeignConfiguration(runtime);
  log(`Building the addon for OpenVINO ${runtime.version} in ${runtime.root}`);
  const build = randomUUID();
  writeJson(unfinished, { build });
  const isBuilt = await runCMake(runtime, signal, environmentOf(build));
  rmSync(unfinished);
  if (!isBuilt) {
    throw toolError('The addon could not be built; the output of CMake or the compiler is above.');
  }
  // Moved into place, so that processes that have loaded the old addon keep a complete file.
  mkdirSync(dirname(addonFile), { recursive: true });
  copyFileSync(join(linkedFolder, basename(addonFile)), `${addonFile}.new`);
  renameSync(`${addonFile}.new`, addonFile);
  writeJson(addonStamp, {
    key,
    contents: keyOf([addonFile], {}),
    platform: process.platform,
    arch: process.arch,
    version: runtime.version,
    library: basename(runtime.library),
    root: portable(runtime.root),
  });
}

/** The path of tsc; undefined in a published package, which contains compiled files only. */
function compiler() {
  try {
    return existsSync(inPackage('lib')) ? require.resolve('typescript/bin/tsc') : undefined;
  } catch {
    return undefined;
  }
}

function typescriptKey() {
  const scripts = filesBelow(__dirname).filter((file) => file.endsWith('.d.cts'));
  const sources = [inPackage('tsconfig.json'), ...filesBelow(inPackage('lib')), ...scripts];
  return keyOf(sources, { typescript: versionOf('typescript') });
}

function isTypeScriptCurrent() {
  return (
    existsSync(compiledFolder) &&
    isCurrent(typescriptStamp, typescriptKey(), filesBelow(compiledFolder))
  );
}

async function buildTypeScript(force, signal) {
  const tsc = compiler();
  if (!tsc || (!force && isTypeScriptCurrent())) return;
  const key = typescriptKey();
  log('Compiling the TypeScript');
  const compile = async (fresh) => {
    const { code } = await run(
      process.execPath,
      [tsc, ...['--project', packageRoot, '--outDir', fresh, '--noEmitOnError']],
      { signal, cwd: packageRoot },
    );
    if (code !== 0) throw toolError('The TypeScript has errors, which are listed above.');
    chmodSync(join(fresh, 'cli', 'iecore.js'), 0o755);
  };
  await replaceFolder(compiledFolder, compile, inPackage('build'));
  writeJson(typescriptStamp, { key, contents: keyOf(filesBelow(compiledFolder), {}) });
}

/**
 * Builds what is missing or out of date. Only one process at a time builds; others wait, then find nothing to do.
 * @param {{ force?: boolean, addon?: boolean, python?: string }} [options]
 */
async function build({ force = false, addon = false, python } = {}) {
  const steps = stepsOf({ force, addon, python });
  if (!steps.fetch && !steps.addon && !steps.typescript) return;
  checkTools(steps);
  await locked(packageRoot, async (signal) => {
    if (!installedRuntime(force)) await fetchInto(fetchedFolder(), python, signal);
    await buildAddon(findRuntime({ toBuild: true }).runtime, force, signal);
    if (!addon) await buildTypeScript(force, signal);
  });
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
