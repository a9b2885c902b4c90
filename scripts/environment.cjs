'use strict';
/** Makes the package's own Python environments, each from a file of pinned packages. */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { locked } = require('./lock.cjs');
const { findPip, pipInstall, replaceFolder } = require('./pip.cjs');
const { log, toolError } = require('./messages.cjs');
const { packageRoot } = require('./package-files.cjs');
const { firstLine, run } = require('./run-tool.cjs');

/**
 * The environments: the file of pins (relative to python/), and the oldest minor version of Python 3 that the pins
 * support. With `over`, the environment also sees the packages of the Python that it is made with.
 */
const ENVIRONMENTS = {
  quantize: { pins: 'quantize.txt', oldest: 10 },
  bench: { pins: '../bench/python.txt', oldest: 11 },
  check: { pins: 'check.txt', oldest: 10 },
  pytorch: { pins: 'pytorch.txt', oldest: 11 },
  'pytorch-extras': { pins: 'pytorch-extras.txt', oldest: 11, over: true },
};

function interpreterIn(folder) {
  return join(
    folder,
    ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
  );
}

/** The interpreter of an environment if it was made from these pins and still runs. */
function readyInterpreter(folder, key) {
  const python = interpreterIn(folder);
  const stamp = join(folder, 'pins.sha256');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== key) return undefined;
  return firstLine(python, ['--version']) === null ? undefined : python;
}

async function fillEnvironment(folder, { pins, over }, base, signal) {
  // Without pip, because on Debian venv needs another system package to install it.
  const options = ['--without-pip', ...(over ? ['--system-site-packages'] : [])];
  const { code } = await run(base, ['-m', 'venv', ...options, folder], { signal });
  if (code !== 0)
    throw toolError(`${base} could not make a Python environment; its output is above.`);
  const packages = firstLine(interpreterIn(folder), [
    '-c',
    'import sysconfig; print(sysconfig.get_path("purelib"))',
  ]);
  if (packages === null) throw toolError(`The Python environment made by ${base} does not run.`);
  const after = ['--target', packages, ...(over ? ['--no-deps'] : [])];
  await pipInstall(base, join(packageRoot, 'python', pins), `the packages of python/${pins}`, {
    after,
    signal,
  });
}

/** The folder of an environment. `pytorch-extras` replaces `pytorch`, so they share one folder. */
function environmentFolder(name) {
  return join(packageRoot, '.python', name.replace(/-extras$/, ''));
}

/** The interpreter of an environment that exists, whatever pins it was made from; otherwise undefined. */
function findEnvironment(name) {
  const python = interpreterIn(environmentFolder(name));
  return existsSync(python) ? python : undefined;
}

/**
 * The interpreter of an environment, which is made first if it is missing or was made from other pins.
 * @param {keyof typeof ENVIRONMENTS} name
 * @param {{ python?: string, folder?: string }} [options]
 */
async function provideEnvironment(name, options = {}) {
  const { folder = environmentFolder(name) } = options;
  const environment = ENVIRONMENTS[name];
  const pins = readFileSync(join(packageRoot, 'python', environment.pins));
  const key = createHash('sha256').update(pins).digest('hex');
  const ready = readyInterpreter(folder, key);
  if (ready) return ready;

  const { python, version } = findPip(
    options.python,
    `make the environment of python/${environment.pins}`,
  );
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || minor < environment.oldest) {
    throw toolError(
      `Expected Python 3.${environment.oldest} or newer, but ${python} is ${version}; choose another one with --python`,
    );
  }
  await locked(options.folder ? dirname(folder) : packageRoot, async (signal) => {
    // Another process may have made it while this one waited for the lock.
    if (readyInterpreter(folder, key)) return;
    log(`Making a Python environment with ${python} in ${folder}; this is done only once`);
    await replaceFolder(folder, async (partial) => {
      await fillEnvironment(partial, environment, python, signal);
      writeFileSync(join(partial, 'pins.sha256'), key);
    });
  });
  return interpreterIn(folder);
}

module.exports = { findEnvironment, provideEnvironment };
