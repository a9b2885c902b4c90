/** `iecore quantize`: makes an INT8 network from one that classifies images. */

import { stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Command } from 'commander';
import { writeAtomically } from '../../base/atomic-files';
import { pickOptions } from '../../base/option-table';
import { exists, readRegular } from '../../base/regular-file';
import { findImages } from '../../image';
import { compareNetworks } from '../../quantization';
import { compareOptions } from '../../quantization/compare-options';
import { quantizeOptions } from '../../quantization/quantize-options';
import { passOn, printJson } from '../shared/print';
import { declareCommand, type Example } from '../shared/command-options';
import { labelsBeside } from '../shared/images';
import { checkPlace, inputFiles, weightsBeside } from '../shared/outputs';
import { runQuantization } from '../shared/run-quantization';
import { quantizeFlags, type QuantizeValues } from './options';
import { printQuantization } from './print';

const description =
  'Quantize a network that classifies images to INT8: smaller, and faster on hardware with INT8';

const examples: readonly Example[] = [
  ['iecore quantize -m resnet18.xml --data photos/', 'writes resnet18-int8.xml'],
  [
    'iecore quantize -m resnet18.xml --data photos/ --accuracy-report',
    'also compares both networks on these images',
  ],
  [
    'iecore quantize -m net.onnx --data photos/ --preset mixed --subset 100 -o net8.xml',
    'asymmetric activations, 100 images',
  ],
];

/** Declares the command. */
export function quantizeCommand(): Command {
  return declareCommand({ name: 'quantize', description, examples }, quantizeFlags, run);
}

/** Copies the labels file of the model, because `classify` finds labels by the name of the network. */
async function copyLabels(model: string, output: string): Promise<void> {
  const [from, to] = [labelsBeside(model), labelsBeside(output)];
  if (exists(from) && from !== to)
    await writeAtomically(to, await readRegular(from, 'labels file'));
}

/** Size of an IR with its weights, in bytes. */
async function sizeOf(xml: string): Promise<number> {
  const files = await Promise.all([xml, weightsBeside(xml)].map((file) => stat(file)));
  return files.reduce((sum, { size }) => sum + size, 0);
}

async function run(values: QuantizeValues): Promise<void> {
  const { model, images, accuracyReport, verbose, json } = values;
  const { dir, name } = parse(model);
  const xml = values.outputFile ?? join(dir, `${name}-int8.xml`);
  const inputs = await inputFiles(model, await findImages(images));
  for (const file of [xml, weightsBeside(xml)]) await checkPlace(file, inputs);
  await runQuantization(model, {
    ...pickOptions(quantizeOptions, values),
    outputFile: xml,
    ...(verbose === true && { onOutput: passOn }),
  });
  await copyLabels(model, xml);
  const bytes = await sizeOf(xml);
  const comparison =
    accuracyReport === true
      ? await compareNetworks(model, xml, pickOptions(compareOptions, values))
      : undefined;
  if (json === true) printJson({ xml, bytes, ...(comparison && { comparison }) });
  else printQuantization(xml, bytes, comparison);
}
