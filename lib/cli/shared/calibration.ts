/** The flags for calibration, which `quantize` and `mo --data_type INT8` share. */

import { type Command, Option } from 'commander';
import { choice, defaultTo, integer } from '../../base/option-table';
import type { QuantizeOptions } from '../../quantization';
import { wholeNumber } from './command';
import type { CommandTable } from './command-options';

const presets = { performance: true, mixed: true } satisfies Record<
  NonNullable<QuantizeOptions['preset']>,
  true
>;

/** The rows of a command's table. */
export const calibrationFlags = {
  preset: {
    flags: '--preset <name>',
    help: 'symmetric quantization; mixed: asymmetric activations',
    takes: defaultTo(choice(presets), 'performance'),
  },
  subset: {
    flags: '--subset <number>',
    help: 'largest number of calibration images',
    takes: defaultTo(integer(1), 300),
  },
} satisfies CommandTable;

/** How a network is calibrated. */
export interface CalibrationOptions {
  preset: NonNullable<QuantizeOptions['preset']>;
  subset: number;
}

/** Declares them. */
export function addCalibrationOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--preset <name>', 'performance: all symmetric; mixed: activations are not')
        .choices(['performance', 'mixed'])
        .default('performance'),
    )
    .option('--subset <number>', 'how many pictures to take at most', wholeNumber, 300);
}
