/** Measures subjects in alternating rounds of one run, and compares their medians. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environments } from './places.mjs';

/** The median of a list of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The values of one property in a list of objects. */
export const column = (records, name) => records.map((record) => record[name]);

/** Half the range of the values, as a fraction of their median. */
function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / 2 / median(values);
}

/**
 * Makes a row of a table from the measurements of two subjects.
 *
 * @param row.ours - values of this package: one per round, or a single number
 * @param row.peer - values of the peer: one per round, or a single number
 * @param row.goal - bound for the ratio `ours / peer`; `row.better` says in which direction
 * @param row.why - explanation that the page prints if the goal is missed
 * @returns the row with medians, and `noise`: the part of the ratio that may be chance
 */
export function compare({ ours, peer, ...row }) {
  const noise = [ours, peer].reduce((sum, one) => sum + (Array.isArray(one) ? spread(one) : 0), 0);
  const middle = (one) => (Array.isArray(one) ? median(one) : one);
  return { ...row, ours: middle(ours), peer: middle(peer), noise };
}

/**
 * Runs every subject once per round; each round starts with another subject, so that none has a fixed place.
 *
 * @param {Record<string, () => Promise<unknown> | unknown>} subjects
 * @param {number} rounds
 * @returns for each subject, its results in the order of the rounds
 */
export async function alternate(subjects, rounds) {
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

/** Runs a command that prints one JSON object, and returns that object. */
export function runJson(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Runs a command; returns its output, its wall time in seconds and its peak memory in MB. */
export function runCommand(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(environments.quantize(), [usage, command, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}
