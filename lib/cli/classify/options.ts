/** The flags of `iecore classify`. */

import { join } from 'node:path';
import { packageRoot } from '../../addon/runtime';
import { boolean, choice, defaultTo, integer, text, texts } from '../../base/option-table';
import type { CommandTable, CommandValues } from '../shared/command-options';
import { imageFlags } from '../shared/images';

const batchSize = integer(1);

/** A batch size, or `auto`. */
const batch = {
  ...batchSize,
  expected: `${batchSize.expected}, or auto`,
  read: (value: unknown, name: string) => (value === 'auto' ? value : batchSize.read(value, name)),
  fromText: (value: string) => (value === 'auto' ? value : Number(value)),
};

/** The options of `iecore classify`. */
export const classifyFlags = {
  model: {
    flags: '-m, --model <file>',
    help: 'network: .xml, .onnx, …',
    takes: defaultTo(text(), join(packageRoot, 'models', 'efficientnet-lite0.xml')),
  },
  device: {
    flags: '-d, --device <name>',
    help: 'device to run on',
    takes: defaultTo(text(), 'CPU'),
  },
  images: {
    flags: '-i, --images <paths...>',
    help: 'files, folders or globs',
    takes: defaultTo(texts(), [join(packageRoot, 'models', 'photographs')]),
  },
  labels: {
    flags: '--labels <file>',
    help: 'class names, one per line (default: MODEL.labels.txt if it exists)',
    takes: text(),
  },
  top: {
    flags: '--top <number>',
    help: 'number of classes to print per image',
    takes: defaultTo(integer(1), 1),
  },
  hint: {
    flags: '--hint <name>',
    help: 'optimize for throughput or for latency',
    takes: defaultTo(choice({ throughput: true, latency: true }), 'throughput'),
  },
  batch: {
    flags: '--batch <number>',
    help: 'images per inference; auto: fastest of 1, 8, 16',
    takes: defaultTo(batch, 1),
  },
  profile: {
    flags: '--profile',
    help: 'print the time of each stage',
    takes: boolean(),
  },
  ...imageFlags,
  save: {
    flags: '--save <folder>',
    help: 'write the images, labelled with their class',
    takes: text(),
  },
  report: {
    flags: '--report <file>',
    help: 'write a page (HTML) with all images and classes',
    takes: text(),
  },
} satisfies CommandTable;

/** The values of the flags. */
export type ClassifyValues = CommandValues<typeof classifyFlags>;
