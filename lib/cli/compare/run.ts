/** `iecore compare`: classifies the same images with PyTorch and OpenVINO, and compares time and classes. */

import type { Command } from 'commander';
import { plainText } from '../../base/escape-text';
import { pickOptions } from '../../base/option-table';
import { IECore } from '../../core';
import { findImages } from '../../image';
import { compareWithPyTorch, type ImageResult, type PyTorchComparison } from '../../pytorch';
import { compareOptions } from '../../pytorch/compare/options';
import { note, passOn, printJson } from '../shared/print';
import { declareCommand, type Example } from '../shared/command-options';
import { labelsOf } from '../shared/images';
import { describeMachine } from '../shared/machine';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { interruptible, showProgress } from '../shared/progress';
import { compareFlags, type CompareValues } from './options';
import { writeComparisonPage } from './page';
import { printComparison, printImage } from './print';

const description =
  'Classify the same images with PyTorch and OpenVINO, and compare time and classes';

const examples: readonly Example[] = [
  [
    'iecore compare -m resnet18.xml --pytorch timm:resnet18 --weights mine.pth -i photos/',
    'FP32; also BF16 if the processor supports it, INT8 if resnet18-int8.xml exists',
  ],
  [
    'iecore compare -m resnet18.xml --pytorch timm:resnet18 -i photos/ --report compare.html',
    'an HTML page with plots, images and the machine',
  ],
];

/** Declares the command. */
export function compareCommand(): Command {
  return declareCommand({ name: 'compare', description, examples }, compareFlags, run);
}

/** Checks that the page can be written and replaces none of the inputs. */
async function checkReport(report: string, values: CompareValues): Promise<void> {
  const { network, model, int8, labels, weights, images } = values;
  const files = [int8, labels, weights, model, ...(await findImages(images))];
  await checkOutputFile(report, await inputFiles(network, files));
}

/** Compares, with progress on stderr; without `--json`, prints the results of each image when they are known. */
async function compare(
  values: CompareValues,
  labels: readonly string[],
): Promise<PyTorchComparison> {
  const progress = showProgress();
  const showNote = (message: string): void => {
    progress.stop();
    note(message);
  };
  return interruptible((signal) =>
    compareWithPyTorch({
      ...pickOptions(compareOptions, values),
      signal,
      onPython: showNote,
      onSkipped: (message) => {
        showNote(`skipped: ${plainText(message)}`);
      },
      onProgress: progress.update,
      ...(values.json !== true && {
        onImage: (image: string, results: readonly ImageResult[]) => {
          progress.stop();
          printImage(image, results, labels);
        },
      }),
      ...(values.verbose === true && { onOutput: passOn }),
    }),
  ).finally(progress.stop);
}

async function run(values: CompareValues): Promise<void> {
  const { network: model, report, json, reverseChannels } = values;
  if (report !== undefined) await checkReport(report, values);
  using network = await new IECore().readNetwork(model);
  const labels = await labelsOf(model, network, values.labels);
  if (reverseChannels !== undefined)
    note('--reverse-input-channels has no effect here: the channel order that mo recorded is used');
  const comparison = await compare(values, labels);
  if (report !== undefined) await writeComparisonPage(report, comparison, labels, values);
  if (json === true) printJson({ ...comparison, machine: describeMachine() });
  else printComparison(comparison);
}
