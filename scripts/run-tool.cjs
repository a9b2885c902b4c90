'use strict';
/** Runs Python, pip, CMake and compilers so that they find nothing in the working directory. */
const { existsSync } = require('node:fs');
const { delimiter, isAbsolute, resolve } = require('node:path');
const { cannotStart } = require('./messages.cjs');

/** Loaded on first use: finding the runtime usually starts no program. */
const childProcess = () => require('node:child_process');

/**
 * The working directory of tools: a folder without Python modules. Python imports from the folder it is started in,
 * and the caller's working directory may contain untrusted files.
 */
const neutralFolder = __dirname;

/** The absolute entries of a path list. Empty and relative entries mean the working directory and are dropped. */
function absoluteFolders(list) {
  return list.split(delimiter).filter(isAbsolute);
}

/** Environment variables of pip and its network libraries whose value may be a relative path. */
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
 * Environment variables for tools: no program or Python module of the caller's working directory is found, and
 * relative paths in pip's settings become absolute, so that they keep their meaning.
 */
function toolEnvironment(env = process.env) {
  const own = { ...env };
  // On Windows the name is Path.
  for (const name of Object.keys(own).filter((key) => /^(PYTHON)?PATH$/i.test(key))) {
    own[name] = absoluteFolders(own[name] ?? '').join(delimiter);
  }
  // Python reads an empty PYTHONPATH as one empty entry: the working directory.
  if (own.PYTHONPATH === '') delete own.PYTHONPATH;
  for (const name of FILE_SETTINGS) {
    if (own[name] && existsSync(own[name])) own[name] = resolve(own[name]);
  }
  return own;
}

/** Error codes of a system that is out of resources and cannot start any program. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'];

/** The first line that a command prints; null if the command does not exist or fails. */
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
 * Runs a command with its output on this process's stderr, because stdout is for results. Resolves when the command
 * has ended, with its exit code (null if a signal ended it) and its stderr. Rejects if the command cannot be started,
 * or if `options.signal` fires: then the command and the processes it started are ended.
 */
function run(command, args, { signal, killSignal = 'SIGTERM', env, ...options } = {}) {
  // A separate process group can be ended as a whole; Windows has no process groups.
  const detached = process.platform !== 'win32';
  return new Promise((done, fail) => {
    signal?.throwIfAborted();
    // stdout is our stderr itself, not a pipe: pip draws a progress bar only on a terminal.
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
        // It has ended meanwhile.
      }
    };
    child.on('error', (error) => fail(cannotStart(command, error)));
    // Without a process there may be no pipe, and 'error' follows.
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

module.exports = { neutralFolder, absoluteFolders, toolEnvironment, firstLine, run };
