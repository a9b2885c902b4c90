import { invalid } from '../base/check';
import { isNetwork, type IENetwork } from '../network';

/** What a converter built into a network, as its file records it. */
export interface RecordedPreparation {
  /** Subtracted inside the network: none, one number, or one a channel. */
  mean: number[];
  /** Divides inside the network, after that. */
  scale: number[];
  /** The network takes BGR where the model was made for RGB, or the other way round. */
  reverseChannels: boolean;
}

function numbersIn(text: unknown): number[] {
  if (typeof text !== 'string' && typeof text !== 'number') return [];
  // One input's: [1,2,3], data[1,2,3], {"data":[1,2,3]} or 255.
  const [, list] = /\[([^[\]]+)\]/.exec(String(text)) ?? [];
  const values = (list ?? String(text)).split(',').map(Number);
  return values.every(Number.isFinite) ? values : [];
}

/** What `mo`, this package's or the old one, recorded of a conversion. */
export function recordedPreparation(network: IENetwork): RecordedPreparation {
  if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
  const said = (name: string): unknown => network.rtInfo('conversion_parameters', name);
  const scale = numbersIn(said('scale'));
  return {
    mean: numbersIn(said('mean_values')),
    scale: scale.length > 0 ? scale : numbersIn(said('scale_values')),
    reverseChannels: /^true$/i.test(String(said('reverse_input_channels'))),
  };
}
