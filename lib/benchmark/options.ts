/** The table of the benchmark's options, and the settings that follow from them. */

import {
  boolean,
  callback,
  choice,
  defaultTo,
  integer,
  option,
  positiveNumber,
  readTable,
  signal,
  text,
  texts,
  type OptionRow,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';
import { invalid, isList, readList, readRecord } from '../base/check';
import type { Config } from '../device/config-keys';
import type { DeviceName } from '../device/names';
import { errorOf } from '../errors';
import type { Dimension } from '../tensor/reshape';
import { isPrecision, type Precision } from '../tensor/precision';

/** Hints by name, with the value of PERFORMANCE_HINT; `none` leaves it unset. */
export const hints = {
  latency: 'LATENCY',
  throughput: 'THROUGHPUT',
  cumulative_throughput: 'CUMULATIVE_THROUGHPUT',
  none: undefined,
} as const;

/** Ways to infer. */
export const apis = { sync: 'sync', async: 'async' } as const;

/** Default duration in s if neither a time nor a number of inferences is given, as in benchmark_app. */
export const defaultSeconds = 60;

/** Adds the name by which a sweep varies the option, which is benchmark_app's flag. */
function swept<const Name extends string, Row extends OptionRow<unknown>>(
  sweepName: Name,
  row: Row,
): Row & { readonly sweepName: Name } {
  return { ...row, sweepName };
}

/** Adds the configuration key that sets an option on a device. */
function configured<Row extends OptionRow<unknown>>(
  configKey: string,
  row: Row,
): Row & { readonly configKey: string } {
  return { ...row, configKey };
}

function precision(): OptionRow<Precision> {
  const expected = 'a precision such as U8, FP32 or I64';
  return option(expected, (value, name) => {
    if (!isPrecision(value)) throw invalid(name, expected, value);
    return value;
  });
}

/** One shape, or a record of shapes by input; the network checks the dimensions. */
function shapes<Dim>(): OptionRow<Readonly<Record<string, readonly Dim[]>> | readonly Dim[]> {
  const one = 'a list of dimensions';
  const expected = `${one}, or a record of such lists by input`;
  const readShape = (shape: unknown, name: string): readonly Dim[] =>
    readList(shape, name, one, (dim) => dim as Dim);
  return option(expected, (value, name) => {
    if (isList(value)) return readShape(value, name);
    const entries = Object.entries(readRecord(value, name, expected));
    return Object.fromEntries(
      entries.map(([key, shape]) => [key, readShape(shape, `${name}.${key}`)]),
    );
  });
}

/** The options of a measurement. */
export const benchmarkOptions = {
  /** The device to measure on. Default: `CPU`. */
  device: swept('device', defaultTo(text<DeviceName>(), 'CPU')),
  /** The performance hint for the device. Default: `throughput`; with `api: 'sync'` `latency`. */
  hint: swept('hint', choice(hints)),
  /**
   * `sync` runs one inference after the other; `async` runs one on each request at the same time.
   * Default: `sync` with the hint `latency`, else `async`.
   */
  api: swept('api', choice(apis)),
  /** The number of inferences, rounded up to a multiple of the requests. Default: no limit but `seconds`. */
  iterations: integer(1),
  /** The duration, in s. Default: 60, or unlimited if `iterations` is given. */
  seconds: positiveNumber(),
  /** The number of requests, which run in parallel. Default: the device's optimal number; with `sync` 1. */
  requests: swept('nireq', integer(1)),
  /** The number of streams on the device. Default: the device's choice. */
  streams: swept('nstreams', configured('NUM_STREAMS', integer(1))),
  /** The number of threads of the CPU. Default: the device's choice. */
  threads: swept('nthreads', configured('INFERENCE_NUM_THREADS', integer(1))),
  /** The batch size. Default: the network's. */
  batch: swept('batch', integer(1)),
  /** The shapes of inputs by name, or the shape of the only input. Default: the network's. */
  shape: shapes<Dimension>(),
  /** The shapes of the input data, for networks with dynamic shapes. Default: the network's. */
  dataShape: shapes<number>(),
  /** The precision of all inputs. Default: `U8` for images, else the network's. */
  inputPrecision: precision(),
  /** The precision of all outputs. Default: the network's. */
  outputPrecision: precision(),
  /** The type that the device computes in: `f32`, `bf16`, `f16`. Default: the device's choice. */
  inferPrecision: swept('precision', configured('INFERENCE_PRECISION_HINT', text())),
  /** Images for the inputs that take images: files, folders, globs. Default: random values. */
  images: texts(),
  /** Maximum number of pixels of an image. Default: the number that its format decodes in 250 MB. */
  limitPixels: integer(1),
  /** Whether to measure each layer too. Default: false. */
  perfCounts: defaultTo(boolean(), false),
  /** The percentile that is reported as `latency.percentile`, from 1 to 100. Default: 50, the median. */
  percentile: defaultTo(integer(1, 100), 50),
  /** The folder in which to keep the compiled network; a second start is measured too. Default: none. */
  cacheDir: text(),
  /** More configuration for the device; it overrides that of other options. Default: none. */
  config: option<Config>(
    'a record of configuration keys',
    (value, name) => readRecord(value, name, 'a record of configuration keys') as Config,
  ),
  /** Called at the start of each of the eleven steps. */
  onStep: callback<(number: number, title: string) => void>(),
  /** Called with each line of information. */
  onInfo: callback<(text: string) => void>(),
  /** Called with each warning. */
  onWarning: callback<(text: string) => void>(),
  /** Called while measuring, with the completed fraction, from 0 to 1, and the remaining time in s. */
  onProgress: callback<(part: number, secondsLeft: number) => void>(),
  /** Ends the measurement; the result covers the inferences until then. */
  signal: signal(),
} satisfies OptionTable;

/** The names under which a sweep varies the options of a table. */
export type SweepNamesOf<T> = {
  [K in keyof T]: T[K] extends { readonly sweepName: infer Name } ? Name : never;
}[keyof T];

/** Options of a benchmark. Names and defaults are those of OpenVINO's benchmark_app. */
export interface BenchmarkOptions extends OptionsOf<typeof benchmarkOptions> {}

/** The options with their defaults, including defaults that depend on other options. */
export type BenchmarkSettings = SettingsOf<typeof benchmarkOptions> &
  Record<'hint', keyof typeof hints> &
  Record<'api', keyof typeof apis>;

/** Checks the options, and chooses `hint` and `api` if they are not given. */
export function settingsOf(options: BenchmarkOptions): BenchmarkSettings {
  const given = readTable(benchmarkOptions, options);
  const hint = given.hint ?? (given.api === 'sync' ? 'latency' : 'throughput');
  const api = given.api ?? (hint === 'latency' ? 'sync' : 'async');
  if (api === 'sync' && (given.requests ?? 1) > 1) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected 1 request with api sync, which runs one inference after the other, received ${given.requests}`,
    );
  }
  return { ...given, hint, api };
}
