/** The command `iecore classify`: reads images, and prints their classes. */

import type { Command } from 'commander';
import { plainText } from '../../base/escape-text';
import { pickOptions } from '../../base/option-table';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import type { ExecutableNetwork } from '../../executable-network';
import { acceptImages, type AcceptedImages } from '../../image';
import { acceptOptions } from '../../image/accept-images';
import { findSources } from '../../image/find-images';
import { namesOf } from '../../image/image-names';
import type { IENetwork } from '../../network';
import { note, print, printJson } from '../shared/print';
import { exitCodes } from '../shared/report-error';
import { declareCommand } from '../shared/command-options';
import { labelsBeside, labelsOf } from '../shared/images';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { bestBatch } from './best-batch';
import { classifyImages, type Classified, type ImageList } from './classify-images';
import { classifyFlags, type ClassifyValues } from './options';
import { writeClassesPage } from './page';
import { countOf, profileOf, totalOf } from './print';
import type { Summary } from './result';
import { pathsIn } from './save';

/** Declares the command. */
export function classifyCommand(): Command {
  return declareCommand(
    {
      name: 'classify',
      description: 'Classify images',
      examples: [
        ['iecore classify', 'the photographs of the package, with its model'],
        ['iecore classify -m net.xml -i photos/', 'your own network and folder'],
        [
          'iecore classify -i cat.jpg "more/*.png" --top 5 --json',
          'files and globs; output for programs',
        ],
        [
          'iecore classify -m net.onnx --mean-values 123.7,116.3,103.5 --scale-values 58.4,57.1,57.4',
          'preprocessing inside the network',
        ],
        [
          'iecore classify -i photos/ --save labelled/ --report report.html',
          'labelled images and a page',
        ],
      ],
    },
    classifyFlags,
    run,
  ).addHelpText(
    'after',
    '\nExit code: 0 if at least one image was classified and all files were written, else 1.\nImages that cannot be read are skipped, and listed after the results.',
  );
}

/** The network, the labels and the files of a run. */
interface Prepared {
  network: IENetwork;
  accepted: AcceptedImages;
  labels: string[];
  images: ImageList;
}

/** Reads the network and the labels, finds the images, and checks every output path. */
async function prepare(ie: IECore, options: ClassifyValues): Promise<Prepared> {
  const { model, labels: labelFile, save, report } = options;
  const sources = await findSources(options.images);
  const files = sources.map(({ file }) => file);
  const names = namesOf(sources);
  const network = await ie.readNetwork(model);
  const accepted = acceptImages(network, pickOptions(acceptOptions, options));
  const labels = await labelsOf(model, network, labelFile);
  const inputs = await inputFiles(model, [labelFile ?? labelsBeside(model), ...files]);
  const paths = save === undefined ? undefined : await pathsIn(save, names, inputs);
  if (report !== undefined) await checkOutputFile(report, inputs);
  return { network, accepted, labels, images: { files, names, paths } };
}

async function load(
  ie: IECore,
  network: IENetwork,
  options: ClassifyValues,
): Promise<ExecutableNetwork> {
  const batch = options.batch === 'auto' ? await bestBatch(options) : options.batch;
  if (network.batchSize !== batch) network.batchSize = batch;
  const exec = await ie.loadNetwork(network, options.device, {
    config: { PERFORMANCE_HINT: options.hint.toUpperCase() },
    // inferImages makes its own requests; this one is for the first inference.
    numRequests: 1,
  });
  // The first inference initializes the device, so it runs without an image.
  await exec.requests[0]?.infer();
  return exec;
}

function printFailures({ skipped, unsaved }: Classified): void {
  for (const message of skipped) note(`skipped: ${plainText(message)}`);
  for (const message of unsaved) note(`not saved: ${plainText(message)}`);
}

async function run(options: ClassifyValues): Promise<void> {
  const ie = new IECore();
  const { network, accepted, labels, images } = await prepare(ie, options);
  const exec = await load(ie, network, options);
  const usage = process.cpuUsage();
  const began = performance.now();
  const classified = await classifyImages(exec, accepted, images, labels, options);
  const seconds = (performance.now() - began) / 1000;
  const { results, times, skipped, unsaved } = classified;
  const count = results.length - skipped.length;
  if (count === 0) {
    printFailures(classified);
    throw errorOf('IMAGE_UNREADABLE', `Could read none of ${countOf(results.length)}`);
  }
  const { model, device, report } = options;
  const summary: Summary = { model, device, images: results, seconds, fps: count / seconds };
  if (options.json === true) printJson(summary);
  else print(totalOf(summary));
  printFailures(classified);
  if (options.profile === true) note(profileOf(times, count, seconds, process.cpuUsage(usage)));
  if (report !== undefined) await writeClassesPage(report, summary, images.names);
  if (unsaved.length > 0) process.exitCode = exitCodes.failed;
  exec.close();
}
