import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bareEnvironment, temporaryFolders, write } from './helpers/folders';
import { ir, type Layer, parameter, type Tensor } from './helpers/networks';

const newFolder = temporaryFolders();

interface Value {
  dims: readonly number[];
  numbers: readonly number[];
}

interface Case {
  /** An operation that does not check an operand. */
  name: string;
  model: Buffer;
  /** Of inputs that are not given as the graph has them. */
  precisions?: Record<string, string>;
  good: readonly { inputs: Record<string, Value>; expected: readonly number[] }[];
  /** Inputs to refuse, with a part of the error's text. */
  bad: readonly { inputs: Record<string, Value>; text: string }[];
}

const i64 = (...dims: number[]): Tensor => ({ dims, element: 'i64' });
const f32 = (...dims: number[]): Tensor => ({ dims });

/** The number 0 of the weights, which are eight bytes of zeros. */
const zero: Layer = {
  name: 'zero',
  type: 'Const',
  data: 'element_type="i64" shape="" offset="0" size="8"',
  outputs: [i64()],
};

/** A network of one operation: what goes into it, in order, and its first result. */
function network(layer: Omit<Layer, 'name' | 'inputs'>, ...sources: readonly Layer[]): Buffer {
  const at = sources.length;
  return ir(
    [
      ...sources,
      { name: 'op', ...layer, inputs: sources.map(({ outputs }) => outputs![0]!) },
      { name: 'result', type: 'Result', inputs: layer.outputs!.slice(0, 1) },
    ],
    [...sources.map((_, i) => [i, 0, at, i]), [at, at, at + 1, 0]],
  );
}

const numbers = (dims: readonly number[], ...list: number[]): Value => ({ dims, numbers: list });
const scalar = (value: number): Value => numbers([], value);
const list = (...values: number[]): Value => numbers([values.length], ...values);

/** 0, 1, 2 … of four rows and five columns. */
const rows = numbers([4, 5], ...Array.from({ length: 20 }, (_, i) => i));
const row = (index: number): number[] => rows.numbers.slice(5 * index, 5 * index + 5);

/** What the runtime makes of 64 bits is their lower half. */
const wrapped = 2 ** 32;

const gather = { type: 'GatherND', opset: 8, data: 'batch_dims="0"', outputs: [f32(2, 5)] };
const pad = { type: 'Pad', opset: 1, data: 'pad_mode="constant"', outputs: [f32(-1, -1)] };

