/** Draws the graph of a network's layers as SVG, with Graphviz. */

import { checkInteger, invalid, readList, readProperties, readRecord } from '../base/check';
import { plainText } from '../base/escape-text';
import { isConstant, type ExecutedLayer } from './layers';

/** Maximum number of layers in a drawing; a larger drawing is not legible. */
export const largestPicture = 150;

const fusedColor = '#e0ecf8';

/** Colors of the devices, in the order in which `deviceOf` names them; they repeat after the last. */
const deviceColors = ['#d7ecd9', '#fde0c5', fusedColor, '#f3d9ea', '#f7f1c4'];

/** Escapes a line of a label: in Graphviz, a backslash starts a command such as `\N`. */
const labelLine = (text: string): string => plainText(text).replaceAll('\\', '\\\\');

function checkText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(name, 'a string', value);
  return value;
}

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

function readDevices(deviceOf: unknown): ReadonlyMap<string, string> {
  const record = readRecord(deviceOf, 'deviceOf', 'a record of devices by layer name');
  return new Map(
    Object.entries(record).map(([name, device]) => [name, checkText(device, `deviceOf.${name}`)]),
  );
}

/** The label and color of a layer's box. */
function nodeAttributes(
  { name, type, operations }: ExecutedLayer,
  device: string | undefined,
  deviceColor: string | undefined,
): Record<string, string> {
  const fused = operations.filter((operation) => operation !== name);
  const lines = [
    type,
    name,
    ...(fused.length > 0 ? [`+ ${fused.join(', ')}`] : []),
    ...(device === undefined ? [] : [`on ${device}`]),
  ];
  const color = deviceColor ?? (fused.length > 0 ? fusedColor : undefined);
  return {
    label: lines.map(labelLine).join('\n'),
    ...(color !== undefined && { style: 'filled', fillcolor: color }),
  };
}

/**
 * Draws layers as a graph. Each box shows the operations fused into the layer and, if given, the
 * device that runs it. Constants are left out.
 *
 * @param deviceOf - device of each layer, by layer name; each device gets a color
 * @returns SVG
 * @throws ArgumentError - INVALID_ARGUMENT
 */
export async function drawLayers(
  layers: readonly ExecutedLayer[],
  deviceOf: Readonly<Record<string, string>> = {},
): Promise<string> {
  const all = readList(layers, 'layers', 'a list of layers', readLayer);
  const devices = readDevices(deviceOf);
  const names = [...new Set(devices.values())];
  const colors = new Map(
    names.map((name, i) => [name, deviceColors[i % deviceColors.length] as string]),
  );
  const drawn = new Map([...all.entries()].filter(([, layer]) => !isConstant(layer)));
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  return viz.renderString(
    {
      graphAttributes: { rankdir: 'TB' },
      nodeAttributes: { shape: 'box', fontname: 'Arial', margin: '0.3,0.05' },
      nodes: [...drawn].map(([i, layer]) => {
        const device = devices.get(layer.name);
        const color = device === undefined ? undefined : colors.get(device);
        return { name: String(i), attributes: nodeAttributes(layer, device, color) };
      }),
      edges: [...drawn].flatMap(([i, { sources }]) =>
        sources
          .filter((source) => drawn.has(source))
          .map((source) => ({ tail: String(source), head: String(i) })),
      ),
    },
    { format: 'svg' },
  );
}
