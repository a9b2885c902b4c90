import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './folders';

const image = join(packageRoot, 'dist/image/index.js');

/** A way to start a process to which file permissions apply: the beginning of its command line, and its user if that changes. */
interface Unprivileged {
  prefix: readonly string[];
  owner?: string;
}

/**
 * Root ignores file permissions because of two capabilities. Without them it is still the owner of a private folder that
 * may contain the package, which another user could not enter.
 */
const withoutCapabilities = ['inh-caps', 'bounding-set'].map(
  (set) => `--${set}=-dac_override,-dac_read_search`,
);

/** The ways to start such a process; the owner of the package decides which of them can read it. */
function candidates(): Unprivileged[] {
  if (process.geteuid?.() !== 0) return [{ prefix: [] }];
  const { uid, gid } = statSync(packageRoot);
  return [
    { prefix: ['setpriv', ...withoutCapabilities] },
    {
      prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
      owner: `${uid}:${gid}`,
    },
  ];
}

function canRead({ prefix }: Unprivileged, file: string): boolean {
  const read = ['-e', 'fs.readFileSync(process.argv[1])', file];
  const [command, ...args] = [...prefix, process.execPath, ...read] as [string, ...string[]];
  return spawnSync(command, args).status === 0;
}

/** The beginning of a command line whose process is subject to file permissions; it becomes the owner of `files`. */
export function unprivileged(...files: readonly string[]): readonly string[] {
  const found = candidates().find((way) => canRead(way, join(packageRoot, 'package.json')));
  if (found === undefined)
    throw new Error('Expected setpriv, of util-linux, or a user other than root');
  if (found.owner !== undefined) spawnSync('chown', ['-R', found.owner, ...files]);
  return found.prefix;
}

/** Runs a script in such a process and returns its output. */
export function asUnprivileged(script: string, ...files: readonly string[]): string {
  const node = [process.execPath, '-e', script];
  const [command, ...args] = [...unprivileged(...files), ...node] as [string, ...string[]];
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/**
 * Runs a call of the image API in such a process and returns its outcome.
 *
 * @param call - an expression over `image`, the built module
 */
export function failsUnprivileged(
  call: string,
  ...files: readonly string[]
): { code?: string; message?: string } {
  const text = asUnprivileged(
    `const image = require(${JSON.stringify(image)});
    ${call}.then(() => ({}), ({ code, message }) => ({ code, message })).then((end) => console.log(JSON.stringify(end)));`,
    ...files,
  );
  return JSON.parse(text) as { code?: string; message?: string };
}
