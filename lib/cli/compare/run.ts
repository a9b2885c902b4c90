import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { IECore } from '../../core';
import { plainText, xmlText } from '../../base/escape-text';
import { findImages } from '../../image';
import { thumbnail } from '../../image/thumbnail';
import {
  compareWithPyTorch,
  type ComparedSide,
  type ImageResult,
  type ModelOptions,
  type PyTorchComparison,
} from '../../pytorch';
import {
  declare,
  note,
  passOn,
  print,
  printJson,
  wholeNumber,
  type CommonOptions,
} from '../shared/command';
import { addModelOptions } from '../export/run';
import { describeMachine } from '../shared/machine';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { htmlTable, writePage, type Plot } from '../shared/page';
import {
  addPictureOptions,
  labelsOf,
  toAcceptOptions,
  type PictureOptions,
} from '../shared/images';
import { interruptible, showProgress } from '../shared/progress';
import { textTable } from '../shared/table';

interface CompareCommandOptions extends CommonOptions, PictureOptions, Omit<ModelOptions, 'model'> {
  model: string;
  pytorch: string;
  int8?: string;
  images: string[];
  labels?: string;
  threads?: number;
  rounds: number;
  batch: number[];
  python?: string;
  report?: string;
}

function batches(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.some((value) => !Number.isInteger(value) || value < 1))
    throw new InvalidArgumentError('whole numbers with commas between are needed: 1,8,16.');
  return values;
}

