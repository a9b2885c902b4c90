'use strict';
/** Lists the tools that building needs, with the versions that are installed. */
const { interpreterOf, pythonCommands } = require('./python.cjs');
const { firstLine } = require('./run-tool.cjs');
const { installCommand } = require('./install-command.cjs');

/** What the first working command of several prints for --version; null if none works. */
function firstVersion(commands) {
  for (const command of commands) {
    const line = firstLine(command, ['--version']);
    // ninja prints only a number.
    if (line !== null) return /^[\d.]+$/.test(line) ? `${command} ${line}` : line;
  }
  return null;
}

/** Versions of the Python that setup would use and of its pip: the first Python that has pip, otherwise the first. */
function pythonVersions() {
  let first = null;
  for (const command of pythonCommands()) {
    const python = interpreterOf(command);
    if (python === null) continue;
    const found = {
      python: firstLine(python, ['--version']),
      pip: firstLine(python, ['-m', 'pip', '--version']),
    };
    if (found.pip !== null) return found;
    first ??= found;
  }
  return first ?? { python: null, pip: null };
}

/** The tools that building needs: the version that each prints, or null if it is missing, and how to install it. */
function inspectTools() {
  const { python, pip } = pythonVersions();
  const tools = [
    ['cmake', 'CMake', firstVersion(['cmake'])],
    ['python', 'Python', python],
    ['pip', 'pip', pip],
  ];
  const compilers = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  // On Windows CMake itself finds Visual Studio, which is not on PATH.
  if (process.platform !== 'win32') {
    tools.splice(1, 0, ['compiler', 'C++ compiler', firstVersion(compilers)]);
    tools.splice(2, 0, ['compiler', 'make or ninja', firstVersion(['ninja', 'make'])]);
  }
  return tools.map(([tool, name, found]) => ({
    tool,
    name,
    found,
    install: installCommand([tool]),
  }));
}

module.exports = { inspectTools };
