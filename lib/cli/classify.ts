import { basename, join, parse } from 'node:path';
import { Option, type Command } from 'commander';
import { benchmarkSweep, type Trial } from '../benchmark';
import { IECore } from '../core';
import { errorOf } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import { makeFolder } from '../folders';
import {
  acceptImages,
  findImages,
  inferImages,
  probabilities,
  topK,
  type AcceptedImages,
} from '../image';
import { thumbnail, writeCaptioned } from '../image/picture';
import { packageRoot } from '../runtime';
import {
  declare,
  note,
  print,
  printJson,
  wholeNumber,
  written,
  type CommonOptions,
} from './command';
import { escapeHtml, writePage } from './page';
import { addPictureOptions, labelsOf, toAcceptOptions, type PictureOptions } from './pictures';
import { textTable } from './table';

const hints = ['throughput', 'latency'] as const;
type Hint = (typeof hints)[number];

interface ClassifyOptions extends CommonOptions, PictureOptions {
  model: string;
  device: string;
  images: string[];
  labels?: string;
  top: number;
  hint: Hint;
  batch: number | 'auto';
  profile?: boolean;
  save?: string;
  report?: string;
}

interface Class {
  index: number;
  label: string;
  probability: number;
}

type Result =
  | { image: string; milliseconds: number; top: Class[]; error?: undefined }
  | { image: string; error: { code: string; message: string } };

interface Summary {
  model: string;
  device: string;
  images: Result[];
  seconds: number;
  fps: number;
}

/** `iecore classify`: pictures in, classes out. */
export function classifyCommand(): Command {
  const command = declare('classify', 'Tell what is on pictures, with a network that classifies', [
    ['iecore classify', 'the photographs and the model that come with the package'],
    ['iecore classify -m net.xml -i photos/', 'a network and a folder of your own'],
    ['iecore classify -i cat.jpg "more/*.png" --top 5 --json', 'files and patterns; for programs'],
    [
      'iecore classify -m net.onnx --mean-values 123.7,116.3,103.5 --scale-values 58.4,57.1,57.4',
      'preprocessing in the graph',
    ],
    [
      'iecore classify -i photos/ --save labelled/ --report report.html',
      'labelled pictures and a page',
    ],
  ])
    .option(
      '-m, --model <file>',
      'the network: .xml, .onnx, …',
      join(packageRoot, 'models', 'efficientnet-lite0.xml'),
    )
    .option('-d, --device <name>', 'device to run on', 'CPU')
    .option('-i, --images <paths...>', 'files, folders or patterns', [
      join(packageRoot, 'models', 'photographs'),
    ])
    .option(
      '--labels <file>',
      'names of the classes, one a line (default: MODEL.labels.txt if it is there)',
    )
    .option('--top <number>', 'how many classes to tell for each picture', wholeNumber, 1)
    .addOption(
      new Option(
        '--hint <what>',
        'as many pictures a second as can be, or each as soon as can be: one at a time',
      )
        .choices(hints)
        .default('throughput'),
    )
    .option(
      '--batch <number>',
      'pictures an inference; auto tries 1, 8 and 16 for a moment and takes what suits',
      (text) => (text === 'auto' ? text : wholeNumber(text)),
      1,
    )
    .option('--profile', 'tell where the time went');
  return addPictureOptions(command)
    .option('--save <folder>', 'write the pictures there with their class on them')
    .option('--report <file>', 'write a page (HTML) with all pictures and classes')
    .action(classify);
}

function lineOf(milliseconds: number, top: readonly Class[]): string {
  const classes = top.map(({ label, probability }) =>
    top.length === 1 ? label : `${label} (${(100 * probability).toFixed(1)} %)`,
  );
  return `FPS : ${(1000 / milliseconds).toFixed(1)} | TIME : ${(milliseconds / 1000).toFixed(4)}s | PREDICT : ${classes.join(', ')}`;
}

function countOf(pictures: number): string {
  return `${pictures} ${pictures === 1 ? 'picture' : 'pictures'}`;
}

/** A picture with its class on it; the file's own format is kept where it is a common one. */
async function saveLabelled(folder: string, file: string, top: Class): Promise<void> {
  const known = ['.png', '.webp', '.jpg', '.jpeg'].includes(parse(file).ext.toLowerCase());
  const target = join(folder, known ? basename(file) : `${basename(file)}.png`);
  const caption = `${top.label} ${(100 * top.probability).toFixed(1)} %`;
  await written(target, writeCaptioned(file, target, caption));
}

async function writeReport(
  file: string,
  { model, device, images, seconds, fps }: Summary,
): Promise<void> {
  const cards = await Promise.all(
    images.map(async (result) => {
      if (result.error !== undefined)
        return `<figure><figcaption>${escapeHtml(result.image)}: ${escapeHtml(result.error.message)}</figcaption></figure>`;
      const bars = result.top.map(
        ({ label, probability }) =>
          `<li><meter min="0" max="1" value="${probability.toFixed(4)}"></meter> ${(100 * probability).toFixed(1)} % ${escapeHtml(label)}</li>`,
      );
      return `<figure><img src="${await thumbnail(result.image)}" alt="${escapeHtml(result.top[0]?.label ?? '')}"><figcaption>${escapeHtml(basename(result.image))}, ${result.milliseconds.toFixed(2)} ms<ul>${bars.join('')}</ul></figcaption></figure>`;
    }),
  );
  await writePage(file, {
    title: `Classes of ${countOf(images.length)}`,
    body: [
      `<p>${escapeHtml(basename(model))} on ${escapeHtml(device)}: ${seconds.toFixed(3)} s in all, ${fps.toFixed(1)} FPS</p>`,
      `<main>${cards.join('\n')}</main>`,
    ],
  });
}

