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

/** How far some numbers lie from their median, as a part of it. */
function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / 2 / median(values);
}

/**
 * A row of a table: two subjects, each with one number a turn, or with one number.
 *
 * @param row.ours - what this package took
 * @param row.peer - what the other took
 * @param row.goal - of the ratio of ours to the peer's
 * @param row.why - why the goal is missed, where it is
 * @returns the same with medians, and `noise`: how much the ratio may differ by chance
 */
export function compare({ ours, peer, ...row }) {
  const noise = [ours, peer].reduce((sum, one) => sum + (Array.isArray(one) ? spread(one) : 0), 0);
  const middle = (one) => (Array.isArray(one) ? median(one) : one);
  return { ...row, ours: middle(ours), peer: middle(peer), noise };
}

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
