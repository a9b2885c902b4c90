/** The flags of `iecore compare`. */

import { defaultTo, text } from '../../base/option-table';
import { compareOptions, type PyTorchCompareOptions } from '../../pytorch/compare/options';
import type { CommandTable, CommandValues, FlagsFor } from '../shared/command-options';
import { imageFlags } from '../shared/images';
import { modelForms, pytorchModelFlags } from '../shared/pytorch-model';

/** Reads `1,8,16`. */
const batchSizes = {
  ...compareOptions.batches,
  expected: 'whole numbers separated by commas, such as 1,8,16',
  fromText: (sizes: string) => sizes.split(',').map(Number),
};

/** A row for each flag. */
export const compareFlags = {
  network: {
    flags: '-m, --model <file>',
    help: 'network for OpenVINO: .xml, .onnx, …',
    takes: compareOptions.network,
  },
  model: {
    flags: '--pytorch <source>',
    help: `the same model: ${modelForms}`,
    takes: compareOptions.model,
  },
  images: {
    flags: '-i, --images <paths...>',
    help: 'image files, folders or glob patterns',
    takes: compareOptions.images,
  },
  int8: {
    flags: '--int8 <file>',
    help: 'INT8 network (default: MODEL-int8.xml if it exists)',
    takes: compareOptions.int8,
  },
  labels: {
    flags: '--labels <file>',
    help: 'class names (default: MODEL.labels.txt if it exists)',
    takes: text(),
  },
  threads: {
    flags: '--threads <number>',
    help: 'threads of each side (default: all processors)',
    takes: compareOptions.threads,
  },
  rounds: {
    flags: '--rounds <number>',
    help: 'number of times to classify each image',
    takes: compareOptions.rounds,
  },
  batches: {
    flags: '--batch <sizes>',
    help: 'batch sizes to measure',
    takes: defaultTo(batchSizes, [1, 8, 16]),
  },
  report: {
    flags: '--report <file>',
    help: 'write an HTML page with plots, images and classes',
    takes: text(),
  },
  ...imageFlags,
  ...pytorchModelFlags,
} satisfies CommandTable & FlagsFor<PyTorchCompareOptions>;

/** The values of the flags. */
export type CompareValues = CommandValues<typeof compareFlags>;
