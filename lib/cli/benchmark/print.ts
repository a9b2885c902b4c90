/** Prints the results of `iecore benchmark`, in the lines of benchmark_app or as a table of several settings. */

import type { BenchmarkResult, Trial } from '../../benchmark';
import { recommend } from '../../benchmark';
import { averageLayers } from '../../benchmark/report';
import { plainText } from '../../base/escape-text';
import { print } from '../shared/print';
import { textTable } from '../shared/table';

/** Prints a step of benchmark_app. */
export function printStep(number: number, title: string): void {
  print(`[Step ${number}/11] ${title}`);
}

/** Prints a line of information. */
export function printInfo(text: string): void {
  print(`[ INFO ] ${plainText(text)}`);
}

/** Prints a warning. */
export function printWarning(text: string): void {
  print(`[ WARNING ] ${plainText(text)}`);
}

/** Prints latency and throughput. */
export function printResult({
  executionDevices,
  iterations,
  duration,
  latency,
  fps,
}: BenchmarkResult): void {
  const time = (milliseconds: number): string => `${milliseconds.toFixed(2)} ms`;
  const middle =
    latency.percentile === latency.median
      ? `   Median:        ${time(latency.median)}`
      : `   ${'Percentile:'.padEnd(15)}${time(latency.percentile)}`;
  for (const line of [
    `Execution Devices:[${executionDevices.map((name) => `'${name}'`).join(', ')}]`,
    `Count:            ${iterations} iterations`,
    `Duration:         ${time(duration)}`,
    'Latency:',
    middle,
    `   Average:       ${time(latency.average)}`,
    `   Min:           ${time(latency.min)}`,
    `   Max:           ${time(latency.max)}`,
    `Throughput:   ${fps.toFixed(2)} FPS`,
  ])
    printInfo(line);
}

/** Prints the times of the layers. */
export function printLayers(result: BenchmarkResult): void {
  const rows = averageLayers(result).map(({ name, status, type, exec, real, cpu }) => [
    name.length > 30 ? `${name.slice(0, 27)}...` : name,
    ...[status, type, exec, real.toFixed(3), cpu.toFixed(3)],
  ]);
  printInfo('Performance counts, averaged over the requests');
  print(textTable(['layer', 'status', 'type', 'kernel', 'real ms', 'cpu ms'], rows, 4));
}

/** The settings of a measurement, on one line. */
export function nameOf(settings: Trial['settings']): string {
  return (
    Object.entries(settings)
      .map(([name, value]) => (name === 'device' ? String(value) : `${name}=${value}`))
      .join(' ') || 'as given'
  );
}

/** A table with a row for each measurement. Settings that cannot run have an error instead of figures. */
export function tableOf(trials: readonly Trial[]): { head: string[]; rows: string[][] } {
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

/** The best settings, one line for latency and one for throughput. */
export function recommendation(trials: readonly Trial[]): string[] {
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

/** Prints several measurements, and the best of them. */
export function printTrials(trials: readonly Trial[]): void {
  const { head, rows } = tableOf(trials);
  print(textTable(head, rows));
  for (const line of recommendation(trials)) print(line);
}
