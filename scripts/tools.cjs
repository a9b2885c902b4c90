'use strict';
/** What setup, build and doctor share: where things are, running a tool, and how to install one. */
const { existsSync, readFileSync } = require('node:fs');
const { delimiter, isAbsolute, join, resolve } = require('node:path');

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

/**
 * Where tools run: a folder without Python modules. The working directory may hold anybody's files, and Python
 * imports from the folder it is started in.
 */
const neutralFolder = __dirname;

/** The entries of a list of folders that are absolute; an empty or relative one means the working directory. */
function absoluteFolders(list) {
  return list.split(delimiter).filter(isAbsolute);
}

/** Settings of pip and of its network that may be relative paths. */
const FILE_SETTINGS = [
  ...[
    'PIP_CONFIG_FILE',
    'PIP_CERT',
    'PIP_CLIENT_CERT',
    'PIP_FIND_LINKS',
    'PIP_CACHE_DIR',
    'PIP_LOG',
  ],
  ...['PIP_CONSTRAINT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];

/**
 * An environment in which no program and no Python module of the working directory is found, and where relative
 * paths among the settings of pip mean what they meant.
 */
function toolEnvironment(env = process.env) {
  const own = { ...env };
  // On Windows the name is Path.
  for (const name of Object.keys(own).filter((key) => /^(PYTHON)?PATH$/i.test(key))) {
    own[name] = absoluteFolders(own[name] ?? '').join(delimiter);
  }
  // Python takes an empty list for one entry that is empty.
  if (own.PYTHONPATH === '') delete own.PYTHONPATH;
  for (const name of FILE_SETTINGS) {
    if (own[name] && existsSync(own[name])) own[name] = resolve(own[name]);
  }
  return own;
}

/** Errors of a system that starts no program at all, whichever it is. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'];

/** The first line a command prints, or null when there is no such command or it fails. */
function firstLine(command, args, { env, ...options } = {}) {
  const { status, stdout, error } = childProcess().spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: neutralFolder,
    env: toolEnvironment(env),
    ...options,
  });
  if (EXHAUSTED.includes(error?.code)) throw cannotStart(command, error);
  return status === 0 ? stdout.trim().split('\n')[0].trim() : null;
}

/**
 * Runs a command with its output on our stderr, where progress belongs. Resolves when it has ended, with
 * its exit code (null when a signal ended it) and what it wrote to stderr; rejects when it could not be
 * started, or was stopped by `options.signal`, with everything it had started.
 */
function run(command, args, { signal, killSignal = 'SIGTERM', env, ...options } = {}) {
  // A process group of its own can be stopped as a whole; Windows has none.
  const detached = process.platform !== 'win32';
  return new Promise((done, fail) => {
    signal?.throwIfAborted();
    // Its stdout stays a terminal when ours is one: that is how pip decides to draw a progress bar.
    const child = childProcess().spawn(command, args, {
      stdio: ['ignore', 2, 'pipe'],
      detached,
      cwd: neutralFolder,
      env: toolEnvironment(env),
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

module.exports = {
  packageRoot,
  neutralFolder,
  addonFile,
  addonStamp,
  toolError,
  unwritable,
  log,
  installCommand,
  absoluteFolders,
  toolEnvironment,
  firstLine,
  run,
};
