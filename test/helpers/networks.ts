import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IECore, PoolOptions, PreProcess } from '../../lib';

/** Makes the device compute in single precision, because tests compare numbers. */
export const f32 = { config: { INFERENCE_PRECISION_HINT: 'f32' } };

/** Matches an error with this code, and with these words in its message, for toThrow(). */
export const coded = (code: string, words: RegExp | string = ''): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(words) as string }) as Error;

const precisions = { f32: 'FP32', f16: 'FP16', i64: 'I64', boolean: 'BOOL' } as const;

/** An input of `passthrough`: -1 for a dynamic dimension; single precision by default. */
export interface Tensor {
  dims: readonly number[];
  element?: keyof typeof precisions;
  /** Names of the tensor, separated by commas. */
  names?: string;
}

type Port = readonly [id: number, tensor: Tensor];

function portText([id, { dims, element = 'f32', names }]: Port): string {
  const lengths = dims.map((dim) => `<dim>${dim}</dim>`).join('');
  const named = names === undefined ? '' : ` names="${names}"`;
  return `<port id="${id}" precision="${precisions[element]}"${named}>${lengths}</port>`;
}

/** A layer of an IR without weights. */
export interface Layer {
  name: string;
  type: string;
  opset?: number;
  data?: string;
  inputs?: readonly Tensor[];
  outputs?: readonly Tensor[];
}

/** The text of an IR: its layers, and edges as [layer, port, layer, port], all counted from 0. */
export function ir(layers: readonly Layer[], edges: readonly (readonly number[])[]): Buffer {
  const layerTexts = layers.map(
    ({ name, type, opset = 1, data = '', inputs = [], outputs = [] }, id) => {
      const ports = (tag: string, tensors: readonly Tensor[], first: number): string =>
        tensors.length === 0
          ? ''
          : `<${tag}>${tensors.map((tensor, i) => portText([first + i, tensor])).join('')}</${tag}>`;
      return `<layer id="${id}" name="${name}" type="${type}" version="opset${opset}"><data ${data}/>${ports('input', inputs, 0)}${ports('output', outputs, inputs.length)}</layer>`;
    },
  );
  const edgeTexts = edges.map(
    ([from, output, to, input]) =>
      `<edge from-layer="${from}" from-port="${output}" to-layer="${to}" to-port="${input}"/>`,
  );
  // Runtimes before 2025 do not recognize a graph of less than 512 bytes as IR.
  const text = `<?xml version="1.0"?><net name="small" version="11"><layers>${layerTexts.join('')}</layers><edges>${edgeTexts.join('')}</edges>`;
  return Buffer.from(`${text.padEnd(512)}</net>`);
}

/** A Parameter layer. */
export function parameter(name: string, tensor: Tensor): Layer {
  const shape = tensor.dims.map((dim) => (dim === -1 ? '?' : dim)).join(',');
  const data = `shape="${shape}" element_type="${tensor.element ?? 'f32'}"`;
  return { name, type: 'Parameter', data, outputs: [tensor] };
}

/** An IR with an output `<name>_out` for each input: its positive part (ReLU). */
export function passthrough(inputs: Readonly<Record<string, Tensor>>): Buffer {
  const layers = Object.entries(inputs).flatMap(([name, tensor]): Layer[] => [
    parameter(name, tensor),
    { name: `${name}_out`, type: 'Relu', inputs: [tensor], outputs: [tensor] },
    { name: `${name}_result`, type: 'Result', inputs: [tensor] },
  ]);
  const edges = Object.keys(inputs).flatMap((_, i) => [
    [3 * i, 0, 3 * i + 1, 0],
    [3 * i + 1, 1, 3 * i + 2, 0],
  ]);
  return ir(layers, edges);
}

/** An IR of many layers in a chain. */
export function chain(length: number): Buffer {
  const tensor = { dims: [1, 4] };
  const inner = Array.from({ length }, (_, i): Layer => {
    return { name: `layer${i}`, type: 'Relu', inputs: [tensor], outputs: [tensor] };
  });
  const result = { name: 'result', type: 'Result', inputs: [tensor] };
  const edges = Array.from({ length: length + 1 }, (_, i) => [i, i === 0 ? 0 : 1, i + 1, 0]);
  return ir([parameter('x', tensor), ...inner, result], edges);
}

