#!/usr/bin/env node
'use strict';
/**
 * Fetches the OpenVINO runtime that scripts/openvino.txt pins: pip downloads the wheel, checks its hash and unpacks it.
 *
 *   node scripts/setup.cjs [--force] [--python PATH]
 */
const { mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { parseArgs } = require('node:util');
const { fetchedFolder, pinFile, pinnedVersion, runtimeIn } = require('./find-openvino.cjs');
const { firstLine, installCommand, log, pythonCommands, run, toolError } = require('./tools.cjs');

/** The platform tags of the pinned wheels. */
const PLATFORM_TAGS = {
  'linux-x64': 'manylinux_2_28_x86_64',
  'linux-arm64': 'manylinux_2_35_aarch64',
  'darwin-arm64': 'macosx_11_0_arm64',
  'win32-x64': 'win_amd64',
};

/** CPython versions with a pinned wheel; the libraries in all of them are the same. */
const PYTHON_VERSIONS = ['3.10', '3.11', '3.12', '3.13', '3.14'];

/** What pip's words mean, and what to do. The first that matches counts. */
const PIP_FAILURES = [
  [
    /No space left on device/,
    'The disk is full: unpacking needs about 700 MB here and in the temporary folder (TMPDIR). Free some and run it again.',
  ],
  [
    /DO NOT MATCH THE HASHES/,
    'The file that arrived is not the one pinned in scripts/openvino.txt. A broken download or a proxy that alters files does this. To drop it and try again: python3 -m pip cache purge && npx iecore setup',
  ],
  [
    /NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|getaddrinfo|ProxyError|SSLError|ConnectionResetError|Connection refused|timed out/i,
    'pip cannot reach PyPI. Check the network; behind a proxy set HTTPS_PROXY, for a mirror run: python3 -m pip config set global.index-url <address of the mirror>',
  ],
  [
    /No matching distribution found/,
    `The package index that pip is set to use has no wheel of openvino ${pinnedVersion} for this system. To see which index that is: python3 -m pip config list`,
  ],
  [
    /Permission denied/,
    'This folder cannot be written by this user. Run it as the owner of the folder.',
  ],
];

function platformTag() {
  const platform = `${process.platform}-${process.arch}`;
  const tag = PLATFORM_TAGS[platform];
  const remedy =
    'Install OpenVINO for this system in another way and set OPENVINO_IECORE_RUNTIME to its folder.';
  if (!tag) throw toolError(`There is no OpenVINO wheel for ${platform}. ${remedy}`);
  if (process.platform === 'linux') {
    const [, major, minor] = tag.match(/_(\d+)_(\d+)_/);
    const here = process.report.getReport().header.glibcVersionRuntime;
    const [hereMajor, hereMinor] = here?.split('.').map(Number) ?? [0, 0];
    if (hereMajor < Number(major) || (hereMajor === Number(major) && hereMinor < Number(minor))) {
      const have = here ? `glibc ${here}` : 'a C library other than glibc (musl?)';
      throw toolError(
        `The OpenVINO wheel for ${platform} needs glibc ${major}.${minor} or newer; this system has ${have}. ${remedy}`,
      );
    }
  }
  return tag;
}

/** The first Python that has pip, with its version. */
function findPip(named) {
  let withoutPip;
  for (const python of pythonCommands(process.env, named)) {
    const version = firstLine(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    if (version === null) continue;
    if (firstLine(python, ['-m', 'pip', '--version']) !== null) return { python, version };
    withoutPip ??= python;
  }
  if (withoutPip) {
    throw toolError(`${withoutPip} has no pip. To install it: ${installCommand('pip')}`);
  }
  throw toolError(
    named
      ? `Expected a Python interpreter for --python, received ${named}, which does not run.`
      : `Python 3 with pip is needed to fetch OpenVINO, and was not found. To install it: ${installCommand('python')}`,
  );
}

/** Removes what an earlier setup left when it was killed; a setup that is still running keeps its folder. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    const pid = /^\.partial-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Has pip download, check and unpack the wheel into a folder. */
async function unpackInto(folder, tag, { python, version }, signal) {
  // The wheel of the Python at hand, if there is one, so that `import openvino` works after setupvars.sh.
  const abi = PYTHON_VERSIONS.includes(version) ? version : '3.11';
  const args = ['-m', 'pip', 'install', '--target', folder, '--no-deps', '--no-compile'];
  args.push('--only-binary=:all:', '--require-hashes', '--implementation', 'cp');
  args.push('--python-version', abi, '--abi', `cp${abi.replace('.', '')}`, '--platform', tag);
  args.push('--requirement', pinFile);
  // Settings of a person's pip that do not go with a target folder are off; their index and proxy stay.
  const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1' };
  env.PIP_DISABLE_PIP_VERSION_CHECK = '1';
  env.PIP_ROOT_USER_ACTION = 'ignore';
  const { code, errors } = await run(python, args, { env, signal, killSignal: 'SIGINT' });
  if (code === 0) return;
  const meaning = PIP_FAILURES.find(([pattern]) => pattern.test(errors))?.[1];
  throw toolError(meaning ?? `pip could not fetch OpenVINO ${pinnedVersion}; its words are above.`);
}

/** Runs a job that SIGINT and SIGTERM stop, so that its clean-up still happens. */
async function stoppable(job) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM'];
  for (const name of signals) process.on(name, stop);
  try {
    return await job(controller.signal);
  } catch (error) {
    throw controller.signal.aborted
      ? toolError('Interrupted; nothing half-done was left behind.')
      : error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/**
 * Fetches the pinned runtime into its folder, replacing what is there.
 * @param {{ python?: string, folder?: string }} [options]
 */
async function fetchRuntime(options = {}) {
  const target = options.folder ?? fetchedFolder();
  const parent = dirname(target);
  const tag = platformTag();
  const pip = findPip(options.python);
  const partial = join(parent, `.partial-${process.pid}`);
  log(`Fetching OpenVINO ${pinnedVersion} with ${pip.python} (pip) into ${target}`);
  try {
    mkdirSync(partial, { recursive: true });
    removeLeftovers(parent);
    await stoppable((signal) => unpackInto(partial, tag, pip, signal));
    if (!runtimeIn(join(partial, 'openvino'))?.cmake) {
      throw toolError(
        `The wheel of openvino ${pinnedVersion} does not hold a runtime to build with.`,
      );
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
    removeOthers(target);
  } catch (error) {
    throw error.code === 'EACCES' || error.code === 'EROFS'
      ? toolError(`${parent} cannot be written by this user. Run it as the owner of the folder.`)
      : error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Removes the runtimes of earlier versions of this package: hundreds of megabytes each. */
function removeOthers(target) {
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith('openvino-') && name !== basename(target)) {
      rmSync(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}

async function main() {
  const { values } = parseArgs({
    options: { force: { type: 'boolean', default: false }, python: { type: 'string' } },
  });
  const folder = fetchedFolder();
  if (!values.force && runtimeIn(join(folder, 'openvino')))
    log(`OpenVINO ${pinnedVersion} is here`);
  else await fetchRuntime({ python: values.python });
}

if (require.main === module) {
  main().catch((error) => {
    log(error.message);
    process.exitCode = 1;
  });
}

module.exports = { fetchRuntime };
