/** Decides which mean and scale PyTorch and OpenVINO apply, so that each side applies them exactly once. */

import { errorOf } from '../../errors';
import type { AcceptOptions, RecordedPreparation } from '../../image';

/** The mean and scale of each side. */
export interface Normalization {
  /** Applied to the pixels for PyTorch: an empty list, one number, or one number per channel. */
  pytorch: { mean: readonly number[]; scale: readonly number[] };
  /** Built into the network when OpenVINO loads it; empty if the network's file contains them already. */
  openvino: Pick<AcceptOptions, 'mean' | 'scale'>;
}

function toList(value: number | readonly number[] | undefined): readonly number[] {
  return value === undefined ? [] : typeof value === 'number' ? [value] : value;
}

/**
 * Combines the mean and scale that `mo` built into the network with those that the caller passes.
 *
 * @throws ArgumentError - INVALID_ARGUMENT when both are present
 */
export function normalizationOf(
  recorded: RecordedPreparation,
  { mean, scale }: Pick<AcceptOptions, 'mean' | 'scale'>,
): Normalization {
  if (recorded.mean.length === 0 && recorded.scale.length === 0) {
    return {
      pytorch: { mean: toList(mean), scale: toList(scale) },
      openvino: { ...(mean !== undefined && { mean }), ...(scale !== undefined && { scale }) },
    };
  }
  if (mean !== undefined || scale !== undefined) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected no mean and no scale, because mo built them into this network; PyTorch applies the same values. Leave them out',
    );
  }
  return { pytorch: { mean: recorded.mean, scale: recorded.scale }, openvino: {} };
}
