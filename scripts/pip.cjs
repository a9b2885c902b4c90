'use strict';
/** Fills a folder with pip, completely or not at all, from files whose hashes are checked, and explains failures. */
const { existsSync, mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { interpreterOf, pythonCommands } = require('./python.cjs');
const { installCommand } = require('./install-command.cjs');
const { toolError, unwritable } = require('./messages.cjs');
const { firstLine, run } = require('./run-tool.cjs');

/** Patterns of pip's error output, and the message for each; the first match counts. */
const PIP_FAILURES = [
  [
    /No space left on device/,
    () =>
      'The disk is full: unpacking needs about 700 MB here and in the temporary folder (TMPDIR). Free some space and run the command again.',
  ],
  [
    /DO NOT MATCH THE HASHES/,
    (_, pins) =>
      `The downloaded file is not the one pinned in ${pins}. The download may be damaged, or a proxy may have changed it. To delete it and try again: python3 -m pip cache purge`,
  ],
  [
    /NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|getaddrinfo|ProxyError|SSLError|ConnectionResetError|Connection refused|timed out/i,
    () =>
      'pip cannot reach PyPI. Check the network; behind a proxy set HTTPS_PROXY, for a mirror run: python3 -m pip config set global.index-url <address of the mirror>',
  ],
  [
    /No matching distribution found/,
    (what) =>
      `The package index that pip uses has no wheel of ${what} for this system and Python. To see which index that is: python3 -m pip config list`,
  ],
  [
    /Permission denied/,
    () => 'This folder cannot be written by this user. Run the command as the owner of the folder.',
  ],
];

/**
 * The first Python that has pip, and its version.
 * @param {string | undefined} named - the only Python to try, if given
 * @param {string} purpose - what it is needed for, to complete the sentence "Python 3 with pip is needed to …"
 */
function findPip(named, purpose) {
  let withoutPip;
  for (const command of pythonCommands(process.env, named)) {
    const python = interpreterOf(command);
    if (python === null) continue;
    const version = firstLine(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    if (version === null) continue;
    if (firstLine(python, ['-m', 'pip', '--version']) !== null) return { python, version };
    withoutPip ??= python;
  }
  if (withoutPip) {
    throw toolError(`${withoutPip} has no pip. To install it: ${installCommand(['pip'])}`);
  }
  throw toolError(
    named
      ? `Expected a Python interpreter for --python, received ${named}, which cannot be started.`
      : `Python 3 with pip is needed to ${purpose}, but was not found. To install it: ${installCommand(['python'])}`,
  );
}

/**
 * Installs the packages that a file pins; pip checks their hashes.
 * @param {string} python - the Python whose pip is used
 * @param {string} pins - the file of pinned packages
 * @param {string} what - what is installed, for messages
 * @param {readonly string[]} before - arguments of pip itself
 * @param {readonly string[]} after - arguments of `pip install`
 */
async function pipInstall(python, pins, what, { before = [], after = [], signal }) {
  const args = ['-m', 'pip', ...before, 'install', ...after];
  args.push('--only-binary=:all:', '--require-hashes', '--requirement', pins);
  // Turns off settings of the user's pip that conflict with installing into a folder; index and proxy stay.
  const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1' };
  env.PIP_DISABLE_PIP_VERSION_CHECK = '1';
  env.PIP_ROOT_USER_ACTION = 'ignore';
  const { code, errors } = await run(python, args, { env, signal, killSignal: 'SIGINT' });
  if (code === 0) return;
  const meaning = PIP_FAILURES.find(([pattern]) => pattern.test(errors))?.[1];
  throw toolError(meaning?.(what, pins) ?? `pip could not fetch ${what}; its output is above.`);
}

/** Removes the incomplete folders of earlier runs that were killed. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.partial-')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Makes or replaces a folder: fills another folder, then moves it into place. The caller has to hold the lock.
 * @param {string} target
 * @param {(folder: string) => Promise<void>} fill - writes the contents into the given folder
 * @param {string} [beside] - the folder that contains the new one while it is filled; on the same disk as the target
 */
async function replaceFolder(target, fill, beside = dirname(target)) {
  const partial = join(beside, `.partial-${process.pid}`);
  const replaced = `${partial}-old`;
  try {
    mkdirSync(beside, { recursive: true });
    removeLeftovers(beside);
    mkdirSync(partial);
    await fill(partial);
    // A process that is killed between these lines leaves no folder of that name, but never an incomplete one.
    if (existsSync(target)) renameSync(target, replaced);
    renameSync(partial, target);
  } catch (error) {
    throw unwritable(error, beside);
  } finally {
    for (const folder of [partial, replaced]) rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { findPip, pipInstall, replaceFolder };
