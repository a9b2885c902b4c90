/** Compares the scores that two networks give for the same images. */

import { errorOf } from '../errors';
import { largestDifference } from '../base/statistics';
import { topK } from './scores';

/** How the scores of a network differ from those of a reference, for one image. */
export interface ScoreDifference {
  /** Best class of the reference, and of the other network. */
  classes: [reference: number, other: number];
  /** Largest absolute difference of a score. */
  difference: number;
}

/** Returns the class with the highest score; -1 if there are no scores. */
export function bestClass(scores: ArrayLike<number>): number {
  return topK(scores, 1)[0]?.index ?? -1;
}

/**
 * Compares the scores of one image.
 *
 * @throws ArgumentError - SHAPE_MISMATCH when the networks have different numbers of scores
 */
export function compareScores(
  reference: ArrayLike<number>,
  other: ArrayLike<number>,
): ScoreDifference {
  if (reference.length !== other.length) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected networks with outputs of the same size, received ${reference.length} and ${other.length} values`,
    );
  }
  return {
    classes: [bestClass(reference), bestClass(other)],
    difference: largestDifference(reference, other),
  };
}

/** Summarizes the comparison of several images: how many best classes are equal, and the largest difference. */
export function summarizeDifferences(images: readonly ScoreDifference[]): {
  agreement: number;
  largestDifference: number;
} {
  return {
    agreement: images.filter(({ classes: [reference, other] }) => reference === other).length,
    largestDifference: Math.max(...images.map(({ difference }) => difference)),
  };
}
