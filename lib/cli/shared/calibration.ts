/** The flags for calibration, which `quantize` and `mo --data_type INT8` share. */

import { type Command, Option } from 'commander';
import type { QuantizeOptions } from '../../quantization';
import { calibrationOptions } from '../../quantization/calibration-options';
import { wholeNumber } from './command';
import type { CommandTable, FlagsFor } from './command-options';

/** The rows of a command's table. */
export const calibrationFlags = {
  preset: {
    flags: '--preset <name>',
    help: 'symmetric quantization; mixed: asymmetric activations',
    takes: calibrationOptions.preset,
  },
  subset: {
    flags: '--subset <number>',
    help: 'largest number of calibration images',
    takes: calibrationOptions.subset,
  },
} satisfies CommandTable & FlagsFor<typeof calibrationOptions>;

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
