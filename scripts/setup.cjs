#!/usr/bin/env node
'use strict';
/**
 * Fetches the OpenVINO runtime that scripts/openvino.txt pins: pip downloads the wheel, checks its hash and unpacks it.
 *
 *   node scripts/setup.cjs [--force] [--python PATH]
 */
const { readdirSync, rmSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { parseArgs } = require('node:util');
const { fetchedFolder, pinFile, pinnedVersion, runtimeIn } = require('./find-openvino.cjs');
const { locked } = require('./lock.cjs');
const { findPip, pipInstall, replaceFolder } = require('./pip.cjs');
const { log, toolError } = require('./messages.cjs');
const { packageRoot } = require('./package-files.cjs');

/** The platform tags of the pinned wheels. */
const PLATFORM_TAGS = {
  'linux-x64': 'manylinux_2_28_x86_64',
  'linux-arm64': 'manylinux_2_35_aarch64',
  'darwin-arm64': 'macosx_11_0_arm64',
  'win32-x64': 'win_amd64',
};

/** CPython versions that have a pinned wheel. The libraries are the same in all wheels. */
const PYTHON_VERSIONS = ['3.10', '3.11', '3.12', '3.13', '3.14'];

function platformTag() {
  const platform = `${process.platform}-${process.arch}`;
  const tag = PLATFORM_TAGS[platform];
  const remedy = 'Install OpenVINO in another way and set OPENVINO_IECORE_RUNTIME to its folder.';
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

/** Downloads, checks and unpacks the wheel into a folder, with pip. */
async function unpackInto(folder, tag, { python, version }, signal) {
  // The wheel for the user's Python if there is one, so that `import openvino` works after setupvars.sh.
  const abi = PYTHON_VERSIONS.includes(version) ? version : '3.11';
  const after = ['--target', folder, '--no-deps', '--no-compile', '--implementation', 'cp'];
  after.push('--python-version', abi, '--abi', `cp${abi.replace('.', '')}`, '--platform', tag);
  await pipInstall(python, pinFile, `openvino ${pinnedVersion}`, { after, signal });
  if (!runtimeIn(join(folder, 'openvino'))?.cmake) {
    throw toolError(
      `The wheel of openvino ${pinnedVersion} does not contain a runtime to build with.`,
    );
  }
}

/** Fetches the pinned runtime into a folder and replaces its contents. The caller has to hold the lock. */
async function fetchInto(target, python, signal) {
  const tag = platformTag();
  const pip = findPip(python, 'fetch OpenVINO');
  log(`Fetching OpenVINO ${pinnedVersion} with ${pip.python} (pip) into ${target}`);
  await replaceFolder(target, (folder) => unpackInto(folder, tag, pip, signal));
  removeOthers(target);
}

/**
 * Fetches the pinned runtime and replaces an existing one.
 * @param {{ python?: string, folder?: string }} [options]
 */
async function fetchRuntime({ python, folder } = {}) {
  await locked(folder ? dirname(folder) : packageRoot, (signal) =>
    fetchInto(folder ?? fetchedFolder(), python, signal),
  );
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
    log(`OpenVINO ${pinnedVersion} is already installed`);
  else await fetchRuntime({ python: values.python });
}

if (require.main === module) {
  main().catch((error) => {
    log(error.message);
    process.exitCode = 1;
  });
}

module.exports = { fetchInto, fetchRuntime };
