'use strict';
/** Python environments of the package's own, each made from what a file pins. */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { locked } = require('./lock.cjs');
const { findPip, pipInstall, replaceFolder } = require('./pip.cjs');
const { log, toolError } = require('./messages.cjs');
const { packageRoot } = require('./package-files.cjs');
const { firstLine, run } = require('./run-tool.cjs');

/**
 * What there is, in python/: the file of pins, and the oldest Python 3 it is for. `over` stands on the
 * packages of the Python that it is made with.
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

/** The environment's interpreter, if it was made from these very pins and still runs. */
function readyInterpreter(folder, key) {
  const python = interpreterIn(folder);
  const stamp = join(folder, 'pins.sha256');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== key) return undefined;
  return firstLine(python, ['--version']) === null ? undefined : python;
}

async function fillEnvironment(folder, { pins, over }, base, signal) {
  // Without pip, because Debian keeps what venv needs for it in another package.
  const options = ['--without-pip', ...(over ? ['--system-site-packages'] : [])];
  const { code } = await run(base, ['-m', 'venv', ...options, folder], { signal });
  if (code !== 0)
    throw toolError(`${base} could not make a Python environment; its words are above.`);
  const packages = firstLine(interpreterIn(folder), [
    '-c',
    'import sysconfig; print(sysconfig.get_path("purelib"))',
  ]);
  if (packages === null) throw toolError(`The Python environment made by ${base} does not run.`);
  const after = ['--target', packages, ...(over ? ['--no-deps'] : [])];
  await pipInstall(base, join(packageRoot, 'python', pins), `what python/${pins} lists`, {
    after,
    signal,
  });
}

/** The folder of an environment; two that do the same job share one. */
function environmentFolder(name) {
  return join(packageRoot, '.python', name.replace(/-extras$/, ''));
}

/** The interpreter of an environment that was made, whatever it was made of; undefined where there is none. */
function findEnvironment(name) {
  const python = interpreterIn(environmentFolder(name));
  return existsSync(python) ? python : undefined;
}

/**
 * The interpreter of an environment; it is made first where it is missing or of other pins.
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

  const { python, version } = findPip(options.python, `make an environment of ${environment.pins}`);
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || minor < environment.oldest) {
    throw toolError(
      `Expected Python 3.${environment.oldest} or newer, ${python} is ${version}; name another one by --python`,
    );
  }
  await locked(options.folder ? dirname(folder) : packageRoot, async (signal) => {
    // Another process may have made it meanwhile, and be using it.
    if (readyInterpreter(folder, key)) return;
    log(`Making a Python environment with ${python} in ${folder}; this happens once`);
    await replaceFolder(folder, async (partial) => {
      await fillEnvironment(partial, environment, python, signal);
      writeFileSync(join(partial, 'pins.sha256'), key);
    });
  });
  return interpreterIn(folder);
}

module.exports = { findEnvironment, provideEnvironment };
