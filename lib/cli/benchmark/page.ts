/** Writes the page of `iecore benchmark --report`: a table, a recommendation and plots. */

import { basename } from 'node:path';
import { recommend, type BenchmarkResult, type Trial } from '../../benchmark';
import { averageLayers } from '../../benchmark/report';
import { xmlText } from '../../base/escape-text';
import { describeMachine } from '../shared/machine';
import { htmlTable, writePage, type Plot } from '../shared/page';
import { nameOf, recommendation, tableOf } from './print';

function scatterOf(trials: readonly Trial[]): Plot {
  const measured = trials.flatMap(({ settings, result }) =>
    result === undefined ? [] : [{ name: nameOf(settings), result }],
  );
  return {
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
}

/** Plots the slowest layers; returns no plot without times of layers. */
function layerPlots(result: BenchmarkResult | undefined): Plot[] {
  const layers = result === undefined ? [] : averageLayers(result);
  const slowest = [...layers].sort((a, b) => b.real - a.real).slice(0, 20);
  if (slowest.length === 0) return [];
  return [
    {
      title: 'Time of the slowest layers, in ms',
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

/** Writes the page. It shows the layers of the measurement with the highest throughput. */
export async function writeTrialsPage(
  file: string,
  model: string,
  trials: readonly Trial[],
): Promise<void> {
  const { head, rows } = tableOf(trials);
  await writePage(file, {
    title: `Speed of ${basename(model)}`,
    body: [
      `<p>${recommendation(trials).map(xmlText).join('<br>')}</p>${htmlTable(head, rows)}`,
      `<footer>${describeMachine().map(xmlText).join('<br>')}</footer>`,
    ],
    plots: [scatterOf(trials), ...layerPlots(recommend(trials).throughput?.result)],
  });
}
