import { type Command, InvalidArgumentError } from 'commander';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import { plainText } from '../../base/escape-text';
import { layersOf } from '../../model-optimizer';
import { benchmark } from '../../benchmark';
import type { IENetwork } from '../../network';
import { readRegular } from '../../base/regular-file';
import {
  declare,
  note,
  print,
  printJson,
  wholeNumber,
  type CommonOptions,
} from '../shared/command';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { writeGraphImage } from '../shared/graph-image';
import { textTable } from '../shared/table';

interface QueryOptions extends CommonOptions {
  model: string;
  device: string;
  affinity?: Record<string, string>;
  affinityFile?: string;
  perf?: boolean;
  niter: number;
  picture?: string;
}

/** A layer, and where it runs. */
interface Placed {
  name: string;
  type: string;
  /** undefined where the device cannot run it. */
  device: string | undefined;
}

function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('layer=device is needed, such as conv1=GPU.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** `iecore query`: which layer runs where. */
export function queryCommand(): Command {
  return declare(
    'query',
    'Tell which layer of a network runs on which device, and how long it takes',
    [
      ['iecore query -m resnet18.xml -d CPU', 'what the CPU can run'],
      ['iecore query -m net.xml -d HETERO:GPU,CPU --picture net.svg', 'and a picture, by colours'],
      [
        'iecore query -m net.xml -d HETERO:GPU,CPU --affinity softmax=CPU',
        'with a layer put by hand',
      ],
      ['iecore query -m net.xml --perf', 'the layers as they are executed, with their times'],
    ],
  )
    .requiredOption('-m, --model <file>', 'the network: .xml, .onnx, …')
    .option('-d, --device <name>', 'device to ask', 'CPU')
    .option(
      '--affinity <layer=device>',
      'put a layer on a device of HETERO; again for others',
      pair,
    )
    .option('--affinity-file <file>', 'the same for many, JSON: {"layer": "device"}')
    .option('--perf', 'load it, infer, and tell the time of each executed layer')
    .option('--niter <number>', 'with --perf: how many inferences', wholeNumber, 10)
    .option('--picture <file>', 'write a picture (SVG) of the layers and their devices')
    .action(query);
}

async function affinityOf({
  affinity,
  affinityFile,
}: QueryOptions): Promise<Record<string, string>> {
  if (affinityFile === undefined) return affinity ?? {};
  const text = (await readRegular(affinityFile, 'affinity file')).toString();
  try {
    return { ...(JSON.parse(text) as Record<string, string>), ...affinity };
  } catch (cause) {
    throw errorOf('INVALID_ARGUMENT', `Expected JSON {"layer": "device"} in ${affinityFile}`, {
      cause,
    });
  }
}

function countBy(placed: readonly Placed[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { device = 'none' } of placed) counts[device] = (counts[device] ?? 0) + 1;
  return counts;
}

/** The layers as the device executes them, with their times. */
async function measure(network: IENetwork, { device, niter }: QueryOptions) {
  const { layers } = await benchmark(network, {
    device,
    hint: 'latency',
    iterations: niter,
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

const shorten = (name: string): string => (name.length > 48 ? `…${name.slice(-47)}` : name);

async function query(options: QueryOptions): Promise<void> {
  if (options.picture !== undefined)
    await checkOutputFile(options.picture, await inputFiles(options.model, [options.affinityFile]));
  const ie = new IECore();
  const network = await ie.readNetwork(options.model);
  network.setAffinity(await affinityOf(options));
  const devices = await ie.queryNetwork(network, options.device);
  const placed = network.layers
    .filter(({ type }) => type !== 'Constant')
    .map(({ name, type }): Placed => ({
      name,
      type,
      device: Object.hasOwn(devices, name) ? devices[name] : undefined,
    }));
  const summary = countBy(placed);
  if (options.picture !== undefined)
    await writeGraphImage(options.picture, layersOf(network), devices);
  const executed = options.perf === true ? await measure(network, options) : undefined;
  if (options.json === true)
    return printJson({
      device: options.device,
      layers: placed,
      summary,
      ...(executed && { executed }),
    });
  print(
    textTable(
      ['layer', 'type', 'device'],
      placed.map(({ name, type, device }) => [shorten(name), type, device ?? 'none']),
      3,
    ),
  );
  print('');
  for (const [device, count] of Object.entries(summary))
    print(`${plainText(device)}: ${count} of ${placed.length} layers`);
  if (summary['none'] !== undefined)
    note(`${options.device} cannot run all of it; HETERO:${options.device},CPU splits it.`);
  if (executed === undefined) return;
  const total = executed.reduce((sum, { microseconds }) => sum + microseconds, 0);
  print('');
  print(
    textTable(
      ['executed layer', 'type', 'kernel', 'µs', '%'],
      executed.map(({ name, type, kernel, microseconds }) => [
        ...[shorten(name), type, kernel, microseconds.toFixed(0)],
        ((100 * microseconds) / total).toFixed(1),
      ]),
      3,
    ),
  );
  print(`${executed.length} executed layers, ${(total / 1000).toFixed(2)} ms`);
}
