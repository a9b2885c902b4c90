'use strict';
/**
 * Finds Python interpreters without running files of the working directory.
 *
 * The working directory may contain untrusted files, and `python -m pip` would run its pip.py. So an interpreter runs
 * there only to print its own path, in isolated mode (-I); everything else runs in another folder.
 */
const { accessSync, constants, statSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { absoluteFolders, firstLine } = require('./run-tool.cjs');

/** Arguments that make an interpreter print its own path. With -I it imports nothing from the working directory. */
const whichInterpreter = ['-I', '-c', 'import sys; print(sys.executable)'];

/** Commands that may start Python, in order of preference: only the named one if given; otherwise the active environment's, then those on PATH. */
function pythonCommands(env = process.env, named = undefined) {
  if (named) return [named];
  const onPath = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];
  const active = env.VIRTUAL_ENV
    ? [join(env.VIRTUAL_ENV, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')]
    : [];
  return [...active, ...onPath];
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The absolute path of a command; undefined if PATH has no such program. The working directory is not searched. */
function programFile(command, env = process.env) {
  if (/[\\/]/.test(command)) return resolve(command);
  const endings = process.platform === 'win32' ? ['.exe', '.com'] : [''];
  return absoluteFolders(env.PATH ?? '')
    .flatMap((folder) => endings.map((ending) => join(folder, command + ending)))
    .find(isProgram);
}

/**
 * The absolute path of the interpreter that a command starts; null if there is none. The command runs in the working
 * directory, because version managers such as pyenv choose the version by it.
 */
function interpreterOf(command, env = process.env) {
  const file = programFile(command, env);
  const said =
    file === undefined ? null : firstLine(file, whichInterpreter, { env, cwd: undefined });
  return said === null ? null : said || file;
}

module.exports = { interpreterOf, programFile, pythonCommands, whichInterpreter };
