/** What all commands share that give pictures to a network. */
import { join, parse } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readLabels, type AcceptOptions } from '../../image';
import { invalid, readList } from '../../base/check';
import { defaultTo, pickOptions, type OptionRow } from '../../base/option-table';
import { acceptOptions } from '../../image/accept-images';
import { decodings, fits } from '../../image/image-options';
import type { IENetwork } from '../../network';
import { exists } from '../../base/regular-file';
import type { CommandTable, FlagsFor } from './command-options';
import { limitPixelsOption } from './limit-pixels';

/** How pictures meet a network. */
export interface PictureOptions {
  resize?: NonNullable<AcceptOptions['resize']>;
  decode?: NonNullable<AcceptOptions['decode']>;
  limitPixels?: number;
  meanValues?: number[];
  scaleValues?: number[];
  reverseInputChannels?: boolean;
}

function numbers(text: string): number[] {
  const values = text
    .replace(/[[\]()]/g, '')
    .split(',')
    .map(Number);
  if (values.some((value) => !Number.isFinite(value)))
    throw new InvalidArgumentError('numbers with commas between are needed.');
  return values;
}

/** Declares them. */
export function addPictureOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--resize <how>',
        "how pictures meet the network's size (default: what the model says, else crop)",
      ).choices(Object.keys(fits)),
    )
    .addOption(
      new Option(
        '--decode <how>',
        'fast: more pictures a second, a little less like a whole decoding',
      )
        .choices(Object.keys(decodings))
        .default('accurate'),
    )
    .addOption(limitPixelsOption())
    .option('--mean-values <numbers>', 'subtracted from each channel, inside the network', numbers)
    .option('--scale-values <numbers>', 'divide each channel, inside the network', numbers)
    .option(
      '--reverse-input-channels',
      'the network takes BGR (default: what mo recorded in its file)',
    );
}

/** What they mean to `acceptImages`. */
export function toAcceptOptions(options: PictureOptions): AcceptOptions {
  const { resize, decode, limitPixels, meanValues, scaleValues, reverseInputChannels } = options;
  return pickOptions(acceptOptions, {
    ...{ resize, decode, limitPixels, mean: meanValues, scale: scaleValues },
    reverseChannels: reverseInputChannels,
  });
}

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
    help: "how to fit images to the network's size (default: the model's own, else crop)",
    takes: acceptOptions.resize,
  },
  decode: {
    flags: '--decode <method>',
    help: 'decode images more accurately, or faster',
    takes: defaultTo(acceptOptions.decode, 'accurate'),
  },
  limitPixels: {
    flags: '--limit-pixels <number>',
    help: 'refuse images with more pixels (default: as many as need 250 MB)',
    takes: acceptOptions.limitPixels,
  },
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

/** The file of labels that belongs to a network. */
export function labelsBeside(model: string): string {
  const { dir, name } = parse(model);
  return join(dir, `${name}.labels.txt`);
}

/**
 * Names of the classes that a network tells.
 *
 * @param file - default: the one beside the model if there is one
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
