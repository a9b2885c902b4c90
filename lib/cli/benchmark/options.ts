/** The flags of `iecore benchmark`, and their translation to options of the library. */

import { benchmarkOptions, type BenchmarkOptions } from '../../benchmark/options';
import { sweptOptions, type Sweep, type SweepName } from '../../benchmark/sweep';
import {
  boolean,
  choice,
  defaultTo,
  pickOptions,
  required,
  text,
  texts,
} from '../../base/option-table';
import type { Config } from '../../device/config-keys';
import { isVirtual, splitDevice } from '../../device/names';
import { invalid } from '../../base/check';
import { precisionOf } from '../../tensor/precision';
import type { CommandTable, CommandValues, FlagsFor } from '../shared/command-options';
import { parseInputs, parseShapes } from '../shared/input-syntax';
import { limitPixelsFlag } from '../shared/limit-pixels';

/** benchmark_app's short names of hints. */
const hintAliases: Readonly<Record<string, string>> = {
  tput: 'throughput',
  ctput: 'cumulative_throughput',
};

const hint = {
  ...benchmarkOptions.hint,
  choices: [...(benchmarkOptions.hint.choices ?? []), ...Object.keys(hintAliases)],
  fromText: (name: string) => hintAliases[name] ?? name,
};

const precision = {
  ...benchmarkOptions.inputPrecision,
  expected: 'one of u8, f32, f16, i32, i64, …',
  fromText: precisionOf,
};

/** `[1,3]` → the shape of the only input; `a[1,3],b[1]` → the shapes by input. */
function parseShape(shape: string, flag: string): unknown {
  if (shape.trim().startsWith('[')) {
    const [first, ...others] = parseShapes(shape, flag);
    if (others.length > 0) throw invalid(flag, 'one shape, or name[shape] for each input', shape);
    return first;
  }
  const inputs = parseInputs(shape, flag).map(({ place, shape: dims }) => {
    if (dims === undefined) throw invalid(flag, 'name[shape]', place);
    return [place, dims] as const;
  });
  return Object.fromEntries(inputs);
}

const shape = {
  ...benchmarkOptions.shape,
  fromText: (dims: string) => parseShape(dims, '-shape'),
};

const dataShape = {
  ...benchmarkOptions.dataShape,
  fromText: (dims: string) => parseShape(dims, '-data_shape'),
};

/** The detail of the layers' times in a report. */
const reportTypes = { no_counters: 0, average_counters: 1, detailed_counters: 2 } as const;

