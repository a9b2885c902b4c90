/** Prints the results of `iecore query` as text tables. */

import { plainText } from '../../base/escape-text';
import { note, print } from '../shared/print';
import { textTable } from '../shared/table';

/** A layer of the network and its device. */
export interface PlacedLayer {
  name: string;
  type: string;
  /** undefined if the queried device cannot run the layer. */
  device: string | undefined;
}

/** A layer as the device executes it. */
export interface TimedLayer {
  name: string;
  type: string;
  /** The device's implementation of the layer. */
  kernel: string;
  /** Wall time of the layer in the last inference. */
  microseconds: number;
}

/** Number of layers on each device; `none` counts those that the queried device cannot run. */
export type Summary = Readonly<Record<string, number>>;

const longestName = 48;

/** Cuts off the front of a name that is too long, because layers differ in the last part of a path. */
function shorten(name: string): string {
  return name.length > longestName ? `…${name.slice(1 - longestName)}` : name;
}

/** Prints the device of each layer, and the number of layers on each device. */
export function printPlacement(
  layers: readonly PlacedLayer[],
  summary: Summary,
  queried: string,
): void {
  const rows = layers.map(({ name, type, device }) => [shorten(name), type, device ?? 'none']);
  print(textTable(['layer', 'type', 'device'], rows, 3));
  print('');
  for (const [device, count] of Object.entries(summary))
    print(`${plainText(device)}: ${count} of ${layers.length} layers`);
  if (summary['none'] !== undefined)
    note(`${queried} cannot run all layers; HETERO:${queried},CPU runs the others on the CPU.`);
}

/** Prints the time of each executed layer. */
export function printTimes(layers: readonly TimedLayer[]): void {
  const total = layers.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const rows = layers.map(({ name, type, kernel, microseconds }) => [
    ...[shorten(name), type, kernel, microseconds.toFixed(0)],
    ((100 * microseconds) / total).toFixed(1),
  ]);
  print('');
  print(textTable(['executed layer', 'type', 'kernel', 'µs', '%'], rows, 3));
  print(`${layers.length} executed layers, ${(total / 1000).toFixed(2)} ms`);
}
