/** Quantizes a network for a command: shows the progress, reports skipped images, and stops on Ctrl-C. */

import { plainText } from '../../base/escape-text';
import type { IENetwork } from '../../network';
import { quantize, type QuantizeOptions } from '../../quantization';
import { note } from './print';
import { interruptible, showProgress } from './progress';

/** Quantizes a network; progress and skipped images go to stderr. */
export async function runQuantization(
  model: string | IENetwork,
  options: QuantizeOptions,
): Promise<IENetwork> {
  const progress = showProgress();
  const onSkipped = (message: string): void => {
    progress.stop();
    note(`skipped: ${plainText(message)}`);
  };
  try {
    return await interruptible((signal) =>
      quantize(model, { ...options, onProgress: progress.update, onSkipped, signal }),
    );
  } finally {
    progress.stop();
  }
}