/** The options of `iecore benchmark`: flags and aliases of benchmark_app, and some additional ones. */
export const benchmarkFlags = {
  model: {
    flags: '-m, --model <file>',
    aliases: ['--path_to_model'],
    help: 'network: .xml, .onnx, …',
    takes: required(text()),
  },
  device: {
    flags: '-d, --device <names...>',
    aliases: ['--target_device'],
    help: 'devices to measure on',
    takes: defaultTo(texts(), [benchmarkOptions.device.default]),
  },
  images: {
    flags: '-i, --images <paths...>',
    aliases: ['--paths_to_input'],
    help: 'input images: files, folders, globs (default: random values)',
    takes: benchmarkOptions.images,
  },
  limitPixels: limitPixelsFlag,
  hint: {
    flags: '--hint <name>',
    aliases: ['-hint', '--perf_hint'],
    help: 'performance hint for the device',
    takes: hint,
  },
  api: {
    flags: '--api <name>',
    aliases: ['-api', '--api_type'],
    help: 'one inference after the other, or several at once',
    takes: benchmarkOptions.api,
  },
  iterations: {
    flags: '--niter <number>',
    aliases: ['-niter', '--number_iterations'],
    help: 'number of inferences',
    takes: benchmarkOptions.iterations,
  },
  seconds: {
    flags: '-t, --time <seconds>',
    help: 'duration in s (default: 60; for several settings 10 each)',
    takes: benchmarkOptions.seconds,
  },
  requests: {
    flags: '--nireq <number>',
    aliases: ['-nireq', '--number_infer_requests'],
    help: "number of requests (default: the device's optimum)",
    takes: benchmarkOptions.requests,
  },
  streams: {
    flags: '--nstreams <number>',
    aliases: ['-nstreams', '--number_streams'],
    help: 'number of streams on the device',
    takes: benchmarkOptions.streams,
  },
  threads: {
    flags: '--nthreads <number>',
    aliases: ['-nthreads', '--number_threads'],
    help: 'number of CPU threads',
    takes: benchmarkOptions.threads,
  },
  batch: {
    flags: '-b, --batch <number>',
    aliases: ['--batch_size'],
    help: 'batch size',
    takes: benchmarkOptions.batch,
  },
  shape: {
    flags: '--shape <shapes>',
    aliases: ['-shape'],
    help: 'shapes of inputs: [1,3,224,224] or input1[1,3,224,224],input2[1,4]',
    takes: shape,
  },
  dataShape: {
    flags: '--data_shape <shapes>',
    aliases: ['-data_shape'],
    help: 'shapes of input data, for dynamic shapes',
    takes: dataShape,
  },
  inputPrecision: {
    flags: '--input_precision <type>',
    aliases: ['-ip'],
    help: 'precision of all inputs (default: u8 for images)',
    takes: precision,
  },
  outputPrecision: {
    flags: '--output_precision <type>',
    aliases: ['-op'],
    help: 'precision of all outputs',
    takes: precision,
  },
  inferPrecision: {
    flags: '--infer_precision <type>',
    aliases: ['-infer_precision'],
    help: 'type that the device computes in: f32, bf16, …',
    takes: benchmarkOptions.inferPrecision,
  },
  reportType: {
    flags: '--report_type <type>',
    aliases: ['-report_type'],
    help: 'statistics to write into the report folder',
    takes: choice(reportTypes),
  },
  reportFolder: {
    flags: '--report_folder <folder>',
    aliases: ['-report_folder'],
    help: 'report folder',
    takes: defaultTo(text(), '.'),
  },
  perfCounts: {
    flags: '--perf_counts',
    aliases: ['-pc'],
    help: 'measure each layer',
    takes: benchmarkOptions.perfCounts,
  },
  percentile: {
    flags: '--latency_percentile <number>',
    aliases: ['-latency_percentile'],
    help: 'percentile of the latency to print',
    takes: benchmarkOptions.percentile,
  },
  jsonStats: {
    flags: '--json_stats',
    aliases: ['-json_stats'],
    help: 'write reports as JSON instead of CSV',
    takes: defaultTo(boolean(), false),
  },
  cacheDir: {
    flags: '--cache_dir <folder>',
    aliases: ['-cdir'],
    help: 'cache the compiled network; measure a second start too',
    takes: benchmarkOptions.cacheDir,
  },
  loadConfig: {
    flags: '--load_config <file>',
    aliases: ['-load_config'],
    help: 'read the configuration of each device (JSON)',
    takes: text(),
  },
  dumpConfig: {
    flags: '--dump_config <file>',
    aliases: ['-dump_config'],
    help: 'write the configuration that was used (JSON)',
    takes: text(),
  },
  sweep: {
    flags: '--sweep <settings...>',
    help: `measure every combination: nireq=1,2 batch=1,8 … (${Object.keys(sweptOptions).join(', ')})`,
    takes: texts(),
  },
  report: {
    flags: '--report <file>',
    help: 'write a page (HTML) with plots',
    takes: text(),
  },
} satisfies CommandTable & FlagsFor<BenchmarkOptions, 'config'>;

/** The values of the flags. */
export type BenchmarkValues = CommandValues<typeof benchmarkFlags>;

/** `CPU,MULTI:GPU,CPU,AUTO` → CPU, MULTI:GPU,CPU and AUTO. */
export function splitDevices(lists: readonly string[]): string[] {
  return lists.flatMap((list) => {
    const devices: string[] = [];
    for (const part of list.split(',').map((item) => item.trim())) {
      const last = devices.at(-1);
      if (last?.includes(':') === true && !isVirtual(splitDevice(part).first))
        devices[devices.length - 1] = `${last},${part}`;
      else devices.push(part);
    }
    return devices;
  });
}

/** The value of a swept setting; the text itself for an unknown setting, which the sweep refuses. */
function sweptValue(name: string, value: string): string | number {
  const flags: CommandTable = benchmarkFlags;
  const option = Object.hasOwn(sweptOptions, name) ? sweptOptions[name as SweepName] : '';
  const fromText = flags[option]?.takes.fromText;
  return fromText === undefined ? value : (fromText(value, undefined) as string | number);
}

/** The settings to vary: the settings of `--sweep`, and the devices if there are several. */
export function sweepOf({ sweep = [] }: BenchmarkValues, devices: readonly string[]): Sweep {
  const pairs = sweep.map((setting): readonly [string, (string | number)[]] => {
    const [name = '', values] = setting.split(/=(.*)/s);
    if (values === undefined || values === '')
      throw invalid('--sweep', 'name=value,value', setting);
    const list = name === 'device' ? splitDevices([values]) : values.split(',');
    return [name, list.map((value) => sweptValue(name, value))];
  });
  return { ...(devices.length > 1 && { device: devices }), ...Object.fromEntries(pairs) };
}

/** The options for the library; a `--report_type` with times of layers enables their measurement. */
export function toBenchmarkOptions(
  values: BenchmarkValues,
  device: string,
  config: Config | undefined,
): BenchmarkOptions {
  const { reportType = 'no_counters' } = values;
  return {
    ...pickOptions(benchmarkOptions, values),
    device,
    perfCounts: values.perfCounts || reportType !== 'no_counters',
    ...(config !== undefined && { config }),
  };
}
