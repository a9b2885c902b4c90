'use strict';
/**
 * Finding Pythons. The working directory may hold anybody's files, and `python -m pip` would run its pip.py: so only
 * the question which interpreter a command means is asked there, isolated; all others are asked elsewhere.
 */
const { accessSync, constants, statSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { absoluteFolders, firstLine } = require('./run-tool.cjs');

/** Arguments with which an interpreter prints its own path. Isolated: it imports nothing of the working directory. */
const whichInterpreter = ['-I', '-c', 'import sys; print(sys.executable)'];

/** Python commands worth asking, the likeliest first: the one named, the active environment's, those on PATH. */
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

/** The file that a command means, as an absolute path; undefined where PATH has none. The working directory is not searched. */
function programFile(command, env = process.env) {
  if (/[\\/]/.test(command)) return resolve(command);
  const endings = process.platform === 'win32' ? ['.exe', '.com'] : [''];
  return absoluteFolders(env.PATH ?? '')
    .flatMap((folder) => endings.map((ending) => join(folder, command + ending)))
    .find(isProgram);
}

/**
 * The interpreter that a command means, as an absolute path; null when there is none. It is asked in the working
 * directory, because version managers such as pyenv choose by it.
 */
function interpreterOf(command, env = process.env) {
  const file = programFile(command, env);
  const said =
    file === undefined ? null : firstLine(file, whichInterpreter, { env, cwd: undefined });
  return said === null ? null : said || file;
}

module.exports = { interpreterOf, programFile, pythonCommands, whichInterpreter };
