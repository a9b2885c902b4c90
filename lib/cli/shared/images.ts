/** The flags and the labels of the commands that pass images to a network. */

import { join, parse } from 'node:path';
import { readLabels, type AcceptOptions } from '../../image';
import { invalid, readList } from '../../base/check';
import { defaultTo, type OptionRow } from '../../base/option-table';
import { acceptOptions } from '../../image/accept-images';
import type { IENetwork } from '../../network';
import { exists } from '../../base/regular-file';
import type { CommandTable, FlagsFor } from './command-options';
import { limitPixelsFlag } from './limit-pixels';

const numberList = 'numbers separated by commas';

/** Reads `1,2,3` or `[1,2,3]`. */
const channelValues: OptionRow<readonly number[]> = {
  expected: numberList,
  read: (value, name) =>
    readList(value, name, numberList, (number) => {
      if (!Number.isFinite(number)) throw invalid(name, numberList, value);
      return number as number;
    }),
  fromText: (text) =>
    text
      .replace(/[[\]()]/g, '')
      .split(',')
      .map(Number),
};

/** The options of every command that passes images to a network. */
export const imageFlags = {
  resize: {
    flags: '--resize <method>',
    help: 'fit images to the network (default: as the model records, else crop)',
    takes: acceptOptions.resize,
  },
  decode: {
    flags: '--decode <method>',
    help: 'decode images more accurately, or faster',
    takes: defaultTo(acceptOptions.decode, 'accurate'),
  },
  limitPixels: limitPixelsFlag,
  mean: {
    flags: '--mean-values <numbers>',
    help: 'subtract these from the channels, inside the network',
    takes: channelValues,
  },
  scale: {
    flags: '--scale-values <numbers>',
    help: 'divide the channels by these, inside the network',
    takes: channelValues,
  },
  reverseChannels: {
    flags: '--reverse-input-channels',
    help: 'the network expects BGR (default: as mo recorded it)',
    takes: acceptOptions.reverseChannels,
  },
} satisfies CommandTable & FlagsFor<AcceptOptions>;

/** Returns the default path of a network's labels. */
export function labelsBeside(model: string): string {
  const { dir, name } = parse(model);
  return join(dir, `${name}.labels.txt`);
}

/**
 * Returns the names of the classes of a network, or `class 0`, … if there is no file.
 *
 * @param file - default: the file beside the model, if it exists
 */
export async function labelsOf(
  model: string,
  network: IENetwork,
  file = exists(labelsBeside(model)) ? labelsBeside(model) : undefined,
): Promise<string[]> {
  const [output] = Object.values(network.outputs);
  const count = (output?.shape ?? []).slice(1).reduce((product, dim) => product * dim, 1);
  return file === undefined
    ? Array.from({ length: count }, (_, i) => `class ${i}`)
    : readLabels(file, count);
}
