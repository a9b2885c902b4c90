/** The option of every command that reads images. */
import { Option } from 'commander';
import { wholeNumber } from './command';

/** Declares it; its value is `limitPixels`. */
export function limitPixelsOption(): Option {
  return new Option(
    '--limit-pixels <number>',
    'refuse images with more pixels (default: as many as take 250 MB)',
  ).argParser(wholeNumber);
}
