'use strict';
/** Ends the processes of a killed build, whose compiler would go on writing into the folder of the next build. */
const { readdirSync, readFileSync } = require('node:fs');

/** The environment variable by which the processes of a build are found. */
const variable = 'IECORE_BUILD';

/** Environment variables for the processes of a build. */
function environmentOf(build) {
  return { ...process.env, [variable]: build };
}

/** The ids of a build's processes; empty on systems other than Linux, which do not show the environment of processes. */
function processesOf(build) {
  let ids;
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, 'latin1')
        .split('\0')
        .includes(`${variable}=${build}`);
    } catch {
      // The process has ended, or belongs to another user.
      return false;
    }
  });
}

/** Kills the processes of a build, and those that they start meanwhile. */
function endProcessesOf(build) {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let left = processesOf(build); left.length > 0; left = processesOf(build)) {
    for (const id of left) {
      try {
        process.kill(Number(id), 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    Atomics.wait(pause, 0, 0, 10);
  }
}

module.exports = { environmentOf, endProcessesOf };
