import { basename, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  benchmark,
  benchmarkSweep,
  recommend,
  type BenchmarkOptions,
  type BenchmarkResult,
  type Sweep,
  type Trial,
} from '../../benchmark';
import { averageLayers, formatCounters, formatReport } from '../../benchmark/report';
import type { Config } from '../../device/config-keys';
import { isVirtual, splitDevice } from '../../device/names';
import { errorOf } from '../../errors';
import { plainText, xmlText } from '../../base/escape-text';
import { makeFolder } from '../../base/folders';
import { writeAtomically } from '../../base/atomic-files';
import { parseInputs, parseShapes } from '../shared/input-syntax';
import type { Dimension } from '../../network';
import { precisionNames, precisionOf, type Precision } from '../../tensor/precision';
import { readRegular } from '../../base/regular-file';
import {
  declare,
  note,
  print,
  printJson,
  wholeNumber,
  type CommonOptions,
} from '../shared/command';
import { limitPixelsOption } from '../shared/limit-pixels';
import { describeMachine } from '../shared/machine';
import { checkOutputFile, checkOutputFolder, inputFiles } from '../shared/outputs';
import { htmlTable, writePage, type Plot } from '../shared/page';
import { interruptible, showProgress, type Progress } from '../shared/progress';
import { textTable } from '../shared/table';

/** benchmark_app's flags, which begin with one dash, and their long names. */
const flags: Readonly<Record<string, string>> = {
  '-hint': '--hint',
  '--perf_hint': '--hint',
  '-api': '--api',
  '--api_type': '--api',
  '-niter': '--niter',
  '--number_iterations': '--niter',
  '--time': '-t',
  '-nireq': '--nireq',
  '--number_infer_requests': '--nireq',
  '-nstreams': '--nstreams',
  '--number_streams': '--nstreams',
  '-nthreads': '--nthreads',
  '--number_threads': '--nthreads',
  '--batch_size': '-b',
  '-shape': '--shape',
  '-data_shape': '--data_shape',
  '-ip': '--input_precision',
  '-op': '--output_precision',
  '-infer_precision': '--infer_precision',
  '-report_type': '--report_type',
  '-report_folder': '--report_folder',
  '-pc': '--perf_counts',
  '-latency_percentile': '--latency_percentile',
  '-json_stats': '--json_stats',
  '-cdir': '--cache_dir',
  '-load_config': '--load_config',
  '-dump_config': '--dump_config',
  '--path_to_model': '-m',
  '--target_device': '-d',
  '--paths_to_input': '-i',
};

/** What the sweep spells otherwise. */
const hintNames: Readonly<Record<string, string>> = {
  tput: 'throughput',
  ctput: 'cumulative_throughput',
};

interface BenchmarkCommandOptions extends CommonOptions {
  model: string;
  device: string[];
  images?: string[];
  limitPixels?: number;
  hint?: string;
  api?: NonNullable<BenchmarkOptions['api']>;
  niter?: number;
  time?: number;
  nireq?: number;
  nstreams?: number;
  nthreads?: number;
  batch?: number;
  shape?: string;
  data_shape?: string;
  input_precision?: Precision;
  output_precision?: Precision;
  infer_precision?: string;
  report_type?: 'no_counters' | 'average_counters' | 'detailed_counters';
  report_folder: string;
  perf_counts?: boolean;
  latency_percentile: number;
  json_stats?: boolean;
  cache_dir?: string;
  load_config?: string;
  dump_config?: string;
  sweep?: string[];
  report?: string;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('a number above 0 is needed.');
  return value;
}

function precision(text: string): Precision {
  const value = precisionOf(text);
  if (!precisionNames.includes(value))
    throw new InvalidArgumentError(`one of u8, f32, f16, i32, i64, … is needed.`);
  return value;
}

/** "CPU,MULTI:GPU,CPU,AUTO" → CPU, MULTI:GPU,CPU and AUTO. */
export function splitDevices(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const devices: string[] = [];
    for (const part of text.split(',').map((item) => item.trim())) {
      const last = devices.at(-1);
      if (last?.includes(':') === true && !isVirtual(splitDevice(part).first))
        devices[devices.length - 1] = `${last},${part}`;
      else devices.push(part);
    }
    return devices;
  });
}

