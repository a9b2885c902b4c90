/** The option of every command that reads images. */
import { Option } from 'commander';
import { integer } from '../../base/option-table';
import { wholeNumber } from './command';
import type { CommandOption } from './command-options';

/** Its row in a command's table. */
export const limitPixelsFlag = {
  flags: '--limit-pixels <number>',
  help: 'largest image to accept, in pixels (default: 250 MB)',
  takes: integer(1),
} satisfies CommandOption;

/** Declares it; its value is `limitPixels`. */
export function limitPixelsOption(): Option {
  return new Option(
    '--limit-pixels <number>',
    'refuse images with more pixels (default: as many as take 250 MB)',
  ).argParser(wholeNumber);
}
