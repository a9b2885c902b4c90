'use strict';
/** A lock on a folder, so that one process at a time runs a setup or build in it. */
const { mkdirSync, statSync, utimesSync } = require('node:fs');
const { join } = require('node:path');
const { log, toolError, unwritable } = require('./messages.cjs');

/** Age in ms at which a lock counts as abandoned. Its holder renews it every two seconds. */
const staleAfter = 10_000;

/** Resets the time of a lock that lies in the future because the clock was set back: it would not become stale until then. */
function endFuture(lockFolder) {
  try {
    const now = new Date();
    if (statSync(lockFolder).mtimeMs > now.getTime() + staleAfter) utimesSync(lockFolder, now, now);
  } catch {
    // The lock was released meanwhile, or belongs to another user.
  }
}

/** Waits for the lock; resolves to a function that releases it. */
async function acquire(folder, onCompromised) {
  mkdirSync(folder, { recursive: true });
  // Loaded on first use: most builds find that nothing has to be done.
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
    `Waiting for another setup or build in ${folder}; if it was killed, the wait ends after ${staleAfter / 1000} seconds`,
  );
  return lock(folder, {
    ...options,
    retries: { forever: true, minTimeout: 200, maxTimeout: 1000, factor: 1.2 },
  });
}

/** Runs a job; SIGINT, SIGTERM and SIGHUP stop it in such a way that it still cleans up. */
async function stoppable(lost, job) {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, stop);
  try {
    return await job(AbortSignal.any([interrupted.signal, lost]));
  } catch (error) {
    if (interrupted.signal.aborted) {
      throw toolError('Interrupted; no incomplete files were left behind.');
    }
    throw lost.aborted
      ? toolError(
          'Another setup or build took over, because this process was suspended. Run the command again when the other one is done.',
        )
      : error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/**
 * Runs a job while no other process runs one in the same folder.
 * @param {string} folder - created if it is missing
 * @param {(signal: AbortSignal) => Promise<T>} job - has to stop when the signal fires
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
    // A lost lock belongs to another process, which releases it.
    if (!lost.signal.aborted) await release();
  }
}

module.exports = { locked };
