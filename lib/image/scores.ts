/** Ranks the scores of a classification and computes probabilities from them. */

import { checkInteger, invalid, readItems } from '../base/check';
import { lengthOf, typedArrayName } from '../base/typed-array';

/** A class and its score. */
export interface ScoredClass {
  /** Index of the class. */
  index: number;
  /** The score that the network gave the class. */
  score: number;
}

/** Allowed difference of a sum of probabilities from 1; FP16 and BF16 networks round each probability. */
const sumTolerance = 0.02;

/** Copies the scores; anything but a number becomes NaN. */
function readScores(given: unknown): Float64Array {
  const expected = 'an array of numbers';
  const scores = given as ArrayLike<number> | null;
  if (typeof scores !== 'object' || scores === null) throw invalid('scores', expected, scores);
  const toNumber = (score: unknown): number => (typeof score === 'number' ? score : NaN);
  return Float64Array.from(
    typedArrayName(scores) === undefined
      ? readItems(scores, 'scores', expected, toNumber)
      : Array.from({ length: lengthOf(scores) }, (_, i) => Number(scores[i])),
  );
}

/**
 * Returns the classes with the highest scores, best first. Of equal scores the class with the lower index comes first;
 * NaN comes last.
 *
 * @param k - number of classes; if there are fewer, all of them are returned. Default: 5
 *
 * @example
 * ```ts
 * const [best] = topK(output.data, 1);
 * ```
 */
export function topK(scores: ArrayLike<number>, k = 5): ScoredClass[] {
  const values = readScores(scores);
  checkInteger(k, 'k', 1);
  const rank = (score: number) => (Number.isNaN(score) ? -Infinity : score);
  return Array.from(values, (score, index) => ({ index, score }))
    .sort((a, b) => Number(rank(b.score) > rank(a.score)) - Number(rank(b.score) < rank(a.score)))
    .slice(0, k);
}

/** The softmax of scores: numbers from 0 to 1 that add up to 1, in the same order. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  const values = readScores(scores);
  const highest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = values.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * A network's scores as probabilities: unchanged if they are probabilities already (from 0 to 1, with the sum 1), else
 * their softmax. Therefore the network may or may not end with a softmax.
 */
export function probabilities(scores: ArrayLike<number>): Float64Array {
  const values = readScores(scores);
  const sum = values.reduce((a, b) => a + b, 0);
  const done =
    values.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) < sumTolerance;
  return done ? values : softmax(values);
}
