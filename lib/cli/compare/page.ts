/** Writes the page of `iecore compare --report`: a table, plots, and the images with their classes. */

import { basename } from 'node:path';
import { xmlText } from '../../base/escape-text';
import { thumbnail } from '../../image/thumbnail';
import type { ComparedSide, PyTorchComparison } from '../../pytorch';
import { describeMachine } from '../shared/machine';
import { htmlTable, writePage, type Plot } from '../shared/page';
import type { CompareValues } from './options';
import { classText, sideTable } from './print';

/** Colors of the sides in the plots. */
const colors = ['#888888', '#0068b5', '#e96115', '#1a9641'];

/** Plots the times of each side over their percentiles. */
function timePlot(sides: readonly ComparedSide[]): Plot {
  return {
    title: 'Time per image by percentile, in ms',
    config: {
      type: 'line',
      data: {
        datasets: sides.map(({ name, times }, i) => ({
          label: name,
          data: [...times]
            .sort((a, b) => a - b)
            .map((time, at, all) => ({ x: (100 * (at + 0.5)) / all.length, y: time })),
          borderColor: colors[i],
          backgroundColor: colors[i],
          pointRadius: 0,
        })),
      },
      options: {
        scales: {
          x: { type: 'linear', min: 0, max: 100, title: { display: true, text: 'percentile' } },
          y: { type: 'logarithmic', title: { display: true, text: 'ms' } },
        },
      },
    },
  };
}

function speedupPlot(sides: readonly ComparedSide[]): Plot {
  const label = '×';
  return {
    title: 'Speed-up over PyTorch for single images',
    config: {
      type: 'bar',
      data: {
        labels: sides.map(({ name }) => name),
        datasets: [
          {
            label,
            data: sides.map(({ speedup }) => speedup),
            backgroundColor: colors.slice(0, sides.length),
          },
        ],
      },
      options: {
        plugins: { legend: { display: false } },
        scales: { y: { beginAtZero: true, title: { display: true, text: label } } },
      },
    },
  };
}

/** Plots the throughput by batch size; no plot if only single images were measured. */
function batchPlots(sides: readonly ComparedSide[]): Plot[] {
  const sizes = Object.keys(sides[0]?.fps ?? {});
  if (sizes.length < 2) return [];
  return [
    {
      title: 'Images per second by batch size',
      config: {
        type: 'bar',
        data: {
          labels: sizes.map((size) => `batch ${size}`),
          datasets: sides.map(({ name, fps }, i) => ({
            label: name,
            data: sizes.map((size) => fps[Number(size)] ?? null),
            backgroundColor: colors[i],
          })),
        },
        options: { scales: { y: { beginAtZero: true, title: { display: true, text: 'FPS' } } } },
      },
    },
  ];
}

/** An image as an HTML figure, with the class and the time of each side. */
async function figure(
  image: string,
  at: number,
  sides: readonly ComparedSide[],
  labels: readonly string[],
): Promise<string> {
  const name = xmlText(basename(image));
  const results = sides.map((side) => {
    const { index = -1, milliseconds = NaN } = side.images[at] ?? {};
    return `<li><b>${xmlText(side.name)}</b>: ${xmlText(classText(labels, index))}, ${milliseconds.toFixed(2)} ms</li>`;
  });
  return `<figure><img src="${await thumbnail(image)}" alt="${name}"><figcaption>${name}<ul>${results.join('')}</ul></figcaption></figure>`;
}

/** Writes the page. */
export async function writeComparisonPage(
  file: string,
  comparison: PyTorchComparison,
  labels: readonly string[],
  { network, model }: CompareValues,
): Promise<void> {
  const { sides, images, threads, pytorch } = comparison;
  const { head, rows } = sideTable(comparison);
  const figures = await Promise.all(images.map((image, at) => figure(image, at, sides, labels)));
  const about = `${xmlText(model)} in PyTorch ${xmlText(pytorch)} and ${xmlText(basename(network))} in OpenVINO, with ${threads} ${threads === 1 ? 'thread' : 'threads'} on each side. Times are from pixels in memory to scores in memory, mean and scale included. The sides were measured alternately.`;
  await writePage(file, {
    title: 'PyTorch and OpenVINO',
    body: [
      `<p>${about}</p>${htmlTable(head, rows)}`,
      `<main>${figures.join('\n')}</main>`,
      `<footer>${describeMachine().map(xmlText).join('<br>')}</footer>`,
    ],
    plots: [timePlot(sides), speedupPlot(sides), ...batchPlots(sides)],
  });
}
