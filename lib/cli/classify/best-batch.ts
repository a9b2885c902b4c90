/** Chooses the batch size for `iecore classify --batch auto`. */

import { benchmarkSweep, type Trial } from '../../benchmark';
import { note } from '../shared/print';
import type { ClassifyValues } from './options';

/** The smallest factor of throughput for which a larger batch replaces a batch of 8: it needs more memory. */
const worthwhileGain = 1.05;

/**
 * The smallest such factor for replacing a batch of 1. It is below 1, because a batch gains more while images are
 * decoded than in this measurement: the weights pass through the caches once for all its images.
 */
const firstWorthwhileGain = 0.98;

/** Measures some batch sizes on the device, prints their throughput on stderr, and returns the best. */
export async function bestBatch({ model, device, hint }: ClassifyValues): Promise<number> {
  const trials = await benchmarkSweep(
    model,
    { batch: [1, 8, 16] },
    { device, hint, api: 'async', seconds: 0.5 },
  );
  const fpsOf = (trial: Trial | undefined): number => trial?.result?.fps ?? 0;
  const best = trials.reduce((chosen, trial) => {
    const needed = chosen === trials[0] ? firstWorthwhileGain : worthwhileGain;
    return fpsOf(trial) / fpsOf(chosen) > needed ? trial : chosen;
  });
  const batch = Number(best.settings.batch);
  const measured = trials.map((trial) => `${trial.settings.batch}: ${fpsOf(trial).toFixed(0)} FPS`);
  note(`batch ${batch} (${measured.join(', ')})`);
  return batch;
}
