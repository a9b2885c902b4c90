import { parameter } from '../../helpers/networks';
import {
  f32,
  i64,
  list,
  network,
  numbers,
  scalar,
  type Case,
  threeAndFour,
  threeAndFourInRow,
  wrapped,
  zero,
} from './case';

/** Two rows of two complex numbers: 1, 2 + i; 3, 4 - i. */
const complex = numbers([2, 2, 2], 1, 0, 2, 1, 3, 0, 4, -1);

const fourier = (type: string) =>
  network(
    { type, opset: 7, outputs: [f32(2, 2, 2)] },
    parameter('data', f32(2, 2, 2)),
    parameter('axes', i64(1)),
  );

/** The last axis, which holds the two parts of a number, cannot be named. */
const badAxes = (type: string) =>
  [2, -3, 1e9, wrapped].map((axis) => ({
    inputs: { data: complex, axes: list(axis) },
    text: `Expected a number from -2 to 1 in element 0 of input 'axes', which is axes of ${type} 'op', received ${axis}`,
  }));

/** Scores of three classes, the largest of which is that of `labels`. */
const scores = (...labels: number[]) =>
  labels.flatMap((label) => [0, 1, 2].map((index) => (index === label ? 1 : 0)));
const logits = numbers([2, 3, 3], ...scores(0, 0, 1, 1, 2, 1));

/** Beams as in the specification: step times 2 beams. */
const ids = numbers([3, 1, 2], 1, 2, 3, 4, 5, 6);
const parents = numbers([3, 1, 2], 0, 0, 1, 0, 1, 0);

