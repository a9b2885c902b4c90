/** The command `iecore benchmark`: benchmark_app, and several settings side by side. */

import type { Command } from 'commander';
import {
  benchmark,
  benchmarkSweep,
  type BenchmarkOptions,
  type Sweep,
  type Trial,
} from '../../benchmark';
import { errorOf } from '../../errors';
import { note, printJson } from '../shared/print';
import { declareCommand } from '../shared/command-options';
import { describeMachine } from '../shared/machine';
import { checkOutputFile, checkOutputFolder, inputFiles } from '../shared/outputs';
import { interruptible, showProgress, type Progress } from '../shared/progress';
import { readConfigs, writeConfigs, writeReports } from './files';
import {
  benchmarkFlags,
  splitDevices,
  sweepOf,
  toBenchmarkOptions,
  type BenchmarkValues,
} from './options';
import { writeTrialsPage } from './page';
import {
  nameOf,
  printInfo,
  printLayers,
  printResult,
  printStep,
  printTrials,
  printWarning,
} from './print';

/** Duration of each measurement of a sweep, in s, if none is given. */
const defaultSweepSeconds = 10;

/** Declares the command. */
export function benchmarkCommand(): Command {
  return declareCommand(
    {
      name: 'benchmark',
      description: 'Measure the speed of a network, with the flags of benchmark_app',
      examples: [
        ['iecore benchmark -m resnet18.xml -hint latency -t 10', 'one image after the other'],
        ['iecore benchmark -m resnet18.xml -d CPU,AUTO,MULTI:CPU -t 5', 'devices side by side'],
        [
          'iecore benchmark -m resnet18.xml --sweep nireq=1,2,4 batch=1,8 -t 5 --report page.html',
          'every combination, a recommendation and a page',
        ],
        [
          'iecore benchmark -m resnet18.xml -i photos/ -pc -t 5',
          'with images, and the time of each layer',
        ],
      ],
    },
    benchmarkFlags,
    run,
  );
}

/** Shows the remaining time. */
function onProgressOf(progress: Progress): NonNullable<BenchmarkOptions['onProgress']> {
  return (part, left) => {
    progress.update(part, process.stderr.isTTY ? `${Math.ceil(left)} s left` : 'measuring');
  };
}

async function runOne(options: BenchmarkValues, settings: BenchmarkOptions): Promise<Trial> {
  const prints = options.json !== true;
  const progress = showProgress();
  if (prints) {
    printStep(1, 'Parsing and validating input arguments');
    printInfo('Parsing input parameters');
  }
  const result = await interruptible((signal) =>
    benchmark(options.model, {
      ...settings,
      signal,
      onProgress: onProgressOf(progress),
      ...(prints && {
        onStep: (number, title) => {
          progress.stop();
          printStep(number, title);
        },
        onInfo: printInfo,
        onWarning: printWarning,
      }),
    }),
  ).finally(progress.stop);
  if (result.interrupted) note('Interrupted; the results cover the time until then.');
  if (result.iterations === 0) throw errorOf('CANCELLED', 'Interrupted before the first result');
  if (prints && options.perfCounts) printLayers(result);
  await writeReports(options, result);
  if (prints) printResult(result);
  return { settings: {}, result, error: undefined };
}

async function runSweep(
  options: BenchmarkValues,
  settings: BenchmarkOptions,
  sweep: Sweep,
): Promise<Trial[]> {
  const progress = showProgress();
  const { iterations, seconds = defaultSweepSeconds } = settings;
  const trials = await interruptible((signal) =>
    benchmarkSweep(
      options.model,
      sweep,
      {
        ...settings,
        ...(iterations === undefined && { seconds }),
        signal,
        onProgress: onProgressOf(progress),
      },
      (tried, number, total) => {
        progress.stop();
        note(`${number} of ${total}: ${nameOf(tried)}`);
      },
    ),
  ).finally(progress.stop);
  if (trials.every(({ result }) => result === undefined)) {
    const [first] = trials;
    throw first?.error ?? errorOf('CANCELLED', 'Interrupted before the first result');
  }
  if (options.json !== true) printTrials(trials);
  return trials;
}

/** Checks every output path before the measurement, which may take hours. */
async function checkOutputs(options: BenchmarkValues): Promise<void> {
  const inputs = await inputFiles(options.model, [options.loadConfig]);
  if (options.reportType !== undefined) await checkOutputFolder(options.reportFolder);
  for (const file of [options.report, options.dumpConfig])
    if (file !== undefined) await checkOutputFile(file, inputs);
}

function toJson({ settings, result, error }: Trial): object {
  return { settings, ...(result ?? { error: { code: error?.code, message: error?.message } }) };
}

async function run(options: BenchmarkValues): Promise<void> {
  await checkOutputs(options);
  const devices = splitDevices(options.device);
  const sweep = sweepOf(options, devices);
  const [device = 'CPU'] = devices;
  const configs = options.loadConfig === undefined ? {} : await readConfigs(options.loadConfig);
  const settings = toBenchmarkOptions(options, device, configs[device]);
  const hasSweep = Object.keys(sweep).length > 0;
  const trials = hasSweep
    ? await runSweep(options, settings, sweep)
    : [await runOne(options, settings)];
  if (options.dumpConfig !== undefined) await writeConfigs(options.dumpConfig, trials);
  if (options.report !== undefined) await writeTrialsPage(options.report, options.model, trials);
  if (options.json !== true) return;
  const values = trials.map(toJson);
  printJson(hasSweep ? { trials: values, machine: describeMachine() } : values[0]);
}
