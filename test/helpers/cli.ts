import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bareEnvironment, packageRoot } from './folders';

/** Runs `iecore` of a package as a shell does, and returns its output. */
export function iecore(
  args: readonly string[],
  { root = packageRoot, env = {} }: { root?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/cli/iecore.js'), ...args],
    { cwd: '/', env: bareEnvironment(env), encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}
