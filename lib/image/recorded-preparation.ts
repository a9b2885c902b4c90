/** Reads which preprocessing a converter has built into a network. */

import { invalid } from '../base/check';
import { isNetwork, type IENetwork } from '../network';

/** The preprocessing that a converter has built into a network, as the model's file records it. */
export interface RecordedPreparation {
  /** The mean that the network subtracts: no number, one number, or one number per channel. */
  mean: number[];
  /** The divisor that the network then applies: no number, one number, or one number per channel. */
  scale: number[];
  /** Whether the network expects BGR although the model was trained with RGB, or RGB instead of BGR. */
  reverseChannels: boolean;
}

function numbersIn(text: unknown): number[] {
  if (typeof text !== 'string' && typeof text !== 'number') return [];
  // The values of one input, in one of the forms [1,2,3], data[1,2,3], {"data":[1,2,3]} or 255.
  const [, list] = /\[([^[\]]+)\]/.exec(String(text)) ?? [];
  const values = (list ?? String(text)).split(',').map(Number);
  return values.every(Number.isFinite) ? values : [];
}

/** Reads the preprocessing that `mo`, of this package or of OpenVINO, has recorded in a network. */
export function recordedPreparation(network: IENetwork): RecordedPreparation {
  if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
  const recorded = (name: string): unknown => network.rtInfo('conversion_parameters', name);
  const scale = numbersIn(recorded('scale'));
  return {
    mean: numbersIn(recorded('mean_values')),
    scale: scale.length > 0 ? scale : numbersIn(recorded('scale_values')),
    reverseChannels: /^true$/i.test(String(recorded('reverse_input_channels'))),
  };
}
