import { checkInteger, invalid, readList, readProperties, readRecord } from '../base/check';
import { IECore } from '../core';
import type { DeviceName } from '../device/names';
import { plainText } from '../base/foreign-text';
import { isNetwork, nativeOf, type IENetwork } from '../network';

/** What became of one kind of operation. */
export interface OperationCount {
  /** The kind, such as Convolution. */
  type: string;
  /** How many there were in the model. */
  before: number;
  /** How many there are in the converted network. */
  after: number;
}

/** A layer as the device executes it. */
export interface ExecutedLayer {
  /** Its name. */
  name: string;
  /** The device's kind of layer. */
  type: string;
  /** The operations that it took in, itself included. */
  operations: string[];
  /** The layers whose outputs go in, by position in the list. */
  sources: number[];
}

/** Operations before and after a conversion, and what a device makes of them. */
export interface ConversionReport {
  /** By kind, those that changed most first. */
  operations: OperationCount[];
  /** In an order of execution. */
  layers: ExecutedLayer[];
}

function countTypes(network: IENetwork): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of network.layers) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/**
 * Shows what a conversion changed, and which operations a device fuses into one layer.
 *
 * @param before - the model as it was read
 * @param after - the converted network; it is loaded on the device
 * @param device - default CPU
 */
export async function reportConversion(
  before: IENetwork,
  after: IENetwork,
  device: DeviceName = 'CPU',
): Promise<ConversionReport> {
  for (const [network, name] of [
    [before, 'before'],
    [after, 'after'],
  ] as const)
    if (!isNetwork(network)) throw invalid(name, 'an IENetwork', network);
  const [old, now] = [countTypes(before), countTypes(after)];
  const operations = [...new Set([...old.keys(), ...now.keys()])]
    .map((type) => ({ type, before: old.get(type) ?? 0, after: now.get(type) ?? 0 }))
    .sort(
      (a, b) =>
        Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || a.type.localeCompare(b.type),
    );
  const exec = await new IECore().loadNetwork(after, device, { numRequests: 1 });
  const layers = nativeOf(exec.getExecGraphInfo())
    .operations()
    .map(({ name, rtInfo, sources }) => ({
      name,
      type: rtInfo['layerType'] ?? '',
      operations: (rtInfo['originalLayersNames'] ?? '').split(',').filter((part) => part !== ''),
      sources: sources.map(({ operation }) => operation),
    }));
  exec.close();
  return { operations, layers };
}

/** More than these layers make no picture that anybody could read. */
export const largestPicture = 150;

/** Colours for devices, in the order they are met. */
const deviceColours = ['#d7ecd9', '#fde0c5', '#e0ecf8', '#f3d9ea', '#f7f1c4'];

/** A line of a label: Graphviz takes a backslash in one for the beginning of a command, as `\N`. */
const labelLine = (text: string): string => plainText(text).replaceAll('\\', '\\\\');

function readLayer(value: unknown, name: string): ExecutedLayer {
  const keys = ['name', 'type', 'operations', 'sources'];
  const layer = readProperties(
    value as ExecutedLayer,
    name,
    keys,
    `an object { ${keys.join(', ')} }`,
  );
  return {
    name: checkText(layer.name, `${name}.name`),
    type: checkText(layer.type, `${name}.type`),
    operations: readList(layer.operations, `${name}.operations`, 'a list of names', checkText),
    sources: readList(layer.sources, `${name}.sources`, 'a list of positions', (source, at) => {
      checkInteger(source, at);
      return source;
    }),
  };
}

function checkText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(name, 'a string', value);
  return value;
}

/**
 * Draws layers: each with the operations it took in, or with the device that runs it.
 *
 * @param deviceOf - the device of a layer, by name; each gets a colour
 * @returns SVG
 */
export async function drawLayers(
  layers: readonly ExecutedLayer[],
  deviceOf: Readonly<Record<string, string>> = {},
): Promise<string> {
  layers = readList(layers, 'layers', 'a list of layers', readLayer);
  const record = readRecord(deviceOf, 'deviceOf', 'a record of devices by layer name');
  deviceOf = Object.fromEntries(
    Object.entries(record).map(([name, device]) => [name, checkText(device, `deviceOf.${name}`)]),
  );
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const shown = layers.flatMap(({ type }, i) => (/^Const(ant)?$/.test(type) ? [] : [i]));
  const devices = [...new Set(Object.values(deviceOf))];
  return viz.renderString(
    {
      graphAttributes: { rankdir: 'TB' },
      nodeAttributes: { shape: 'box', fontname: 'Arial', margin: '0.3,0.05' },
      nodes: shown.map((i) => {
        const { name, type, operations } = layers[i] as ExecutedLayer;
        const fused = operations.filter((operation) => operation !== name);
        const device = Object.hasOwn(deviceOf, name) ? deviceOf[name] : undefined;
        const colour =
          device === undefined
            ? fused.length > 0 && '#e0ecf8'
            : (deviceColours[devices.indexOf(device) % deviceColours.length] ?? false);
        return {
          name: String(i),
          attributes: {
            label: [
              type,
              name,
              ...(fused.length > 0 ? [`+ ${fused.join(', ')}`] : []),
              ...(device === undefined ? [] : [`on ${device}`]),
            ]
              .map(labelLine)
              .join('\n'),
            ...(colour !== false && { style: 'filled', fillcolor: colour }),
          },
        };
      }),
      edges: shown.flatMap((i) =>
        (layers[i] as ExecutedLayer).sources
          .filter((source) => shown.includes(source))
          .map((source) => ({ tail: String(source), head: String(i) })),
      ),
    },
    { format: 'svg' },
  );
}

/** The layers of a network as it was read, none fused. */
export function layersOf(network: IENetwork): ExecutedLayer[] {
  if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
  return nativeOf(network)
    .operations()
    .map(({ name, type, sources }) => ({
      name,
      type,
      operations: [name],
      sources: sources.map(({ operation }) => operation),
    }));
}
