/** Reads and writes the files of `iecore benchmark` that benchmark_app has too: configurations and reports. */

import { basename, join } from 'node:path';
import type { BenchmarkResult, Trial } from '../../benchmark';
import { formatCounters, formatReport } from '../../benchmark/report';
import { makeFolder } from '../../base/folders';
import { writeAtomically } from '../../base/atomic-files';
import { readRegular } from '../../base/regular-file';
import type { Config } from '../../device/config-keys';
import { errorOf } from '../../errors';
import type { BenchmarkValues } from './options';
import { printInfo } from './print';

/** Reads the configuration of each device, by name. */
export async function readConfigs(file: string): Promise<Record<string, Config>> {
  const text = (await readRegular(file, 'configuration file')).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, Config>;
  } catch {
    // The error below also covers text that is not JSON.
  }
  throw errorOf('INVALID_ARGUMENT', `Expected JSON such as {"CPU": {"NUM_STREAMS": 2}} in ${file}`);
}

/** Writes the configuration that was used on each device. */
export async function writeConfigs(file: string, trials: readonly Trial[]): Promise<void> {
  const used = Object.fromEntries(
    trials.flatMap(({ result }) => (result ? [[result.device, result.config] as const] : [])),
  );
  await writeAtomically(file, `${JSON.stringify(used, null, 4)}\n`);
}

/** Writes the reports of `--report_type` into the report folder. */
export async function writeReports(
  options: BenchmarkValues,
  result: BenchmarkResult,
): Promise<void> {
  const { reportType, reportFolder, jsonStats, iterations, seconds } = options;
  if (reportType === undefined) return;
  await makeFolder(reportFolder);
  const write = async (name: string, text: string): Promise<void> => {
    const file = join(reportFolder, `${name}.${jsonStats ? 'json' : 'csv'}`);
    await writeAtomically(file, text);
    if (options.json !== true) printInfo(`Statistics report is stored to ${file}`);
  };
  const command = process.argv.slice(3).map((text) => [text, ''] as const);
  const limits = { iterations, seconds };
  await write(
    'benchmark_report',
    formatReport(jsonStats, command, basename(options.model), result, limits),
  );
  if (reportType === 'average_counters')
    await write('benchmark_average_counters_report', formatCounters(jsonStats, false, result));
  if (reportType === 'detailed_counters')
    await write('benchmark_detailed_counters_report', formatCounters(jsonStats, true, result));
}
