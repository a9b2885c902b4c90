/** Sweeps: the same benchmark with every combination of some settings, and the best of them. */

import { hasFired } from '../base/abortable';
import { invalid, reading, readList, readOptions, readRecord } from '../base/check';
import { isOwnError, type OpenVINOError } from '../errors';
import { benchmark } from './benchmark';
import { benchmarkOptions, type BenchmarkOptions, type SweepNamesOf } from './options';
import type { BenchmarkResult } from './result';

/** The options that a sweep can vary, by the names of benchmark_app's flags: `nireq`, `nstreams`, `batch`, … */
export type SweepName = SweepNamesOf<typeof benchmarkOptions>;

/** The options by their names in a sweep. */
export const sweptOptions = Object.fromEntries(
  Object.entries(benchmarkOptions).flatMap(([name, row]) =>
    'sweepName' in row ? [[row.sweepName, name]] : [],
  ),
) as Readonly<Record<SweepName, keyof BenchmarkOptions>>;

/** The values to measure with. */
export type Sweep = Partial<Record<SweepName, readonly (string | number)[]>>;

/** One measurement of a sweep. */
export interface Trial {
  /** The combination of values that it ran with. */
  settings: Partial<Record<SweepName, string | number>>;
  /** The result; undefined if the settings cannot run. */
  result: BenchmarkResult | undefined;
  /** Why the settings cannot run; undefined if there is a result. */
  error: OpenVINOError | undefined;
}

/** Maximum number of combinations; more are probably a mistake. */
const most = 65536;

function checkValue(value: unknown, name: string): string | number {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw invalid(name, 'a number or a string', value);
  return value;
}

/** Returns every combination of the values; the last name changes fastest. */
export function combinations(sweep: Sweep): Trial['settings'][] {
  let all: Trial['settings'][] = [{}];
  const given = readRecord(sweep, 'sweep', 'a record of lists of values');
  for (const [name, list] of Object.entries(given)) {
    if (!Object.hasOwn(sweptOptions, name))
      throw invalid('sweep', `names out of ${Object.keys(sweptOptions).join(', ')}`, name);
    const values = readList(list, `sweep.${name}`, 'a list of values', checkValue);
    if (values.length === 0) throw invalid(`sweep.${name}`, 'a list of values', list);
    if (all.length * values.length > most)
      throw invalid('sweep', `at most ${most} combinations`, sweep);
    all = all.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })));
  }
  return all;
}

/**
 * Measures every combination of some settings, one after the other. Combinations that cannot run on this machine
 * are returned with their error. A signal ends the running measurement and the sweep.
 *
 * @param model - path of a model; it is read again for each measurement
 * @param sweep - the values of each setting
 * @param options - the options that all measurements share
 * @param onTrial - called before each measurement
 * @example
 * ```ts
 * const trials = await benchmarkSweep('net.xml', { nireq: [1, 2], batch: [1, 8] }, { seconds: 5 });
 * console.log(recommend(trials).throughput);
 * ```
 */
export async function benchmarkSweep(
  model: string,
  sweep: Sweep,
  options: BenchmarkOptions,
  onTrial?: (settings: Trial['settings'], number: number, total: number) => void,
): Promise<Trial[]> {
  const all = combinations(sweep);
  options = readOptions(options, 'options', Object.keys(benchmarkOptions));
  if (onTrial !== undefined && typeof onTrial !== 'function')
    throw invalid('onTrial', 'a function', onTrial);
  const trials: Trial[] = [];
  for (const [i, settings] of all.entries()) {
    if (hasFired(options.signal)) break;
    onTrial?.(settings, i + 1, all.length);
    const own = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [sweptOptions[name as SweepName], value]),
    );
    try {
      const result = await benchmark(model, { ...options, ...own });
      // A measurement that was interrupted before its first inference has no result.
      if (result.iterations > 0) trials.push({ settings, result, error: undefined });
    } catch (error) {
      if (!isOwnError(error)) throw error;
      trials.push({ settings, result: undefined, error });
    }
  }
  return trials;
}

/** The best measurements of a sweep. */
export interface Recommendation {
  /** The one with the shortest median latency; undefined if none could run. */
  latency: Trial | undefined;
  /** The one with the highest throughput; undefined if none could run. */
  throughput: Trial | undefined;
}

/** Finds the best measurements of a sweep: for latency, and for throughput. */
export function recommend(trials: readonly Trial[]): Recommendation {
  const list = readList(
    trials,
    'trials',
    'the result of benchmarkSweep()',
    (trial) => trial as Trial,
  );
  const best = (score: (result: BenchmarkResult) => number): Trial | undefined =>
    reading('trials', () =>
      list.reduce<Trial | undefined>((top, trial) => {
        if (trial.result === undefined) return top;
        return top?.result === undefined || score(trial.result) > score(top.result) ? trial : top;
      }, undefined),
    );
  return {
    latency: best(({ latency }) => -latency.median),
    throughput: best(({ fps }) => fps),
  };
}
