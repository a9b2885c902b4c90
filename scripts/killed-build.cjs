'use strict';
/** Ends what a killed build left running: its compiler would go on writing into the folder of the next. */
const { readdirSync, readFileSync } = require('node:fs');

/** The environment variable that names a build to every process that it starts. */
const variable = 'IECORE_BUILD';

/** The environment for the processes of a build. */
function environmentOf(build) {
  return { ...process.env, [variable]: build };
}

/** The processes of a build, where the system shows their environment: Linux does. */
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
      // It has ended, or belongs to somebody else.
      return false;
    }
  });
}

/** Ends the processes of a build, and what these start meanwhile. */
function endProcessesOf(build) {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let left = processesOf(build); left.length > 0; left = processesOf(build)) {
    for (const id of left) {
      try {
        process.kill(Number(id), 'SIGKILL');
      } catch {
        // It ended just now.
      }
    }
    Atomics.wait(pause, 0, 0, 10);
  }
}

module.exports = { environmentOf, endProcessesOf };
