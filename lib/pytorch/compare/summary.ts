/** Computes the results of a side from its measurements. */

import { median, quantile } from '../../base/statistics';
import { compareScores, summarizeDifferences } from '../../image/score-difference';
import type { Measurement } from './measure';
import type { ComparedSide } from './result';

/**
 * Computes the results of one side.
 *
 * @param fps - images per second for each batch size above 1
 */
export function toComparedSide(
  { name, results, times, scores }: Measurement,
  reference: Measurement,
  fps: Record<number, number>,
): ComparedSide {
  const own = median(times);
  const { agreement, largestDifference } = summarizeDifferences(
    scores.map((list, i) => compareScores(reference.scores[i] ?? [], list)),
  );
  return {
    name,
    images: results,
    times,
    total: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    median: own,
    p95: quantile(times, 0.95),
    speedup: median(reference.times) / own,
    agreement,
    difference: largestDifference,
    fps: { 1: 1000 / own, ...fps },
  };
}