/**
 * The batch with the most pictures a second on this device. The first larger one need not be faster by
 * itself: while pictures are decoded it gains more, because the weights pass through the caches once
 * for all of it. Beyond that a larger one has to earn its memory.
 */
async function bestBatch(options: ClassifyOptions): Promise<number> {
  const trials = await benchmarkSweep(
    options.model,
    { batch: [1, 8, 16] },
    { device: options.device, hint: options.hint, api: 'async', seconds: 0.5 },
  );
  const fpsOf = (trial: Trial | undefined): number => trial?.result?.fps ?? 0;
  const best = trials.reduce((chosen, trial) => {
    const gain = fpsOf(trial) / fpsOf(chosen);
    return gain > (chosen === trials[0] ? 0.98 : 1.05) ? trial : chosen;
  });
  const batch = Number(best.settings.batch);
  const told = trials.map((trial) => `${trial.settings.batch}: ${fpsOf(trial).toFixed(0)} FPS`);
  note(`batch ${batch} (${told.join(', ')})`);
  return batch;
}

interface Times {
  decode: number;
  infer: number;
}

async function classifyImages(
  exec: ExecutableNetwork,
  files: readonly string[],
  accepted: AcceptedImages,
  labels: readonly string[],
  options: ClassifyOptions,
): Promise<{ results: Result[]; times: Times }> {
  const results: Result[] = [];
  const times = { decode: 0, infer: 0 };
  for await (const inferred of inferImages(exec, accepted, files)) {
    const { file: image, error } = inferred;
    if (error !== undefined) {
      note(`skipped: ${error.message}`);
      results.push({ image, error: { code: error.code, message: error.message } });
      continue;
    }
    const { scores, milliseconds, decodeMilliseconds } = inferred;
    const top = topK(probabilities(scores), options.top).map(({ index, score }) => ({
      index,
      label: labels[index] ?? `class ${index}`,
      probability: score,
    }));
    times.decode += decodeMilliseconds;
    times.infer += milliseconds;
    results.push({ image, milliseconds, top });
    if (options.json !== true) print(lineOf(milliseconds, top));
    if (options.save !== undefined && top[0] !== undefined)
      await saveLabelled(options.save, image, top[0]);
  }
  return { results, times };
}

/** Where the time went: how long pictures were at each stage, many of them at once. */
function showProfile(
  times: Times,
  pictures: number,
  seconds: number,
  before: NodeJS.CpuUsage,
): void {
  const { user, system } = process.cpuUsage(before);
  const row = (stage: string, milliseconds: number): string[] => [
    stage,
    milliseconds.toFixed(1),
    (milliseconds / pictures).toFixed(2),
    (milliseconds / (1000 * seconds)).toFixed(2),
  ];
  note(
    textTable(
      ['stage', 'ms', 'a picture', 'at once'],
      [
        row('read, decode, resize', times.decode),
        row('inference', times.infer),
        row('all, from file to class', 1000 * seconds),
        row('processor time', (user + system) / 1000),
      ],
    ),
  );
}

async function classify(options: ClassifyOptions): Promise<void> {
  const ie = new IECore();
  const files = await findImages(options.images);
  const net = await ie.readNetwork(options.model);
  const accepted = acceptImages(net, toAcceptOptions(options));
  const labels = await labelsOf(options.model, net, options.labels);
  const batch = options.batch === 'auto' ? await bestBatch(options) : options.batch;
  if (net.batchSize !== batch) net.batchSize = batch;
  const exec = await ie.loadNetwork(net, options.device, {
    config: { PERFORMANCE_HINT: options.hint.toUpperCase() },
    // inferImages has requests of its own; this one is for the first inference.
    numRequests: 1,
  });
  if (options.save !== undefined) await makeFolder(options.save);
  // The first inference sets things up inside the device; it is no picture's.
  await exec.requests[0]?.infer();
  const usage = process.cpuUsage();
  const began = performance.now();
  const { results: images, times } = await classifyImages(exec, files, accepted, labels, options);
  const seconds = (performance.now() - began) / 1000;
  const count = images.filter(({ error }) => error === undefined).length;
  if (count === 0)
    throw errorOf('IMAGE_UNREADABLE', `Could read none of ${countOf(images.length)}`);
  const fps = (1000 * count) / times.infer;
  const summary: Summary = { model: options.model, device: options.device, images, seconds, fps };
  if (options.report !== undefined) await writeReport(options.report, summary);
  if (options.json === true) printJson(summary);
  else
    print(`${countOf(count)} in ${seconds.toFixed(3)}s, mean ${fps.toFixed(1)} FPS of inference`);
  if (options.profile === true) showProfile(times, count, seconds, usage);
  exec.close();
}
