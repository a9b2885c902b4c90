import { plainText } from '../../base/escape-text';
import type { IENetwork } from '../../network';
import { quantize, type QuantizeOptions } from '../../quantization';
import { note } from './command';
import { interruptible, showProgress } from './progress';

/** Quantizes with progress on stderr, until Ctrl-C. */
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
