'use strict';
/** Errors and progress messages of setup and build. */

/** An error whose message needs no stack trace; TOOL_FAILED is a code of lib/errors.ts. */
function toolError(message) {
  return Object.assign(new Error(message), { code: 'TOOL_FAILED' });
}

/** The error for a program that the system could not start. */
function cannotStart(command, error) {
  return toolError(`Cannot start ${command}: ${error.message}`);
}

/** Replaces the error of a system call that lacked permission to write into a folder; returns other errors as they are. */
function unwritable(error, folder) {
  return error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS'
    ? toolError(
        `${folder} cannot be written by this user. Run the command as the owner of the folder.`,
      )
    : error;
}

/** Prints a line on stderr. */
function log(message) {
  process.stderr.write(`[openvino-iecore] ${message}\n`);
}

module.exports = { toolError, cannotStart, unwritable, log };
