'use strict';
/** Python environments of the package's own, each made from what a file pins. */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { findPip, pipInstall, replaceFolder } = require('./pip.cjs');
const { firstLine, log, packageRoot, run, toolError } = require('./tools.cjs');

const oldestPython = 10;

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

async function fillEnvironment(folder, pins, what, base, signal) {
  // Without pip, because Debian keeps what venv needs for it in another package.
  const { code } = await run(base, ['-m', 'venv', '--without-pip', folder], { signal });
  if (code !== 0)
    throw toolError(`${base} could not make a Python environment; its words are above.`);
  const packages = firstLine(interpreterIn(folder), [
    '-c',
    'import sysconfig; print(sysconfig.get_path("purelib"))',
  ]);
  if (packages === null) throw toolError(`The Python environment made by ${base} does not run.`);
  await pipInstall(base, pins, what, { after: ['--target', packages], signal });
}

/**
 * The interpreter of an environment with what `python/NAME.txt` pins; makes it first where it is
 * missing or of other pins.
 * @param {string} name
 * @param {{ python?: string, folder?: string }} [options]
 */
async function provideEnvironment(name, options = {}) {
  const folder = options.folder ?? join(packageRoot, '.python', name);
  const pins = join(packageRoot, 'python', `${name}.txt`);
  const text = readFileSync(pins, 'utf8');
  const key = createHash('sha256').update(text).digest('hex');
  const ready = readyInterpreter(folder, key);
  if (ready) return ready;

  const what = /^[^\s#]\S*==\S+/gm;
  const names = `the ${text.match(what).length} packages of python/${name}.txt`;
  const { python, version } = findPip(options.python, `run python/${name}.py`);
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || minor < oldestPython) {
    throw toolError(
      `Expected Python 3.${oldestPython} or newer, ${python} is ${version}; name another one by --python`,
    );
  }
  log(`Making a Python environment with ${python} in ${folder}; this happens once`);
  await replaceFolder(folder, async (partial, signal) => {
    await fillEnvironment(partial, pins, names, python, signal);
    writeFileSync(join(partial, 'pins.sha256'), key);
  });
  return interpreterIn(folder);
}

module.exports = { provideEnvironment };
