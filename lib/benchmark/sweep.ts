import { hasFired } from '../base/abortable';
import { invalid, reading, readList, readOptions, readRecord } from '../base/check';
import { isOwnError, type OpenVINOError } from '../errors';
import {
  benchmark,
  benchmarkOptionNames,
  type BenchmarkOptions,
  type BenchmarkResult,
} from './benchmark';

/** What can be tried in several values, with the option it stands for. */
const swept = {
  device: 'device',
  hint: 'hint',
  api: 'api',
  nireq: 'requests',
  nstreams: 'streams',
  nthreads: 'threads',
  batch: 'batch',
  precision: 'inferPrecision',
} as const satisfies Record<string, keyof BenchmarkOptions>;

/** Names of what can be tried in several values, as benchmark_app's flags spell them. */
export type SweepName = keyof typeof swept;

/** The values to try. */
export type Sweep = Partial<Record<SweepName, readonly (string | number)[]>>;

/** One of the tries. */
export interface Trial {
  /** What was set, by the sweep's names. */
  settings: Partial<Record<SweepName, string | number>>;
  /** What was measured; undefined where it cannot run. */
  result: BenchmarkResult | undefined;
  /** Why it cannot run. */
  error: OpenVINOError | undefined;
}

/** Nobody waits for more measurements. */
const most = 65536;

function checkValue(value: unknown, name: string): string | number {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw invalid(name, 'a number or a string', value);
  return value;
}

/** Every combination of the values, the last name changing fastest. */
export function combinations(sweep: Sweep): Trial['settings'][] {
  let all: Trial['settings'][] = [{}];
  const given = readRecord(sweep, 'sweep', 'a record of lists of values');
  for (const [name, list] of Object.entries(given)) {
    if (!Object.hasOwn(swept, name))
      throw invalid('sweep', `names out of ${Object.keys(swept).join(', ')}`, name);
    const values = readList(list, `sweep.${name}`, 'a list of values', checkValue);
    if (values.length === 0) throw invalid(`sweep.${name}`, 'a list of values', list);
    if (all.length * values.length > most)
      throw invalid('sweep', `at most ${most} combinations`, sweep);
    all = all.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })));
  }
  return all;
}

/**
 * Measures every combination of some settings, one after the other. What cannot run on this machine
 * is among the outcomes with its error; a signal ends it after the measurement at hand.
 *
 * @param model - path of a model; it is read anew for each
 * @param sweep - the values to try
 * @param options - what all of them share
 * @param onTrial - is told of each before it begins
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
  options = readOptions(options, 'options', benchmarkOptionNames);
  if (onTrial !== undefined && typeof onTrial !== 'function')
    throw invalid('onTrial', 'a function', onTrial);
  const trials: Trial[] = [];
  for (const [i, settings] of all.entries()) {
    if (hasFired(options.signal)) break;
    onTrial?.(settings, i + 1, all.length);
    const own = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [swept[name as SweepName], value]),
    );
    try {
      const result = await benchmark(model, { ...options, ...own });
      // Of an interrupted one that had not begun there is nothing to tell.
      if (result.iterations > 0) trials.push({ settings, result, error: undefined });
    } catch (error) {
      if (!isOwnError(error)) throw error;
      trials.push({ settings, result: undefined, error });
    }
  }
  return trials;
}

/** The best of some tries. */
export interface Recommendation {
  /** The one with the shortest median latency; undefined where none ran. */
  latency: Trial | undefined;
  /** The one with the highest throughput. */
  throughput: Trial | undefined;
}

/** The best of some tries, for each of two purposes. */
export function recommend(trials: readonly Trial[]): Recommendation {
  const list = readList(trials, 'trials', 'what benchmarkSweep() gave', (trial) => trial as Trial);
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
