/** Options of all commands that give pictures to a network. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AcceptOptions } from '../image';

/** How pictures meet a network. */
export interface PictureOptions {
  resize?: NonNullable<AcceptOptions['resize']>;
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
      ).choices(['crop', 'fit', 'stretch']),
    )
    .option('--mean-values <numbers>', 'subtracted from each channel, inside the network', numbers)
    .option('--scale-values <numbers>', 'divide each channel, inside the network', numbers)
    .option('--reverse-input-channels', 'the network takes BGR');
}

/** What they mean to `acceptImages`. */
export function toAcceptOptions(options: PictureOptions): AcceptOptions {
  const { resize, meanValues, scaleValues, reverseInputChannels } = options;
  return {
    ...(resize !== undefined && { resize }),
    ...(meanValues !== undefined && { mean: meanValues }),
    ...(scaleValues !== undefined && { scale: scaleValues }),
    ...(reverseInputChannels !== undefined && { reverseChannels: reverseInputChannels }),
  };
}