const cases: readonly Case[] = [
  {
    name: 'Range',
    model: network(
      { type: 'Range', opset: 4, data: 'output_type="i64"', outputs: [i64(-1)] },
      parameter('start', i64()),
      parameter('stop', i64()),
      parameter('step', i64()),
    ),
    good: [
      { inputs: { start: scalar(0), stop: scalar(7), step: scalar(3) }, expected: [0, 3, 6] },
      { inputs: { start: scalar(3), stop: scalar(0), step: scalar(-1) }, expected: [3, 2, 1] },
    ],
    bad: [0, wrapped].map((step) => ({
      inputs: { start: scalar(0), stop: scalar(7), step: scalar(step) },
      text: `other than 0 in element 0 of input 'step', which is step of Range 'op', received ${step}`,
    })),
  },
  {
    name: 'Tile',
    model: network(
      { type: 'Tile', outputs: [f32(-1)] },
      parameter('data', f32(1)),
      parameter('repeats', i64(1)),
    ),
    good: [{ inputs: { data: list(5), repeats: list(3) }, expected: [5, 5, 5] }],
    bad: [-1, 1e15].map((times) => ({
      inputs: { data: list(5), repeats: list(times) },
      text: `Expected a number from 0 to 2147483647 in element 0 of input 'repeats', which is repeats of Tile 'op', received ${times}`,
    })),
  },
  {
    name: 'GatherND',
    model: network(gather, parameter('data', f32(4, 5)), parameter('indices', i64(2, 1))),
    good: [
      {
        inputs: { data: rows, indices: numbers([2, 1], 3, -4) },
        expected: [...row(3), ...row(0)],
      },
    ],
    bad: [4, -5, 1e9, wrapped].map((index) => ({
      inputs: { data: rows, indices: numbers([2, 1], 0, index) },
      text: `Expected a number from -4 to 3 in element 1 of input 'indices', which is indices of GatherND 'op', received ${index}`,
    })),
  },
  {
    name: 'GatherND by rows and columns',
    model: network(
      { ...gather, outputs: [f32(2)] },
      parameter('data', f32(4, 5)),
      parameter('indices', i64(2, 2)),
    ),
    good: [{ inputs: { data: rows, indices: numbers([2, 2], 3, 4, 0, -1) }, expected: [19, 4] }],
    bad: [
      {
        inputs: { data: rows, indices: numbers([2, 2], 3, 4, 4, 0) },
        text: 'from -4 to 3 in element 2',
      },
      {
        inputs: { data: rows, indices: numbers([2, 2], 3, 5, 3, 0) },
        text: 'from -5 to 4 in element 1',
      },
    ],
  },
  {
    name: 'GatherND of varying length',
    model: network(gather, parameter('data', f32(-1, 5)), parameter('indices', i64(2, 1))),
    good: [
      {
        inputs: { data: rows, indices: numbers([2, 1], 3, -4) },
        expected: [...row(3), ...row(0)],
      },
    ],
    bad: [
      {
        inputs: {
          data: numbers([2, 5], ...row(0), ...row(1)),
          indices: numbers([2, 1], 1, 3),
        },
        text: 'from -2 to 1 in element 1',
      },
    ],
  },
  {
    name: 'GatherND with indices of single precision',
    model: network(gather, parameter('data', f32(4, 5)), parameter('indices', i64(2, 1))),
    precisions: { indices: 'FP32' },
    good: [
      {
        inputs: { data: rows, indices: numbers([2, 1], 3.5, -4) },
        expected: [...row(3), ...row(0)],
      },
    ],
    bad: [{ inputs: { data: rows, indices: numbers([2, 1], 0, 1e9) }, text: 'from -4 to 3' }],
  },
  {
    name: 'ScatterElementsUpdate',
    model: network(
      { type: 'ScatterElementsUpdate', opset: 3, outputs: [f32(4)] },
      parameter('data', f32(4)),
      parameter('indices', i64(2)),
      parameter('updates', f32(2)),
      zero,
    ),
    good: [
      {
        inputs: { data: list(1, 2, 3, 4), indices: list(0, -1), updates: list(8, 9) },
        expected: [8, 2, 3, 9],
      },
    ],
    bad: [-5, -1e9, 4].map((index) => ({
      inputs: { data: list(1, 2, 3, 4), indices: list(index, 0), updates: list(8, 9) },
      text: 'Expected a number from -4 to 3 in element 0',
    })),
  },
  {
    name: 'Pad',
    model: network(
      pad,
      parameter('data', f32(2, 2)),
      parameter('begin', i64(2)),
      parameter('end', i64(2)),
    ),
    good: [
      {
        inputs: { data: numbers([2, 2], 1, 2, 3, 4), begin: list(1, 0), end: list(-1, 1) },
        expected: [0, 0, 0, 1, 2, 0],
      },
    ],
    bad: [
      {
        inputs: { data: numbers([2, 2], 1, 2, 3, 4), begin: list(0, -3), end: list(0, 4) },
        text: "from -2 to 2147483647 in element 1 of input 'begin', which is pads_begin",
      },
      {
        inputs: { data: numbers([2, 2], 1, 2, 3, 4), begin: list(1e9, 0), end: list(-1e9, 0) },
        text: "in element 0 of input 'end', which is pads_end",
      },
    ],
  },
  {
    name: 'Pad, from one list',
    model: ir(
      [
        parameter('data', f32(3)),
        parameter('pads', i64(2)),
        zero,
        {
          name: 'halves',
          type: 'Split',
          data: 'num_splits="2"',
          inputs: [i64(2), i64()],
          outputs: [i64(1), i64(1)],
        },
        { name: 'op', ...pad, inputs: [f32(3), i64(1), i64(1)], outputs: [f32(-1)] },
        { name: 'result', type: 'Result', inputs: [f32(-1)] },
      ],
      [
        [1, 0, 3, 0],
        [2, 0, 3, 1],
        [0, 0, 4, 0],
        [3, 2, 4, 1],
        [3, 3, 4, 2],
        [4, 3, 5, 0],
      ],
    ),
    good: [{ inputs: { data: list(1, 2, 3), pads: list(-1, 1) }, expected: [2, 3, 0] }],
    bad: [
      { inputs: { data: list(1, 2, 3), pads: list(-9, 9) }, text: 'in element 0 of input' },
      { inputs: { data: list(1, 2, 3), pads: list(9, -9) }, text: 'in element 1 of input' },
    ],
  },
  {
    name: 'StridedSlice',
    model: network(
      {
        type: 'StridedSlice',
        data: 'begin_mask="0" end_mask="0" new_axis_mask="" shrink_axis_mask="" ellipsis_mask=""',
        outputs: [f32(-1)],
      },
      parameter('data', f32(4)),
      parameter('begin', i64(1)),
      parameter('end', i64(1)),
      parameter('strides', i64(1)),
    ),
    good: [
      {
        inputs: { data: list(1, 2, 3, 4), begin: list(0), end: list(4), strides: list(2) },
        expected: [1, 3],
      },
    ],
    bad: [0, wrapped].map((stride) => ({
      inputs: { data: list(1, 2, 3, 4), begin: list(0), end: list(4), strides: list(stride) },
      text: 'other than 0',
    })),
  },
  {
    name: 'Roll',
    model: network(
      { type: 'Roll', opset: 7, outputs: [f32(2, 2)] },
      parameter('data', f32(2, 2)),
      parameter('shift', i64(1)),
      parameter('axes', i64(1)),
    ),
    good: [
      {
        inputs: { data: numbers([2, 2], 1, 2, 3, 4), shift: list(1), axes: list(-2) },
        expected: [3, 4, 1, 2],
      },
    ],
    bad: [2, -3, 1e9].map((axis) => ({
      inputs: { data: numbers([2, 2], 1, 2, 3, 4), shift: list(1), axes: list(axis) },
      text: 'from -2 to 1',
    })),
  },
  {
    name: 'VariadicSplit',
    model: network(
      { type: 'VariadicSplit', outputs: [f32(-1), f32(-1), f32(-1)] },
      parameter('data', f32(4)),
      zero,
      parameter('parts', i64(3)),
    ),
    good: [{ inputs: { data: list(1, 2, 3, 4), parts: list(2, -1, 1) }, expected: [1, 2] }],
    bad: [
      {
        inputs: { data: list(1, 2, 3, 4), parts: list(5, -1, 0) },
        text: 'from -1 to 4 in element 0',
      },
      { inputs: { data: list(1, 2, 3, 4), parts: list(3, 2, -1) }, text: 'at most 4 in total' },
    ],
  },
  {
    name: 'PSROIPooling',
    model: network(
      {
        type: 'PSROIPooling',
        data: 'output_dim="1" group_size="1" spatial_scale="1" spatial_bins_x="1" spatial_bins_y="1" mode="average"',
        outputs: [f32(1, 1, 1, 1)],
      },
      parameter('data', f32(1, 1, 2, 2)),
      parameter('regions', f32(1, 5)),
    ),
    good: [
      {
        inputs: {
          data: numbers([1, 1, 2, 2], 7, 7, 7, 7),
          regions: numbers([1, 5], 0, 0, 0, 2, 2),
        },
        expected: [7],
      },
    ],
    bad: [1, -2, 1e9].map((batch) => ({
      inputs: {
        data: numbers([1, 1, 2, 2], 7, 7, 7, 7),
        regions: numbers([1, 5], batch, 0, 0, 2, 2),
      },
      text: 'from -1 to 0 in element 0',
    })),
  },
];

