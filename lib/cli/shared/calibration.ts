/** Options that `quantize` and `mo --data_type INT8` share. */
import { type Command, Option } from 'commander';
import type { QuantizeOptions } from '../../quantization';
import { wholeNumber } from './command';

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