/** `iecore benchmark`: benchmark_app, and several settings side by side. */
export function benchmarkCommand(): Command {
  const command = declare('benchmark', "Measure a network's speed, with benchmark_app's flags", [
    ['iecore benchmark -m resnet18.xml -hint latency -t 10', 'one picture after the other'],
    ['iecore benchmark -m resnet18.xml -d CPU,AUTO,MULTI:CPU -t 5', 'devices side by side'],
    [
      'iecore benchmark -m resnet18.xml --sweep nireq=1,2,4 batch=1,8 -t 5 --report page.html',
      'every combination, a recommendation and a page',
    ],
    ['iecore benchmark -m resnet18.xml -i photos/ -pc -t 5', 'pictures, and time for each layer'],
  ])
    .requiredOption('-m, --model <file>', 'the network: .xml, .onnx, …')
    .option('-d, --device <names...>', 'devices to run on', ['CPU'])
    .option(
      '-i, --images <paths...>',
      'pictures: files, folders, patterns (default: random values)',
    )
    .addOption(limitPixelsOption())
    .addOption(
      new Option('--hint <name>', '-hint: what the device is to be good at').choices([
        ...['latency', 'throughput', 'tput', 'cumulative_throughput', 'ctput', 'none'],
      ]),
    )
    .addOption(
      new Option('--api <name>', '-api: one after the other, or many at once').choices([
        'sync',
        'async',
      ]),
    )
    .option('--niter <number>', '-niter: how many inferences', wholeNumber)
    .option(
      '-t, --time <seconds>',
      'for how long (default: 60, with several settings 10)',
      positive,
    )
    .option(
      '--nireq <number>',
      '-nireq: how many at once (default: what the device likes)',
      wholeNumber,
    )
    .option('--nstreams <number>', '-nstreams: streams of the device', wholeNumber)
    .option('--nthreads <number>', '-nthreads: threads of the CPU', wholeNumber)
    .option('-b, --batch <number>', 'batch', wholeNumber)
    .option('--shape <shapes>', '-shape: [1,3,224,224] or input1[1,3,224,224],input2[1,4]')
    .option('--data_shape <shapes>', '-data_shape: of the data, where shapes may vary')
    .option('--input_precision <type>', '-ip: of all inputs (default: u8 for pictures)', precision)
    .option('--output_precision <type>', '-op: of all outputs', precision)
    .option(
      '--infer_precision <type>',
      '-infer_precision: what the device computes in: f32, bf16, …',
    )
    .addOption(
      new Option(
        '--report_type <type>',
        '-report_type: what to write into the report folder',
      ).choices([...['no_counters', 'average_counters', 'detailed_counters']]),
    )
    .option('--report_folder <folder>', '-report_folder: where reports go', '.')
    .option('--perf_counts', '-pc: time for each layer')
    .option(
      '--latency_percentile <number>',
      '-latency_percentile: which one to tell',
      wholeNumber,
      50,
    )
    .option('--json_stats', '-json_stats: reports as JSON instead of CSV')
    .option('--cache_dir <folder>', '-cdir: keep the compiled network; measures a second start too')
    .option('--load_config <file>', '-load_config: settings for each device, JSON')
    .option('--dump_config <file>', '-dump_config: write the settings, JSON')
    .option(
      '--sweep <settings...>',
      'try values: nireq=1,2 nstreams=… nthreads=… batch=1,8 precision=f32,bf16 hint=… api=…',
    )
    .option('--report <file>', 'write a page (HTML) with plots');
  const parseOptions = command.parseOptions.bind(command);
  command.parseOptions = (args) => parseOptions(args.map((arg) => flags[arg] ?? arg));
  return command.action(run);
}

function shapesOf(text: string | undefined, flag: string): BenchmarkOptions['shape'] | undefined {
  if (text === undefined) return undefined;
  if (text.trim().startsWith('[')) {
    const shapes = parseShapes(text, flag);
    return (
      Array.isArray(shapes[0]) && !isRange(shapes) ? shapes[0] : shapes
    ) as readonly Dimension[];
  }
  return Object.fromEntries(
    parseInputs(text, flag).map(({ place, shape }) => {
      if (shape === undefined)
        throw errorOf('INVALID_ARGUMENT', `Expected name[shape] for ${flag}, received ${place}`);
      return [place, shape];
    }),
  );
}

