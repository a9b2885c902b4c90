import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of the package under test. */
export const packageRoot = join(__dirname, '../..');

/**
 * Makes temporary folders whose names contain characters that are special in globs, shells and encodings, and removes
 * them after the tests of the file.
 */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  return () => {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), "o'pen vinö-"));
    made.push(folder);
    return folder;
  };
}

/** Writes a file and the folders it is in. */
export function write(path: string, text = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Makes a FIFO, which waits for its other end when it is opened. */
export function makeFifo(path: string): string {
  execFileSync('mkfifo', [path]);
  return path;
}

/** Text as one word of a shell. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Writes a program for the shell. */
export function writeProgram(path: string, script: string): string {
  write(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/**
 * The environment without anything that leads to an OpenVINO or a Python, but for the addon under test;
 * `changes` come on top.
 */
export function bareEnvironment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/OPENVINO(?!_IECORE_ADDON$)|^VIRTUAL_ENV$|^(DY)?LD_LIBRARY_PATH$|^PYTHONPATH$/i.test(name))
      delete env[name];
  }
  return { ...env, ...changes };
}
