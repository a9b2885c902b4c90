/** Reports what a conversion changed: operations before and after, and the layers a device executes. */

import { invalid } from '../base/check';
import type { DeviceName } from '../device/names';
import { isNetwork, type IENetwork } from '../network';
import { executedLayersOf, type ExecutedLayer } from './layers';

/** The number of operations of one type before and after a conversion. */
export interface OperationCount {
  /** Type of the operations, such as Convolution. */
  type: string;
  /** Number of operations in the model. */
  before: number;
  /** Number of operations in the converted network. */
  after: number;
}

/** Operations before and after a conversion, and the layers that a device executes. */
export interface ConversionReport {
  /** Counts by type, the largest change first. */
  operations: OperationCount[];
  /** Layers of the converted network, in order of execution. */
  layers: ExecutedLayer[];
}

function countTypes(network: IENetwork): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of network.layers) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function countOperations(before: IENetwork, after: IENetwork): OperationCount[] {
  const [old, now] = [countTypes(before), countTypes(after)];
  const change = (count: OperationCount): number => Math.abs(count.after - count.before);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((type) => ({ type, before: old.get(type) ?? 0, after: now.get(type) ?? 0 }))
    .sort((a, b) => change(b) - change(a) || a.type.localeCompare(b.type));
}

/**
 * Counts operations before and after a conversion, and lists which of them a device fuses.
 *
 * @param before - the model as it was read
 * @param after - the converted network; this loads it on the device
 * @param device - default CPU
 * @throws ArgumentError - INVALID_ARGUMENT
 */
export async function reportConversion(
  before: IENetwork,
  after: IENetwork,
  device: DeviceName = 'CPU',
): Promise<ConversionReport> {
  for (const [name, network] of Object.entries({ before, after }))
    if (!isNetwork(network)) throw invalid(name, 'an IENetwork', network);
  const operations = countOperations(before, after);
  return { operations, layers: await executedLayersOf(after, device) };
}