/** A shape that begins with a range is no list of shapes. */
function isRange(shapes: readonly unknown[]): boolean {
  return shapes.some((item) => typeof item === 'number');
}

function sweepOf({ sweep = [] }: BenchmarkCommandOptions, devices: readonly string[]): Sweep {
  const pairs = sweep.map((text): readonly [string, (string | number)[]] => {
    const [name = '', values] = text.split(/=(.*)/s);
    if (values === undefined || values === '')
      throw errorOf('INVALID_ARGUMENT', `Expected name=value,value for --sweep, received ${text}`);
    const list = name === 'device' ? splitDevices([values]) : values.split(',');
    return [
      name,
      list.map((value) => {
        if (['hint', 'api', 'device', 'precision'].includes(name)) return hintNames[value] ?? value;
        return Number(value);
      }),
    ];
  });
  return { ...(devices.length > 1 && { device: devices }), ...Object.fromEntries(pairs) };
}

async function readConfigs(file: string): Promise<Record<string, Config>> {
  const text = (await readRegular(file, 'configuration file')).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, Config>;
  } catch {
    // Said below.
  }
  throw errorOf('INVALID_ARGUMENT', `Expected JSON such as {"CPU": {"NUM_STREAMS": 2}} in ${file}`);
}

function toBenchmarkOptions(
  options: BenchmarkCommandOptions,
  config: Config | undefined,
): BenchmarkOptions {
  const shape = shapesOf(options.shape, '-shape');
  const dataShape = shapesOf(options.data_shape, '-data_shape') as BenchmarkOptions['dataShape'];
  const hint = options.hint === undefined ? undefined : (hintNames[options.hint] ?? options.hint);
  const given = {
    hint,
    api: options.api,
    iterations: options.niter,
    seconds: options.time,
    requests: options.nireq,
    streams: options.nstreams,
    threads: options.nthreads,
    batch: options.batch,
    shape,
    dataShape,
    inputPrecision: options.input_precision,
    outputPrecision: options.output_precision,
    inferPrecision: options.infer_precision,
    images: options.images,
    limitPixels: options.limitPixels,
    percentile: options.latency_percentile,
    cacheDir: options.cache_dir,
    perfCounts: options.perf_counts ?? (options.report_type ?? 'no_counters') !== 'no_counters',
    config,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const info = (text: string): void => {
  print(`[ INFO ] ${plainText(text)}`);
};

function tellResult(result: BenchmarkResult): void {
  const { latency } = result;
  const number = (value: number): string => `${value.toFixed(2)} ms`;
  const middle =
    latency.percentile === latency.median
      ? `   Median:        ${number(latency.median)}`
      : `   ${'Percentile:'.padEnd(15)}${number(latency.percentile)}`;
  for (const line of [
    `Execution Devices:[${result.executionDevices.map((name) => `'${name}'`).join(', ')}]`,
    `Count:            ${result.iterations} iterations`,
    `Duration:         ${number(result.duration)}`,
    'Latency:',
    middle,
    `   Average:       ${number(latency.average)}`,
    `   Min:           ${number(latency.min)}`,
    `   Max:           ${number(latency.max)}`,
    `Throughput:   ${result.fps.toFixed(2)} FPS`,
  ])
    info(line);
}

function tellLayers(result: BenchmarkResult): void {
  const rows = averageLayers(result).map(({ name, status, type, exec, real, cpu }) => [
    name.length > 30 ? `${name.slice(0, 27)}...` : name,
    ...[status, type, exec, real.toFixed(3), cpu.toFixed(3)],
  ]);
  info('Performance counts, the mean of the requests');
  print(textTable(['layer', 'status', 'type', 'kernel', 'real ms', 'cpu ms'], rows, 4));
}

async function writeReports(
  options: BenchmarkCommandOptions,
  result: BenchmarkResult,
): Promise<void> {
  const { report_type: type, report_folder: folder, json_stats: json = false } = options;
  if (type === undefined) return;
  await makeFolder(folder);
  const ending = json ? 'json' : 'csv';
  const write = async (name: string, text: string): Promise<void> => {
    const file = join(folder, `${name}.${ending}`);
    await writeAtomically(file, text);
    if (options.json !== true) info(`Statistics report is stored to ${file}`);
  };
  const command = process.argv.slice(3).map((text) => [text, ''] as const);
  const limits = { iterations: options.niter, seconds: options.time };
  await write(
    'benchmark_report',
    formatReport(json, command, basename(options.model), result, limits),
  );
  if (type === 'average_counters')
    await write('benchmark_average_counters_report', formatCounters(json, false, result));
  if (type === 'detailed_counters')
    await write('benchmark_detailed_counters_report', formatCounters(json, true, result));
}

/** What a try was, in words. */
function nameOf(settings: Trial['settings']): string {
  return (
    Object.entries(settings)
      .map(([name, value]) => (name === 'device' ? String(value) : `${name}=${value}`))
      .join(' ') || 'as given'
  );
}

function tableOf(trials: readonly Trial[]): { head: string[]; rows: string[][] } {
  const hasStarts = trials.some(({ result }) => result?.starts !== undefined);
  const head = ['', 'requests', 'batch', 'precision', 'median', 'min', 'max', 'FPS'];
  head.push(...(hasStarts ? ['compiled', 'from cache', 'imported'] : ['load']));
  const whole = (time: number | undefined): string =>
    time === undefined ? '-' : `${time.toFixed(0)} ms`;
  const rows = trials.map(({ settings, result, error }) => {
    if (result === undefined) return [nameOf(settings), error?.message ?? ''];
    const { latency } = result;
    return [
      nameOf(settings),
      ...[result.requests, result.batch, result.inferPrecision].map(String),
      ...[latency.median, latency.min, latency.max].map((value) => `${value.toFixed(2)} ms`),
      result.fps.toFixed(2),
      ...(result.starts === undefined
        ? [whole(result.loadTime)]
        : [result.starts.compiled, result.starts.cached, result.starts.imported].map(whole)),
    ];
  });
  return { head, rows };
}

function recommendation(trials: readonly Trial[]): string[] {
  const { latency, throughput } = recommend(trials);
  return [
    ...(latency?.result
      ? [`For latency: ${nameOf(latency.settings)}, ${latency.result.latency.median.toFixed(2)} ms`]
      : []),
    ...(throughput?.result
      ? [`For throughput: ${nameOf(throughput.settings)}, ${throughput.result.fps.toFixed(2)} FPS`]
      : []),
  ];
}

function plotsOf(trials: readonly Trial[]): Plot[] {
  const measured = trials.flatMap(({ settings, result }) =>
    result === undefined ? [] : [{ name: nameOf(settings), result }],
  );
  const scatter: Plot = {
    title: 'Throughput against latency: up and to the left is better',
    config: {
      type: 'scatter',
      data: {
        datasets: measured.map(({ name, result }, i) => ({
          label: name,
          data: [{ x: result.latency.median, y: result.fps }],
          pointRadius: 6,
          backgroundColor: `hsl(${(i * 360) / measured.length} 65% 45%)`,
        })),
      },
      options: {
        scales: {
          x: { beginAtZero: true, title: { display: true, text: 'median latency, ms' } },
          y: { beginAtZero: true, title: { display: true, text: 'FPS' } },
        },
      },
    },
  };
  const { throughput } = recommend(trials);
  const layers = throughput?.result === undefined ? [] : averageLayers(throughput.result);
  const slowest = [...layers].sort((a, b) => b.real - a.real).slice(0, 20);
  if (slowest.length === 0) return [scatter];
  return [
    scatter,
    {
      title: 'Time of the slowest layers, in milliseconds',
      config: {
        type: 'bar',
        data: {
          labels: slowest.map(({ name }) => (name.length > 24 ? `…${name.slice(-23)}` : name)),
          datasets: [
            { label: 'ms', data: slowest.map(({ real }) => real), backgroundColor: '#0068b5' },
          ],
        },
        options: { indexAxis: 'y', plugins: { legend: { display: false } } },
      },
    },
  ];
}

async function writeHtml(file: string, model: string, trials: readonly Trial[]): Promise<void> {
  const { head, rows } = tableOf(trials);
  await writePage(file, {
    title: `Speed of ${basename(model)}`,
    body: [
      `<p>${recommendation(trials).map(xmlText).join('<br>')}</p>${htmlTable(head, rows)}`,
      `<footer>${describeMachine().map(xmlText).join('<br>')}</footer>`,
    ],
    plots: plotsOf(trials),
  });
}

/** Shows what is left on a bar. */
function pulse(progress: Progress): NonNullable<BenchmarkOptions['onProgress']> {
  return (part, left) => {
    progress.update(part, process.stderr.isTTY ? `${Math.ceil(left)} s left` : 'measuring');
  };
}

async function runOne(
  options: BenchmarkCommandOptions,
  settings: BenchmarkOptions,
): Promise<Trial[]> {
  const tells = options.json !== true;
  const progress = showProgress();
  if (tells) {
    print('[Step 1/11] Parsing and validating input arguments');
    info('Parsing input parameters');
  }
  const result = await interruptible((signal) =>
    benchmark(options.model, {
      ...settings,
      signal,
      onProgress: pulse(progress),
      ...(tells && {
        onStep: (number, title) => {
          progress.stop();
          print(`[Step ${number}/11] ${title}`);
        },
        onInfo: info,
        onWarning: (text) => {
          print(`[ WARNING ] ${plainText(text)}`);
        },
      }),
    }),
  ).finally(progress.stop);
  if (result.interrupted) note('Interrupted; this is what was measured until then.');
  if (result.iterations === 0)
    throw errorOf('CANCELLED', 'Interrupted before anything was measured');
  if (tells && options.perf_counts === true) tellLayers(result);
  await writeReports(options, result);
  if (tells) tellResult(result);
  return [{ settings: {}, result, error: undefined }];
}

async function runSeveral(
  options: BenchmarkCommandOptions,
  settings: BenchmarkOptions,
  sweep: Sweep,
): Promise<Trial[]> {
  const progress = showProgress();
  const limit = settings.iterations === undefined ? { seconds: settings.seconds ?? 10 } : {};
  const trials = await interruptible((signal) =>
    benchmarkSweep(
      options.model,
      sweep,
      { ...settings, ...limit, signal, onProgress: pulse(progress) },
      (tried, number, total) => {
        progress.stop();
        note(`${number} of ${total}: ${nameOf(tried)}`);
      },
    ),
  ).finally(progress.stop);
  if (trials.every(({ result }) => result === undefined)) {
    const [first] = trials;
    throw first?.error ?? errorOf('CANCELLED', 'Interrupted before anything was measured');
  }
  if (options.json === true) return trials;
  const { head, rows } = tableOf(trials);
  print(textTable(head, rows));
  for (const line of recommendation(trials)) print(line);
  return trials;
}

/** Looks at where everything is going to be written, before hours of measuring. */
async function checkOutputs(options: BenchmarkCommandOptions): Promise<void> {
  const inputs = await inputFiles(options.model, [options.load_config]);
  if (options.report_type !== undefined) await checkOutputFolder(options.report_folder);
  for (const file of [options.report, options.dump_config])
    if (file !== undefined) await checkOutputFile(file, inputs);
}

async function run(options: BenchmarkCommandOptions): Promise<void> {
  await checkOutputs(options);
  const devices = splitDevices(options.device);
  const sweep = sweepOf(options, devices);
  const [device = 'CPU'] = devices;
  const configs = options.load_config === undefined ? {} : await readConfigs(options.load_config);
  const settings = { ...toBenchmarkOptions(options, configs[device]), device };
  const several = Object.keys(sweep).length > 0;
  const trials = several
    ? await runSeveral(options, settings, sweep)
    : await runOne(options, settings);
  if (options.dump_config !== undefined) {
    const file = options.dump_config;
    const used = Object.fromEntries(
      trials.flatMap(({ result }) => (result ? [[result.device, result.config] as const] : [])),
    );
    await writeAtomically(file, `${JSON.stringify(used, null, 4)}\n`);
  }
  if (options.report !== undefined) await writeHtml(options.report, options.model, trials);
  if (options.json !== true) return;
  const values = trials.map(({ settings: tried, result, error }) => ({
    settings: tried,
    ...(result ?? { error: { code: error?.code, message: error?.message } }),
  }));
  printJson(several ? { trials: values, machine: describeMachine() } : values[0]);
}
