'use strict';
/** What setup, build and doctor share: where things are, running a tool, and how to get a missing one. */
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const packageRoot = resolve(__dirname, '..');

/** The addon, and the note beside it of what it was built from and for. */
const addonFile = join(packageRoot, 'build', 'Release', 'openvino_iecore.node');
const addonStamp = join(packageRoot, 'build', 'addon.json');

/** Loaded when first needed: who only looks for the runtime starts without it. */
const childProcess = () => require('node:child_process');

/** An error whose text is all a person needs; the code is one of lib/errors.ts. */
function toolError(message) {
  return Object.assign(new Error(message), { code: 'TOOL_FAILED' });
}

/** What to throw when the system does not start a program. */
function cannotStart(command, error) {
  return toolError(`Cannot start ${command}: ${error.message}`);
}

/** What to throw instead of a failed system call: for a folder without permission to write, what to do. */
function unwritable(error, folder) {
  return error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS'
    ? toolError(`${folder} cannot be written by this user. Run it as the owner of the folder.`)
    : error;
}

function log(message) {
  process.stderr.write(`[openvino-iecore] ${message}\n`);
}

/** How a system installs packages, by the ids of its os-release, and what it calls them. */
const SYSTEMS = [
  {
    ids: ['debian', 'ubuntu'],
    install: 'sudo apt-get install -y',
    packages: {
      cmake: 'cmake',
      compiler: 'g++ make',
      python: 'python3 python3-pip',
      pip: 'python3-pip',
    },
  },
  {
    ids: ['fedora', 'rhel', 'centos'],
    install: 'sudo dnf install -y',
    packages: {
      cmake: 'cmake',
      compiler: 'gcc-c++ make',
      python: 'python3 python3-pip',
      pip: 'python3-pip',
    },
  },
  {
    ids: ['suse', 'opensuse'],
    install: 'sudo zypper install -y',
    packages: {
      cmake: 'cmake',
      compiler: 'gcc-c++ make',
      python: 'python3 python3-pip',
      pip: 'python3-pip',
    },
  },
  {
    ids: ['arch'],
    install: 'sudo pacman -S --needed',
    packages: {
      cmake: 'cmake',
      compiler: 'gcc make',
      python: 'python python-pip',
      pip: 'python-pip',
    },
  },
  {
    ids: ['alpine'],
    install: 'sudo apk add',
    packages: { cmake: 'cmake', compiler: 'g++ make', python: 'python3 py3-pip', pip: 'py3-pip' },
  },
];

const OTHER_SYSTEMS = {
  darwin: {
    cmake: 'brew install cmake',
    compiler: 'xcode-select --install',
    python: 'brew install python',
    pip: 'python3 -m ensurepip --upgrade',
  },
  win32: {
    cmake: 'winget install Kitware.CMake',
    compiler: 'winget install Microsoft.VisualStudio.2022.BuildTools',
    python: 'winget install Python.Python.3.13',
    pip: 'python -m ensurepip --upgrade',
  },
};

function osRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/**
 * The command that installs tools on this system.
 * @param {('cmake' | 'compiler' | 'python' | 'pip')[]} tools
 */
function installCommand(tools, platform = process.platform, release = osRelease()) {
  const unique = (words) => [...new Set(words)];
  if (OTHER_SYSTEMS[platform]) {
    return unique(tools.map((tool) => OTHER_SYSTEMS[platform][tool])).join(' && ');
  }
  const ids = [...release.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap(([, value]) =>
    value.replaceAll('"', '').split(' '),
  );
  const system = SYSTEMS.find((row) => row.ids.some((id) => ids.includes(id)));
  const { install, packages } = system ?? SYSTEMS[0];
  const names = unique(tools.flatMap((tool) => packages[tool].split(' ')));
  if (system) return `${install} ${names.join(' ')}`;
  return `install ${names.join(' and ')} with your system's package manager`;
}

/** Errors of a system that starts no program at all, whichever it is. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'];

/** The first line a command prints, or null when there is no such command or it fails. */
function firstLine(command, args, options = {}) {
  const { status, stdout, error } = childProcess().spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    ...options,
  });
  if (EXHAUSTED.includes(error?.code)) throw cannotStart(command, error);
  return status === 0 ? stdout.trim().split('\n')[0].trim() : null;
}

/** Python interpreters worth asking, the likeliest first: the one named, the active environment's, those on PATH. */
function pythonCommands(env = process.env, named = undefined) {
  if (named) return [named];
  const onPath = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];
  const active = env.VIRTUAL_ENV
    ? [join(env.VIRTUAL_ENV, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')]
    : [];
  return [...active, ...onPath];
}

/**
 * Runs a command with its output on our stderr, where progress belongs. Resolves when it has ended, with
 * its exit code (null when a signal ended it) and what it wrote to stderr; rejects when it could not be
 * started, or was stopped by `options.signal`, with everything it had started.
 */
function run(command, args, { signal, killSignal = 'SIGTERM', ...options } = {}) {
  // A process group of its own can be stopped as a whole; Windows has none.
  const detached = process.platform !== 'win32';
  return new Promise((done, fail) => {
    signal?.throwIfAborted();
    // Its stdout stays a terminal when ours is one: that is how pip decides to draw a progress bar.
    const child = childProcess().spawn(command, args, {
      stdio: ['ignore', 2, 'pipe'],
      detached,
      ...options,
    });
    let errors = '';
    let failure;
    const stop = () => {
      failure = signal.reason;
      try {
        if (detached) process.kill(-child.pid, killSignal);
        else child.kill(killSignal);
      } catch {
        // It ended just now.
      }
    };
    child.on('error', (error) => fail(cannotStart(command, error)));
    // Without a process, there may be no pipe either.
    if (child.pid === undefined) return;
    signal?.addEventListener('abort', stop, { once: true });
    child.stderr.on('data', (data) => {
      errors += data;
      process.stderr.write(data);
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      if (failure) fail(failure);
      else done({ code, errors });
    });
  });
}

/** The first of several commands that runs, in its own words; null when none does. */
function firstVersion(commands) {
  for (const command of commands) {
    const line = firstLine(command, ['--version']);
    // ninja prints its number only.
    if (line !== null) return /^[\d.]+$/.test(line) ? `${command} ${line}` : line;
  }
  return null;
}

/** The tools that building needs: what each says of itself, or null, and how to get it. */
function inspectTools() {
  const python = pythonCommands().find((command) => firstLine(command, ['--version']) !== null);
  const tools = [
    ['cmake', 'CMake', firstVersion(['cmake'])],
    ['python', 'Python', python ? firstLine(python, ['--version']) : null],
    ['pip', 'pip', python ? firstLine(python, ['-m', 'pip', '--version']) : null],
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

module.exports = {
  packageRoot,
  addonFile,
  addonStamp,
  toolError,
  unwritable,
  log,
  installCommand,
  inspectTools,
  firstLine,
  pythonCommands,
  run,
};
