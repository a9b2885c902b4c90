/** Formats results as benchmark_app's reports, in CSV or JSON. */

import { csvField } from '../base/escape-text';
import type { BenchmarkResult } from './result';

/** A section of benchmark_app's report: a title and its rows. */
type Section = readonly [title: string, rows: readonly (readonly [string, string])[]];

/** The times of a second start, which benchmark_app does not measure. */
function startRows({ starts }: BenchmarkResult): [string, string][] {
  return [
    ['load from cache time (ms)', starts?.cached] as const,
    ['import time (ms)', starts?.imported] as const,
  ].flatMap(([name, time]): [string, string][] =>
    time === undefined ? [] : [[name, time.toFixed(2)]],
  );
}

function sections(
  command: readonly (readonly [string, string])[],
  model: string,
  result: BenchmarkResult,
  limits: { iterations: number | undefined; seconds: number | undefined },
): Section[] {
  const { latency } = result;
  const number = (value: number): string => value.toFixed(2);
  return [
    ['Command line parameters', command],
    [
      'Configuration setup',
      [
        ['topology', model],
        ['target device', result.device],
        ['API', result.api],
        ['inference_only', 'True'],
        ['precision', result.inferPrecision || 'UNSPECIFIED'],
        ['batch size', String(result.batch)],
        ['number of iterations', String(limits.iterations ?? 'None')],
        ['number of parallel infer requests', String(result.requests)],
        ['duration (ms)', String(1000 * (limits.seconds ?? 0))],
      ],
    ],
    [
      'Execution results',
      [
        ['read model time (ms)', number(result.readTime)],
        ['compile model time (ms)', number(result.loadTime)],
        ...startRows(result),
        ['first inference time (ms)', number(result.firstInference)],
        ['total execution time (ms)', number(result.duration)],
        ['total number of iterations', String(result.iterations)],
        ['latency (ms)', number(latency.percentile)],
        ['avg latency', number(latency.average)],
        ['min latency', number(latency.min)],
        ['max latency', number(latency.max)],
        ['throughput', number(result.fps)],
      ],
    ],
  ];
}

const csvRow = (fields: readonly string[]): string => fields.map(csvField).join(';');

/** The report of a benchmark: CSV with semicolons, or JSON. */
export function formatReport(json: boolean, ...args: Parameters<typeof sections>): string {
  const all = sections(...args);
  if (!json)
    return all.map(([title, rows]) => [title, ...rows.map(csvRow), ''].join('\n')).join('\n');
  const names = ['cmd_options', 'configuration_setup', 'execution_results'];
  const value = Object.fromEntries(
    all.map(([, rows], i): [string, Record<string, string>] => [
      names[i] ?? '',
      Object.fromEntries(rows),
    ]),
  );
  return `${JSON.stringify(value, null, 4)}\n`;
}

/** A layer of a report; times are in ms. */
interface LayerRow {
  name: string;
  status: string;
  type: string;
  exec: string;
  real: number;
  cpu: number;
}

function rowsOf(layers: BenchmarkResult['layers'][number]): LayerRow[] {
  return Object.entries(layers).map(([name, layer]) => ({
    name,
    status: layer.status,
    type: layer.layerType,
    exec: layer.execType,
    real: layer.realTime / 1000,
    cpu: layer.cpuTime / 1000,
  }));
}

/** The layers, with the mean of their times over all requests. */
export function averageLayers(result: BenchmarkResult): LayerRow[] {
  const all = result.layers.map(rowsOf);
  return (all[0] ?? []).map((row, i) => {
    const mean = (of: (row: LayerRow) => number): number =>
      all.reduce((sum, rows) => sum + of(rows[i] ?? row), 0) / all.length;
    return { ...row, real: mean(({ real }) => real), cpu: mean(({ cpu }) => cpu) };
  });
}

/** The report of the layers' times: their mean, or with `detailed` the times in each request. */
export function formatCounters(json: boolean, detailed: boolean, result: BenchmarkResult): string {
  const tables = detailed ? result.layers.map(rowsOf) : [averageLayers(result)];
  const total = (rows: readonly LayerRow[], of: (row: LayerRow) => number): string =>
    rows.reduce((sum, row) => sum + of(row), 0).toFixed(3);
  if (json) {
    const parts = tables.map((rows) => ({
      nodes: rows.map(({ name, status, type, exec, real, cpu }) => ({
        name,
        node_type: type,
        status: `Status.${status}`,
        real_time: real.toFixed(3),
        cpu_time: cpu.toFixed(3),
        exec_type: exec,
      })),
      total_real_time: total(rows, ({ real }) => real),
      total_cpu_time: total(rows, ({ cpu }) => cpu),
    }));
    const value = detailed
      ? { report_type: 'detailed', detailed_performance: parts }
      : { report_type: 'average', avg_performance: parts[0] };
    return `${JSON.stringify(value, null, 4)}\n`;
  }
  return tables
    .map((rows) =>
      [
        'layerName;execStatus;layerType;execType;realTime (ms);cpuTime (ms)',
        ...rows.map(({ name, status, type, exec, real, cpu }) =>
          csvRow([name, status, type, exec, real.toFixed(3), cpu.toFixed(3)]),
        ),
        `Total;;;;${total(rows, ({ real }) => real)};${total(rows, ({ cpu }) => cpu)}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}
