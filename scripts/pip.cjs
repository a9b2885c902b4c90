'use strict';
/** Filling a folder by pip: whole or not at all, from files that are checked, with failures explained. */
const { existsSync, mkdirSync, readdirSync, renameSync, rmSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { interpreterOf, pythonCommands } = require('./python.cjs');
const { installCommand } = require('./install-command.cjs');
const { toolError, unwritable } = require('./messages.cjs');
const { firstLine, run } = require('./run-tool.cjs');

/** What pip's words mean, and what to do. The first that matches counts. */
const PIP_FAILURES = [
  [
    /No space left on device/,
    () =>
      'The disk is full: unpacking needs about 700 MB here and in the temporary folder (TMPDIR). Free some and run it again.',
  ],
  [
    /DO NOT MATCH THE HASHES/,
    (_, pins) =>
      `The file that arrived is not the one pinned in ${pins}. A broken download or a proxy that alters files does this. To drop it and try again: python3 -m pip cache purge`,
  ],
  [
    /NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|getaddrinfo|ProxyError|SSLError|ConnectionResetError|Connection refused|timed out/i,
    () =>
      'pip cannot reach PyPI. Check the network; behind a proxy set HTTPS_PROXY, for a mirror run: python3 -m pip config set global.index-url <address of the mirror>',
  ],
  [
    /No matching distribution found/,
    (what) =>
      `The package index that pip is set to use has no wheel of ${what} for this system and Python. To see which index that is: python3 -m pip config list`,
  ],
  [
    /Permission denied/,
    () => 'This folder cannot be written by this user. Run it as the owner of the folder.',
  ],
];

/**
 * The first Python that has pip, with its version.
 * @param {string | undefined} named - the only one to ask
 * @param {string} purpose - what it is needed for
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
      ? `Expected a Python interpreter for --python, received ${named}, which does not run.`
      : `Python 3 with pip is needed to ${purpose}, and was not found. To install it: ${installCommand(['python'])}`,
  );
}

/**
 * Has pip install what a file pins, checking the hashes.
 * @param {string} python - whose pip
 * @param {string} pins - the file
 * @param {string} what - what is installed, for people
 * @param {readonly string[]} before - arguments of pip
 * @param {readonly string[]} after - arguments of its command `install`
 */
async function pipInstall(python, pins, what, { before = [], after = [], signal }) {
  const args = ['-m', 'pip', ...before, 'install', ...after];
  args.push('--only-binary=:all:', '--require-hashes', '--requirement', pins);
  // Settings of a person's pip that do not go with a folder of our own are off; their index and proxy stay.
  const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1' };
  env.PIP_DISABLE_PIP_VERSION_CHECK = '1';
  env.PIP_ROOT_USER_ACTION = 'ignore';
  const { code, errors } = await run(python, args, { env, signal, killSignal: 'SIGINT' });
  if (code === 0) return;
  const meaning = PIP_FAILURES.find(([pattern]) => pattern.test(errors))?.[1];
  throw toolError(meaning?.(what, pins) ?? `pip could not fetch ${what}; its words are above.`);
}

/** Removes what an earlier run left when it was killed. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.partial-')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Makes a folder, or replaces it: filled under another name, then moved. The caller holds the lock.
 * @param {string} target
 * @param {(folder: string) => Promise<void>} fill - throws when it cannot
 * @param {string} [beside] - where the folder is filled: on the same disk
 */
async function replaceFolder(target, fill, beside = dirname(target)) {
  const partial = join(beside, `.partial-${process.pid}`);
  const replaced = `${partial}-old`;
  try {
    mkdirSync(beside, { recursive: true });
    removeLeftovers(beside);
    mkdirSync(partial);
    await fill(partial);
    // Whoever is killed here leaves nothing of that name, and never half of the old one.
    if (existsSync(target)) renameSync(target, replaced);
    renameSync(partial, target);
  } catch (error) {
    throw unwritable(error, beside);
  } finally {
    for (const folder of [partial, replaced]) rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { findPip, pipInstall, replaceFolder };
