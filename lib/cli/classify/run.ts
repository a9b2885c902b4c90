import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { benchmarkSweep, type Trial } from '../../benchmark';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import type { ExecutableNetwork } from '../../executable-network';
import { plainText } from '../../base/escape-text';
import { acceptImages, inferImages, probabilities, topK, type AcceptedImages } from '../../image';
import { findSources } from '../../image/find-images';
import { namesOf } from '../../image/image-names';
import { packageRoot } from '../../addon/runtime';
import { countOf, lineOf, totalOf, writeReport, type Result, type Summary } from './classified';
import {
  declare,
  exitCodes,
  note,
  print,
  printJson,
  wholeNumber,
  type CommonOptions,
} from '../shared/command';
import { placesIn, saveLabelled } from './labelled';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import {
  addPictureOptions,
  labelsBeside,
  labelsOf,
  toAcceptOptions,
  type PictureOptions,
} from '../shared/images';
import { textTable } from '../shared/table';

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

/** `iecore classify`: images in, classes out. */
export function classifyCommand(): Command {
  const command = declare('classify', 'Classify images', [
    ['iecore classify', 'the photographs and the model that come with the package'],
    ['iecore classify -m net.xml -i photos/', 'a network and a folder of your own'],
    ['iecore classify -i cat.jpg "more/*.png" --top 5 --json', 'files and patterns; for programs'],
    [
      'iecore classify -m net.onnx --mean-values 123.7,116.3,103.5 --scale-values 58.4,57.1,57.4',
      'preprocessing in the graph',
    ],
    [
      'iecore classify -i photos/ --save labelled/ --report report.html',
      'labelled images and a page',
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
    .option('--top <number>', 'how many classes to print for each image', wholeNumber, 1)
    .addOption(
      new Option('--hint <what>', 'optimize for throughput or for latency: one image at a time')
        .choices(hints)
        .default('throughput'),
    )
    .option(
      '--batch <number>',
      'images an inference; auto measures 1, 8 and 16 and takes the fastest',
      (text) => (text === 'auto' ? text : wholeNumber(text)),
      1,
    )
    .option('--profile', 'print where the time went');
  return addPictureOptions(command)
    .option('--save <folder>', 'write the images there, with their class on them')
    .option('--report <file>', 'write a page (HTML) with all images and classes')
    .addHelpText(
      'after',
      '\nExit code: 0 if at least one image was classified and all files were written, else 1.\nImages that cannot be read are skipped, and listed after the results.',
    )
    .action(classify);
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

/** Where the results of the images go, in the order of the images. */
interface Targets {
  /** What the images are called in print. */
  names: readonly string[];
  /** Where labelled images are written; undefined without `--save`. */
  places: readonly string[] | undefined;
}

/** The results, and what could not be read or written. */
interface Classified {
  results: Result[];
  times: Times;
  skipped: string[];
  unsaved: string[];
}

async function classifyImages(
  exec: ExecutableNetwork,
  files: readonly string[],
  accepted: AcceptedImages,
  labels: readonly string[],
  { names, places }: Targets,
  options: ClassifyOptions,
): Promise<Classified> {
  const results: Result[] = [];
  const times = { decode: 0, infer: 0 };
  const skipped: string[] = [];
  const unsaved: string[] = [];
  for await (const inferred of inferImages(exec, accepted, files)) {
    const { file: image, error } = inferred;
    const at = results.length;
    if (error !== undefined) {
      skipped.push(error.message);
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
    if (options.json !== true) print(lineOf(names[at] ?? image, milliseconds, top));
    const [best] = top;
    const place = places?.[at];
    if (place === undefined || best === undefined) continue;
    const failure = await saveLabelled(image, place, best);
    if (failure !== undefined) unsaved.push(`${names[at] ?? image}: ${failure.message}`);
  }
  return { results, times, skipped, unsaved };
}

/** Prints where the time went: how long images were at each stage, many of them at once. */
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
      ['stage', 'ms', 'per image', 'at once'],
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
  const sources = await findSources(options.images);
  const files = sources.map(({ file }) => file);
  const names = namesOf(sources);
  const net = await ie.readNetwork(options.model);
  const accepted = acceptImages(net, toAcceptOptions(options));
  const labels = await labelsOf(options.model, net, options.labels);
  const inputs = await inputFiles(options.model, [
    options.labels ?? labelsBeside(options.model),
    ...files,
  ]);
  const places =
    options.save === undefined ? undefined : await placesIn(options.save, names, inputs);
  if (options.report !== undefined) await checkOutputFile(options.report, inputs);
  const batch = options.batch === 'auto' ? await bestBatch(options) : options.batch;
  if (net.batchSize !== batch) net.batchSize = batch;
  const exec = await ie.loadNetwork(net, options.device, {
    config: { PERFORMANCE_HINT: options.hint.toUpperCase() },
    // inferImages has requests of its own; this one is for the first inference.
    numRequests: 1,
  });
  // The first inference sets things up inside the device; it is no image's.
  await exec.requests[0]?.infer();
  const usage = process.cpuUsage();
  const began = performance.now();
  const targets = { names, places };
  const classified = await classifyImages(exec, files, accepted, labels, targets, options);
  const { results: images, times, skipped, unsaved } = classified;
  const seconds = (performance.now() - began) / 1000;
  const count = images.length - skipped.length;
  const tellFailures = (): void => {
    for (const message of skipped) note(`skipped: ${plainText(message)}`);
    for (const message of unsaved) note(`not saved: ${plainText(message)}`);
  };
  if (count === 0) {
    tellFailures();
    throw errorOf('IMAGE_UNREADABLE', `Could read none of ${countOf(images.length)}`);
  }
  const summary: Summary = {
    ...{ model: options.model, device: options.device, images, seconds },
    fps: count / seconds,
  };
  if (options.json === true) printJson(summary);
  else print(totalOf(summary));
  tellFailures();
  if (options.profile === true) showProfile(times, count, seconds, usage);
  if (options.report !== undefined) await writeReport(options.report, summary, names);
  if (unsaved.length > 0) process.exitCode = exitCodes.failed;
  exec.close();
}