/** `iecore compare`: the same pictures through PyTorch and through OpenVINO. */
export function compareCommand(): Command {
  const command = declare(
    'compare',
    'Classify the same pictures by PyTorch and by OpenVINO, and compare time and classes',
    [
      [
        'iecore compare -m resnet18.xml --pytorch timm:resnet18 --weights mine.pth -i photos/',
        'FP32, BF16 where the processor has it, and INT8 if resnet18-int8.xml is there',
      ],
      [
        'iecore compare -m resnet18.xml --pytorch timm:resnet18 -i photos/ --report compare.html',
        'with a page: plots, pictures, the machine',
      ],
    ],
  )
    .requiredOption('-m, --model <file>', 'the network for OpenVINO: .xml, .onnx, …')
    .requiredOption(
      '--pytorch <source>',
      'the same model: timm:NAME, torchvision:NAME, FILE.pt or package.module:function',
    )
    .requiredOption('-i, --images <paths...>', 'files, folders or patterns')
    .option('--int8 <file>', 'the network in INT8 (default: MODEL-int8.xml if it is there)')
    .option('--labels <file>', 'names of the classes (default: MODEL.labels.txt if it is there)')
    .option('--threads <number>', 'threads on each side (default: all processors)', wholeNumber)
    .option('--rounds <number>', 'how often each picture is classified', wholeNumber, 5)
    .option('--batch <sizes>', 'batches to measure', batches, [1, 8, 16])
    .option('--report <file>', 'write a page (HTML) with plots, pictures and both labels');
  return addModelOptions(addPictureOptions(command)).action(run);
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(4)}s`;

function lineOf({ name, milliseconds, index }: ImageResult, labels: readonly string[]): string {
  const fps = (1000 / milliseconds).toFixed(1);
  return `  ${name.padEnd(14)} FPS : ${fps} | TIME : ${seconds(milliseconds)} | PREDICT : ${plainText(labels[index] ?? `class ${index}`)}`;
}

/** The table: a row a side. */
function tableOf({ sides, images }: PyTorchComparison): { head: string[]; rows: string[][] } {
  const sizes = Object.keys(sides[0]?.fps ?? {});
  const head = [
    ...['', 'total', 'median', 'p95', 'speed-up', 'top-1', 'difference'],
    ...sizes.map((size) => `FPS, batch ${size}`),
  ];
  const rows = sides.map((side) => [
    side.name,
    `${side.total.toFixed(1)} ms`,
    `${side.median.toFixed(2)} ms`,
    `${side.p95.toFixed(2)} ms`,
    `${side.speedup.toFixed(2)}x`,
    `${side.agreement} of ${images.length}`,
    side.difference === 0 ? '0' : side.difference.toExponential(1),
    ...sizes.map((size) => (side.fps[Number(size)] ?? NaN).toFixed(1)),
  ]);
  return { head, rows };
}

const colours = ['#888888', '#0068b5', '#e96115', '#1a9641'];

/** How the times are spread: for each part of them, the time below which it lies. */
function spreadPlot(sides: readonly ComparedSide[]): Plot {
  return {
    title: 'ms a picture: so many percent are faster',
    config: {
      type: 'line',
      data: {
        datasets: sides.map(({ name, times }, i) => ({
          label: name,
          data: [...times]
            .sort((a, b) => a - b)
            .map((time, at, all) => ({ x: (100 * (at + 0.5)) / all.length, y: time })),
          borderColor: colours[i],
          backgroundColor: colours[i],
          pointRadius: 0,
        })),
      },
      options: {
        scales: {
          x: { type: 'linear', min: 0, max: 100, title: { display: true, text: '%' } },
          y: { type: 'logarithmic', title: { display: true, text: 'ms' } },
        },
      },
    },
  };
}

function barPlot(
  title: string,
  sides: readonly ComparedSide[],
  unit: string,
  of: (side: ComparedSide) => number,
): Plot {
  return {
    title,
    config: {
      type: 'bar',
      data: {
        labels: sides.map(({ name }) => name),
        datasets: [
          { label: unit, data: sides.map(of), backgroundColor: colours.slice(0, sides.length) },
        ],
      },
      options: {
        plugins: { legend: { display: false } },
        scales: { y: { beginAtZero: true, title: { display: true, text: unit } } },
      },
    },
  };
}

function batchPlot(sides: readonly ComparedSide[]): Plot {
  const sizes = Object.keys(sides[0]?.fps ?? {});
  return {
    title: 'Pictures a second by batch',
    config: {
      type: 'bar',
      data: {
        labels: sizes.map((size) => `batch ${size}`),
        datasets: sides.map(({ name, fps }, i) => ({
          label: name,
          data: sizes.map((size) => fps[Number(size)] ?? null),
          backgroundColor: colours[i],
        })),
      },
      options: { scales: { y: { beginAtZero: true, title: { display: true, text: 'FPS' } } } },
    },
  };
}

async function writeReport(
  file: string,
  comparison: PyTorchComparison,
  labels: readonly string[],
  { model, pytorch }: CompareCommandOptions,
): Promise<void> {
  const { sides, images, threads } = comparison;
  const { head, rows } = tableOf(comparison);
  const cards = await Promise.all(
    images.map(async (image, i) => {
      const classes = sides.map(({ name, images: results }) => {
        const { index = -1, milliseconds = NaN } = results[i] ?? {};
        return `<li><b>${xmlText(name)}</b>: ${xmlText(labels[index] ?? `class ${index}`)}, ${milliseconds.toFixed(2)} ms</li>`;
      });
      return `<figure><img src="${await thumbnail(image)}" alt="${xmlText(basename(image))}"><figcaption>${xmlText(basename(image))}<ul>${classes.join('')}</ul></figcaption></figure>`;
    }),
  );
  const about = `${xmlText(pytorch)} in PyTorch ${xmlText(comparison.pytorch)} and ${xmlText(basename(model))} in OpenVINO, ${threads} ${threads === 1 ? 'thread' : 'threads'} on each side. Times are from pixels in memory to scores in memory, mean and scale included; the sides took turns.`;
  await writePage(file, {
    title: 'PyTorch and OpenVINO',
    body: [
      `<p>${about}</p>${htmlTable(head, rows)}`,
      `<main>${cards.join('\n')}</main>`,
      `<footer>${describeMachine().map(xmlText).join('<br>')}</footer>`,
    ],
    plots: [
      spreadPlot(sides),
      barPlot(
        'Times as fast as PyTorch, a picture at a time',
        sides,
        '×',
        ({ speedup }) => speedup,
      ),
      ...(Object.keys(sides[0]?.fps ?? {}).length > 1 ? [batchPlot(sides)] : []),
    ],
  });
}

async function run(options: CompareCommandOptions): Promise<void> {
  const { json, verbose, model, pytorch, batch, labels: labelFile, report, ...rest } = options;
  const { int8, images, threads, rounds, python, pretrained, weights, seed, trust } = rest;
  if (report !== undefined) {
    const files = [int8, labelFile, weights, pytorch, ...(await findImages(images))];
    await checkOutputFile(report, await inputFiles(model, files));
  }
  using network = await new IECore().readNetwork(model);
  const labels = await labelsOf(model, network, labelFile);
  const { reverseChannels, ...accept } = toAcceptOptions(options);
  if (reverseChannels !== undefined)
    note('--reverse-input-channels does nothing here: what mo recorded in the file counts');
  const progress = showProgress();
  const told = (message: string): void => {
    progress.stop();
    note(message);
  };
  const comparison = await interruptible((signal) =>
    compareWithPyTorch({
      ...{ network: model, model: pytorch, int8, images, threads, rounds, python },
      ...{ pretrained, weights, seed, trust, ...accept, signal },
      batches: batch,
      onPython: told,
      onSkipped: (message) => {
        told(`skipped: ${plainText(message)}`);
      },
      onProgress: progress.update,
      ...(json !== true && {
        onImage: (image: string, results: readonly ImageResult[]) => {
          progress.stop();
          print(
            [plainText(basename(image)), ...results.map((result) => lineOf(result, labels))].join(
              '\n',
            ),
          );
        },
      }),
      ...(verbose === true && { onOutput: passOn }),
    }),
  ).finally(progress.stop);
  if (report !== undefined) await writeReport(report, comparison, labels, options);
  if (json === true) return printJson({ ...comparison, machine: describeMachine() });
  const { head, rows } = tableOf(comparison);
  print(`\n${textTable(head, rows)}`);
  print(
    `${comparison.threads} threads on each side; from pixels in memory to scores in memory; PyTorch ${comparison.pytorch}`,
  );
}
