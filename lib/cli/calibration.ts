/** What `quantize` and `mo --data_type INT8` share. */
import { type Command, Option } from 'commander';
import type { IENetwork } from '../network';
import { quantize, type QuantizeOptions } from '../quantization';
import { note, wholeNumber } from './command';
import { interruptible, showProgress } from './progress';

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

/** Quantizes with progress on stderr, until Ctrl-C. */
export async function runQuantization(
  model: string | IENetwork,
  options: QuantizeOptions,
): Promise<IENetwork> {
  const progress = showProgress();
  const onSkipped = (message: string): void => {
    progress.stop();
    note(`skipped: ${message}`);
  };
  try {
    return await interruptible((signal) =>
      quantize(model, { ...options, onProgress: progress.update, onSkipped, signal }),
    );
  } finally {
    progress.stop();
  }
}
