'use strict';
/** One setup or build at a time in a folder, for all processes. */
const { mkdirSync, statSync, utimesSync } = require('node:fs');
const { join } = require('node:path');
const { log, toolError, unwritable } = require('./messages.cjs');

/** A holder renews its lock every two seconds. One that has not done so for this many ms was killed. */
const staleAfter = 10_000;

/** A lock of the future, since the clock was set back, would not grow old until then: it begins to now. */
function endFuture(lockFolder) {
  try {
    const now = new Date();
    if (statSync(lockFolder).mtimeMs > now.getTime() + staleAfter) utimesSync(lockFolder, now, now);
  } catch {
    // It was released just now, or is another user's.
  }
}

/** Resolves with a function that releases the lock; waits while another process holds it. */
async function acquire(folder, onCompromised) {
  mkdirSync(folder, { recursive: true });
  // Loaded when first needed: most calls find that there is nothing to do.
  const { lock } = require('proper-lockfile');
  const options = {
    lockfilePath: join(folder, '.lock'),
    realpath: false,
    stale: staleAfter,
    update: 2000,
    onCompromised,
  };
  try {
    return await lock(folder, options);
  } catch (error) {
    if (error.code !== 'ELOCKED') throw error;
  }
  endFuture(options.lockfilePath);
  log(
    `Waiting for another setup or build in ${folder}; if it was killed, this takes ${staleAfter / 1000} seconds`,
  );
  return lock(folder, {
    ...options,
    retries: { forever: true, minTimeout: 200, maxTimeout: 1000, factor: 1.2 },
  });
}

/** Runs a job that SIGINT, SIGTERM and SIGHUP stop, so that it still cleans up. */
async function stoppable(lost, job) {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, stop);
  try {
    return await job(AbortSignal.any([interrupted.signal, lost]));
  } catch (error) {
    if (interrupted.signal.aborted) {
      throw toolError('Interrupted; nothing half-done was left behind.');
    }
    throw lost.aborted
      ? toolError(
          'Another setup or build took over, because this one had stood still. Run it again once that one is done.',
        )
      : error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/**
 * Runs a job that writes into a folder while no other process does.
 * @param {string} folder - made if it is missing
 * @param {(signal: AbortSignal) => Promise<T>} job - stops when the signal fires
 * @returns {Promise<T>}
 * @template T
 */
async function locked(folder, job) {
  const lost = new AbortController();
  let release;
  try {
    release = await acquire(folder, () => lost.abort());
  } catch (error) {
    throw unwritable(error, folder);
  }
  try {
    return await stoppable(lost.signal, job);
  } finally {
    // A lock that was lost is no longer ours to release.
    if (!lost.signal.aborted) await release();
  }
}

module.exports = { locked };
