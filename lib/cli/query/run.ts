/** `iecore query`: shows the device and the time of each layer of a network. */

import type { Command } from 'commander';
import { readRegular } from '../../base/regular-file';
import { benchmark } from '../../benchmark';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import { layersOf } from '../../model-optimizer';
import type { IENetwork } from '../../network';
import { printJson } from '../shared/print';
import { declareCommand, type Example } from '../shared/command-options';
import { writeGraphImage } from '../shared/graph-image';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { queryFlags, type QueryValues } from './options';
import { printPlacement, printTimes, type PlacedLayer, type TimedLayer } from './print';

const description = 'Show which device runs each layer of a network, and how long it takes';

const examples: readonly Example[] = [
  ['iecore query -m resnet18.xml -d CPU', 'the layers that the CPU can run'],
  [
    'iecore query -m net.xml -d HETERO:GPU,CPU --picture net.svg',
    'also a drawing, colored by device',
  ],
  [
    'iecore query -m net.xml -d HETERO:GPU,CPU --affinity softmax=CPU',
    'with one layer assigned by hand',
  ],
  ['iecore query -m net.xml --perf', 'the layers as executed, with their times'],
];

/** Declares the command. */
export function queryCommand(): Command {
  return declareCommand({ name: 'query', description, examples }, queryFlags, query);
}

/** Reads the devices that the user assigned to layers; the command line overrides the file. */
async function readAffinity({
  affinity = {},
  affinityFile,
}: QueryValues): Promise<Record<string, string>> {
  if (affinityFile === undefined) return affinity;
  const text = (await readRegular(affinityFile, 'affinity file')).toString();
  try {
    return { ...(JSON.parse(text) as Record<string, string>), ...affinity };
  } catch (cause) {
    throw errorOf('INVALID_ARGUMENT', `Expected JSON {"layer": "device"} in ${affinityFile}`, {
      cause,
    });
  }
}

/** Lists the layers, except constants, with the devices that run them. */
function placeLayers(
  { layers }: IENetwork,
  devices: Readonly<Record<string, string>>,
): PlacedLayer[] {
  return layers
    .filter(({ type }) => type !== 'Constant')
    .map(({ name, type }) => ({
      name,
      type,
      device: Object.hasOwn(devices, name) ? devices[name] : undefined,
    }));
}

function countByDevice(layers: readonly PlacedLayer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { device = 'none' } of layers) counts[device] = (counts[device] ?? 0) + 1;
  return counts;
}

/** Runs the network and lists the layers as the device executes them. */
async function timeLayers(
  network: IENetwork,
  { device, iterations }: QueryValues,
): Promise<TimedLayer[]> {
  const { layers } = await benchmark(network, {
    device,
    hint: 'latency',
    iterations,
    perfCounts: true,
  });
  return Object.entries(layers[0] ?? {})
    .filter(([, { status }]) => status === 'EXECUTED')
    .map(([name, { layerType, execType, realTime }]) => ({
      name,
      type: layerType,
      kernel: execType,
      microseconds: realTime,
    }));
}

async function query(values: QueryValues): Promise<void> {
  const { model, device, picture, perf = false, affinityFile, json = false } = values;
  if (picture !== undefined)
    await checkOutputFile(picture, await inputFiles(model, [affinityFile]));
  const ie = new IECore();
  const network = await ie.readNetwork(model);
  network.setAffinity(await readAffinity(values));
  const devices = await ie.queryNetwork(network, device);
  const layers = placeLayers(network, devices);
  const summary = countByDevice(layers);
  if (picture !== undefined) await writeGraphImage(picture, layersOf(network), devices);
  const executed = perf ? await timeLayers(network, values) : undefined;
  if (json) return printJson({ device, layers, summary, ...(executed && { executed }) });
  printPlacement(layers, summary, device);
  if (executed !== undefined) printTimes(executed);
}
