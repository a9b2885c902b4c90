/** Measuring side by side: every figure is a ratio of medians of turns taken in one run. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environments } from './places.mjs';

/** The middle of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One member of each of some records. */
export const column = (records, name) => records.map((record) => record[name]);

/**
 * Lets each subject have a turn, round after round, the first one of each round being another.
 *
 * @param {Record<string, () => Promise<unknown> | unknown>} subjects
 * @param {number} rounds
 * @returns for each subject, what its turns gave
 */
export async function byTurns(subjects, rounds) {
  const names = Object.keys(subjects);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round) % names.length];
      results[name].push(await subjects[name]());
    }
  }
  return results;
}

const usage = fileURLToPath(new URL('usage.py', import.meta.url));

/** Runs a command that prints one JSON object, and gives it. */
export function runJson(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Runs a command to its end; wall time in seconds and the most memory it had, in MB. */
export function runCommand(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(environments.quantize(), [usage, command, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}
