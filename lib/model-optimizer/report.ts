import { IECore } from '../core';
import type { DeviceName } from '../device';
import { nativeOf, type IENetwork } from '../network';

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

/**
 * Draws the layers as the device executes them, each with the operations it took in.
 *
 * @returns SVG
 */
export async function drawLayers(layers: readonly ExecutedLayer[]): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const shown = layers.flatMap(({ type }, i) => (type === 'Const' ? [] : [i]));
  return viz.renderString(
    {
      graphAttributes: { rankdir: 'TB' },
      nodeAttributes: { shape: 'box', fontname: 'Arial', margin: '0.3,0.05' },
      nodes: shown.map((i) => {
        const { name, type, operations } = layers[i] as ExecutedLayer;
        const fused = operations.filter((operation) => operation !== name);
        return {
          name: String(i),
          attributes: {
            label: [type, name, ...(fused.length > 0 ? [`+ ${fused.join(', ')}`] : [])].join('\n'),
            ...(fused.length > 0 && { style: 'filled', fillcolor: '#e0ecf8' }),
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