/** Five embeddings of two numbers. */
const table = numbers([5, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
const bags = { table, indices: list(0, 2, 3, 4) };

const sparse = {
  type: 'SparseFillEmptyRows',
  opset: 16,
  outputs: [i64(-1, 2), f32(-1), { dims: [-1], element: 'boolean' } as const],
};
const sparseValues = { values: list(5, 6), default: scalar(7) };

export const sequences: readonly Case[] = [
  {
    name: 'DFT',
    since: '2025.2',
    model: fourier('DFT'),
    // The transform of two numbers is their sum and their difference.
    good: [
      { inputs: { data: complex, axes: list(-1) }, expected: [3, 1, -1, -1, 7, -1, -1, 1] },
      { inputs: { data: complex, axes: list(-2) }, expected: [4, 0, 6, 0, -2, 0, -2, 2] },
      { inputs: { data: complex, axes: list(1) }, expected: [3, 1, -1, -1, 7, -1, -1, 1] },
    ],
    bad: badAxes('DFT'),
  },
  {
    name: 'IDFT',
    since: '2025.2',
    model: fourier('IDFT'),
    // The inverse transform of two numbers is half their sum and half their difference.
    good: [
      {
        inputs: { data: complex, axes: list(-1) },
        expected: [1.5, 0.5, -0.5, -0.5, 3.5, -0.5, -0.5, 0.5],
      },
      { inputs: { data: complex, axes: list(0) }, expected: [2, 0, 3, 0, -1, 0, -1, 1] },
    ],
    bad: badAxes('IDFT'),
  },
  {
    name: 'CTCGreedyDecoderSeqLen',
    model: network(
      {
        type: 'CTCGreedyDecoderSeqLen',
        opset: 6,
        data: 'merge_repeated="true" classes_index_type="i64" sequence_length_type="i64"',
        outputs: [i64(2, 3), i64(2)],
      },
      parameter('logits', f32(2, 3, 3)),
      parameter('lengths', i64(2)),
    ),
    // Repeated labels count once, the last class means no label, and -1 fills the rest.
    good: [
      { inputs: { logits, lengths: list(3, 2) }, expected: [0, 1, -1, 1, -1, -1] },
      { inputs: { logits, lengths: list(0, 3) }, expected: [-1, -1, -1, 1, 1, -1] },
    ],
    bad: [4, -1, 1e9, wrapped].map((length) => ({
      inputs: { logits, lengths: list(3, length) },
      text: `Expected a number from 0 to 3 in element 1 of input 'lengths', which is sequence_length of CTCGreedyDecoderSeqLen 'op', received ${length}`,
    })),
  },
  {
    name: 'GatherTree',
    model: network(
      { type: 'GatherTree', outputs: [f32(3, 1, 2)] },
      parameter('ids', f32(3, 1, 2)),
      parameter('parents', f32(3, 1, 2)),
      parameter('lengths', f32(1)),
      parameter('end', f32()),
    ),
    // Follows the parents back from the last step: 5 < 4 < 1 and 6 < 3 < 2.
    good: [
      {
        inputs: { ids, parents, lengths: list(3), end: scalar(9) },
        expected: [1, 2, 4, 3, 5, 6],
      },
      {
        inputs: { ids, parents, lengths: list(2), end: scalar(9) },
        expected: [2, 1, 3, 4, 9, 9],
      },
      {
        inputs: { ids, parents, lengths: list(1000), end: scalar(9) },
        expected: [1, 2, 4, 3, 5, 6],
      },
    ],
    bad: [0, -1, -1e9, NaN].map((length) => ({
      inputs: { ids, parents, lengths: list(length), end: scalar(9) },
      text: "Expected a number from 1 to 2147483647 in element 0 of input 'lengths', which is max_seq_len of GatherTree 'op'",
    })),
  },
  ...(
    [
      ['EmbeddingBagOffsets', 15, 'reduction="sum"'],
      ['EmbeddingBagOffsetsSum', 3, ''],
    ] as const
  ).map(([type, opset, data]) => ({
    name: type,
    model: network(
      { type, opset, data, outputs: [f32(3, 2)] },
      parameter('table', f32(5, 2)),
      parameter('indices', i64(4)),
      parameter('offsets', i64(3)),
      zero,
    ),
    // Sums of embeddings 0 and 2, of an empty bag (embedding 0 by default), and of 3 and 4.
    good: [
      { inputs: { ...bags, offsets: list(0, 2, 2) }, expected: [6, 8, 1, 2, 16, 18] },
      { inputs: { ...bags, offsets: list(0, 1, 3) }, expected: [1, 2, 12, 14, 9, 10] },
    ],
    bad: [
      ...[5, -1, 1e9, wrapped].map((offset) => ({
        inputs: { ...bags, offsets: list(0, 2, offset) },
        text: `Expected a number from 0 to 4 in element 2 of input 'offsets', which is offsets of ${type} 'op', received ${offset}`,
      })),
    ],
  })),
  {
    name: 'SparseFillEmptyRows',
    since: '2025.2',
    model: network(
      sparse,
      parameter('values', f32(2)),
      threeAndFour,
      parameter('places', i64(2, 2)),
      parameter('default', f32()),
    ),
    // The middle row has no value.
    good: [
      {
        inputs: { ...sparseValues, places: numbers([2, 2], 0, 1, 2, 3) },
        expected: [0, 1, 1, 0, 2, 3],
      },
    ],
    bad: [
      ...[3, -1, 1e9, wrapped].map((row) => ({
        inputs: { ...sparseValues, places: numbers([2, 2], 0, 1, row, 3) },
        text: `Expected a number from 0 to 2 in element 2 of input 'places', which is indices of SparseFillEmptyRows 'op', received ${row}`,
      })),
      ...[4, -1].map((column) => ({
        inputs: { ...sparseValues, places: numbers([2, 2], 0, column, 2, 3) },
        text: 'from 0 to 3 in element 1',
      })),
    ],
  },
  {
    name: 'SparseFillEmptyRows of a shape that is an input',
    since: '2025.2',
    model: network(
      sparse,
      parameter('values', f32(2)),
      parameter('shape', i64(2)),
      parameter('places', i64(2, 2)),
      parameter('default', f32()),
    ),
    good: [
      {
        inputs: { ...sparseValues, shape: list(3, 4), places: numbers([2, 2], 0, 1, 2, 3) },
        expected: [0, 1, 1, 0, 2, 3],
      },
      {
        inputs: { ...sparseValues, shape: list(2, 4), places: numbers([2, 2], 0, 1, 1, 3) },
        expected: [0, 1, 1, 3],
      },
    ],
    bad: [
      {
        inputs: { ...sparseValues, shape: list(3, 4), places: numbers([2, 2], 0, 1, 1e9, 3) },
        text: "Expected a number from 0 to 2 in element 2 of input 'places'",
      },
      {
        inputs: { ...sparseValues, shape: list(2, 4), places: numbers([2, 2], 0, 1, 2, 3) },
        text: "Expected a number from 0 to 1 in element 2 of input 'places'",
      },
      {
        inputs: { ...sparseValues, shape: list(-1, 4), places: numbers([2, 2], 0, 1, 2, 3) },
        text: "Expected a number from 0 to 2147483647 in element 0 of input 'shape', which is dense_shape of SparseFillEmptyRows 'op', received -1",
      },
    ],
  },
  {
    name: 'SparseFillEmptyRows at known places',
    since: '2025.2',
    model: network(
      sparse,
      parameter('values', f32(1)),
      parameter('shape', i64(2)),
      threeAndFourInRow,
      parameter('default', f32()),
    ),
    good: [
      {
        inputs: { values: list(5), default: scalar(7), shape: list(4, 5) },
        expected: [0, 0, 1, 0, 2, 0, 3, 4],
      },
    ],
    bad: [
      {
        inputs: { values: list(5), default: scalar(7), shape: list(3, 5) },
        text: "Expected a number from 4 to 2147483647 in element 0 of input 'shape'",
      },
    ],
  },
];
