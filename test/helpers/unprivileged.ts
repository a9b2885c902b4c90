import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './folders';

const image = join(packageRoot, 'dist/image/index.js');

/** A process to which file permissions apply: what its command line begins with, and its user where that changes. */
interface Unprivileged {
  prefix: readonly string[];
  owner?: string;
}

/**
 * Root passes over file permissions by two of its capabilities. Without them it still is the owner of a
 * private folder that the package may be in, which another user could not enter.
 */
const withoutCapabilities = ['inh-caps', 'bounding-set'].map(
  (set) => `--${set}=-dac_override,-dac_read_search`,
);

/** The ways to start such a process; which of them can read the package depends on who owns it. */
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

/** What the command line of a process begins with to which file permissions apply; `files` become its own. */
export function unprivileged(...files: readonly string[]): readonly string[] {
  const found = candidates().find((way) => canRead(way, join(packageRoot, 'package.json')));
  if (found === undefined)
    throw new Error('Expected setpriv, of util-linux, or a user other than root');
  if (found.owner !== undefined) spawnSync('chown', ['-R', found.owner, ...files]);
  return found.prefix;
}

/** What a script prints in such a process. */
export function asUnprivileged(script: string, ...files: readonly string[]): string {
  const node = [process.execPath, '-e', script];
  const [command, ...args] = [...unprivileged(...files), ...node] as [string, ...string[]];
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/**
 * What a call of the image API ends with in such a process.
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
