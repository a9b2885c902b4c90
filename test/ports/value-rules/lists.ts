import { ir, parameter } from '../../helpers/networks';
import { isSince } from '../../helpers/runtime';
import { f32, i64, list, network, numbers, scalar, type Case, wrapped, zero } from './case';

/** The numbers 0, 1, 2 … in four rows and five columns. */
const rows = numbers([4, 5], ...Array.from({ length: 20 }, (_, i) => i));
const row = (index: number): number[] => rows.numbers.slice(5 * index, 5 * index + 5);

/** Runtimes before 2025.3 do not count indices of GatherND from the end. */
const countsFromEnd = isSince('2025.3');
const fromEnd = (place: number, length: number): number => (countsFromEnd ? 0 : length) - place;
const least = (length: number): number => (countsFromEnd ? -length : 0);

const gather = { type: 'GatherND', opset: 8, data: 'batch_dims="0"', outputs: [f32(2, 5)] };
const pad = { type: 'Pad', opset: 1, data: 'pad_mode="constant"', outputs: [f32(-1, -1)] };

export const lists: readonly Case[] = [
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
        inputs: { data: rows, indices: numbers([2, 1], 3, fromEnd(4, 4)) },
        expected: [...row(3), ...row(0)],
      },
    ],
    bad: [4, -5, 1e9, wrapped].map((index) => ({
      inputs: { data: rows, indices: numbers([2, 1], 0, index) },
      text: `Expected a number from ${least(4)} to 3 in element 1 of input 'indices', which is indices of GatherND 'op', received ${index}`,
    })),
  },
  {
    name: 'GatherND by rows and columns',
    model: network(
      { ...gather, outputs: [f32(2)] },
      parameter('data', f32(4, 5)),
      parameter('indices', i64(2, 2)),
    ),
    good: [
      {
        inputs: { data: rows, indices: numbers([2, 2], 3, 4, 0, fromEnd(1, 5)) },
        expected: [19, 4],
      },
    ],
    bad: [
      {
        inputs: { data: rows, indices: numbers([2, 2], 3, 4, 4, 0) },
        text: `from ${least(4)} to 3 in element 2`,
      },
      {
        inputs: { data: rows, indices: numbers([2, 2], 3, 5, 3, 0) },
        text: `from ${least(5)} to 4 in element 1`,
      },
    ],
  },
  {
    name: 'GatherND of varying length',
    model: network(gather, parameter('data', f32(-1, 5)), parameter('indices', i64(2, 1))),
    good: [
      {
        inputs: { data: rows, indices: numbers([2, 1], 3, fromEnd(4, 4)) },
        expected: [...row(3), ...row(0)],
      },
    ],
    bad: [
      {
        inputs: {
          data: numbers([2, 5], ...row(0), ...row(1)),
          indices: numbers([2, 1], 1, 3),
        },
        text: `from ${least(2)} to 1 in element 1`,
      },
    ],
  },
  {
    name: 'GatherND with indices of single precision',
    model: network(gather, parameter('data', f32(4, 5)), parameter('indices', i64(2, 1))),
    precisions: { indices: 'FP32' },
    good: [
      {
        inputs: { data: rows, indices: numbers([2, 1], 3.5, fromEnd(4, 4)) },
        expected: [...row(3), ...row(0)],
      },
    ],
    bad: [
      { inputs: { data: rows, indices: numbers([2, 1], 0, 1e9) }, text: `from ${least(4)} to 3` },
    ],
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
        text: "from -2 to 2147483645 in element 1 of input 'begin', which is pads_begin",
      },
      {
        inputs: { data: numbers([2, 2], 1, 2, 3, 4), begin: list(1e9, 0), end: list(-1e9, 0) },
        text: "in element 0 of input 'end', which is pads_end",
      },
      {
        // The length of the result, as an integer of 32 bits, is 0.
        inputs: {
          data: numbers([2, 2], 1, 2, 3, 4),
          begin: list(2 ** 31 - 1, 0),
          end: list(2 ** 31 - 1, 0),
        },
        text: "from -2 to 2147483645 in element 0 of input 'begin'",
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
    bad: [0, wrapped, -(2 ** 31)].map((stride) => ({
      inputs: { data: list(1, 2, 3, 4), begin: list(4), end: list(0), strides: list(stride) },
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
    name: 'VariadicSplit of varying length',
    model: network(
      { type: 'VariadicSplit', outputs: [f32(-1), f32(-1), f32(-1)] },
      parameter('data', f32(-1)),
      zero,
      parameter('parts', i64(3)),
    ),
    good: [{ inputs: { data: list(1, 2, 3, 4), parts: list(2, -1, 1) }, expected: [1, 2] }],
    bad: [
      {
        inputs: { data: list(1, 2, 3, 4), parts: list(5, -1, 0) },
        text: 'from -1 to 4 in element 0',
      },
      { inputs: { data: list(1, 2, 3, 4), parts: list(4, 1, -1) }, text: 'at most 4 in total' },
    ],
  },
];