interface Result {
  good: unknown[];
  bad: unknown[];
  again: unknown;
}

let results: Result[];
beforeAll(() => {
  const file = write(
    join(newFolder(), 'cases.json'),
    JSON.stringify(
      cases.map(({ model, precisions = {}, good, bad }) => ({
        model: model.toString(),
        precisions,
        good: good.map(({ inputs }) => inputs),
        bad: bad.map(({ inputs }) => inputs),
      })),
    ),
  );
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [join(__dirname, 'process/values.cjs'), file],
    { env: bareEnvironment(), encoding: 'utf8' },
  );
  if (status !== 0 || stderr !== '') throw new Error(`It ended by ${signal ?? status}: ${stderr}`);
  results = JSON.parse(stdout) as Result[];
});

describe.each(cases.map((one, i) => ({ ...one, i })))('$name', ({ good, bad, i }) => {
  test('takes the values that it is made for', () => {
    const expected = good.map((one) => one.expected);
    expect(results[i]!.good).toEqual(expected);
    expect(results[i]!.again).toEqual(expected[0]);
  });

  test('is not given others, however they come', () => {
    const refused = (text: string): unknown => ({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(text) as string,
    });
    const ways = 4;
    expect(results[i]!.bad).toEqual(
      bad.flatMap(({ text }) => Array.from({ length: ways }, () => refused(text))),
    );
  });
});