/** An IR that adds x, two numbers, to its state and returns the sum. */
export function stateful(dims: readonly number[] = [1, 2]): Buffer {
  const tensor = { dims };
  const variable = `variable_id="total" variable_type="f32" variable_shape="${dims.join(',')}"`;
  return ir(
    [
      parameter('x', tensor),
      { name: 'before', type: 'ReadValue', opset: 6, data: variable, outputs: [tensor] },
      { name: 'sum', type: 'Add', inputs: [tensor, tensor], outputs: [tensor] },
      {
        name: 'after',
        type: 'Assign',
        opset: 6,
        data: variable,
        inputs: [tensor],
        outputs: [tensor],
      },
      { name: 'result', type: 'Result', inputs: [tensor] },
    ],
    [
      [0, 0, 2, 0],
      [1, 0, 2, 1],
      [2, 2, 3, 0],
      [2, 2, 4, 0],
    ],
  );
}

/** `passthrough` with one input x, loaded with a number of requests. */
export async function loadSmall(
  ie: IECore,
  dims: readonly number[] = [1, 4],
  numRequests = 1,
  pool: PoolOptions = {},
) {
  const net = await ie.readNetwork(passthrough({ x: { dims } }));
  return ie.loadNetwork(net, 'CPU', { ...f32, numRequests, ...pool });
}

const fixtures = join(__dirname, '../fixtures');

/** The path of a network in the fixtures. */
export const fixture = (file: string): string => join(fixtures, 'networks', file);

/** Reads a .npy file of single precision: its numbers and dimensions. */
export function readNpy(file: string): { dims: number[]; data: Float32Array } {
  const bytes = readFileSync(file);
  const begin = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, begin);
  if (!header.includes("'<f4'")) throw new Error(`${file} is not of single precision`);
  const dims = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '';
  return {
    dims: dims.split(',').flatMap((dim) => (dim.trim() === '' ? [] : [Number(dim)])),
    data: new Float32Array(Uint8Array.from(bytes.subarray(begin)).buffer),
  };
}

/** Single-precision values in the fixtures, computed by another runtime. */
export const values = (name: string): Float32Array =>
  readNpy(join(fixtures, 'values', `${name}.npy`)).data;

interface Classic {
  meanImages: { x: number[]; images: number[][]; y: number[] };
  requests: {
    precision: 'FP32' | 'U8';
    layout: 'NCHW' | 'NHWC';
    dims: number[];
    preProcess: Pick<Required<PreProcess>, 'colorFormat' | 'resizeAlgorithm'>;
    x: number[];
    y: number[];
  }[];
  names: { file: string; before: string[]; after: string[] }[];
}

/** Results of the classic API itself, recorded by `make/classic.py`. */
export const classic = JSON.parse(
  readFileSync(join(fixtures, 'values/classic.json'), 'utf8'),
) as Classic;

/** Expects numbers to differ from others by no more than a fraction of the largest one. */
export function expectClose(
  received: ArrayLike<number>,
  expected: Float32Array,
  tolerance = 1e-4,
): void {
  expect(received.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const difference = Math.max(...expected.map((value, i) => Math.abs(value - received[i]!)));
  expect(difference).toBeLessThanOrEqual(tolerance * largest);
}

/** A network whose inference takes a while, and its input, so that a test can interfere. */
export async function loadSlow(ie: IECore, numRequests = 1, pool: PoolOptions = {}) {
  const net = await ie.readNetwork(fixture('conv.xml'));
  net.reshape({ input: [1, 3, 1024, 1024] });
  const exec = await ie.loadNetwork(net, 'CPU', { ...f32, numRequests, ...pool });
  return { exec, inputs: { input: new Float32Array(3 * 1024 * 1024) } };
}

/** `stateful`, loaded. */
export async function loadStateful(ie: IECore, dims?: readonly number[]) {
  return ie.loadNetwork(await ie.readNetwork(stateful(dims)), 'CPU', f32);
}
