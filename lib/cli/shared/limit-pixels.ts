/** The option `--limit-pixels` of every command that reads images. */

import { integer } from '../../base/option-table';
import type { CommandOption } from './command-options';

/** Its row in a command's table. */
export const limitPixelsFlag = {
  flags: '--limit-pixels <number>',
  help: 'largest image to accept, in pixels (default: 250 MB when decoded)',
  takes: integer(1),
} satisfies CommandOption;
