import { parameter } from '../../helpers/networks';
import { f32, i64, list, network, numbers, type Case, wrapped } from './case';

/** Values on which a computation with real numbers is undefined. */
const undefinedNumbers = [NaN, Infinity, -Infinity];

/** Coordinates whose difference overflows single precision. */
const farApart = [-3e38, -3e38, 3e38, 3e38];

/** An image whose values encode their position: 10 times the row, plus the column. */
const places = numbers(
  [1, 1, 4, 4],
  ...Array.from({ length: 16 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4)),
);

const pooled = { data: 'pooled_h="1" pooled_w="1" spatial_scale="1" method="max"' };
const deformable = {
  type: 'DeformablePSROIPooling',
  data: 'output_dim="1" group_size="1" spatial_scale="1" spatial_bins_x="1" spatial_bins_y="1" mode="bilinear_deformable" trans_std="1" part_size="1"',
};
const nms = {
  type: 'MulticlassNms',
  opset: 9,
  data: 'sort_result="none" sort_result_across_batch="false" output_type="i64" iou_threshold="0.5" score_threshold="0.1" nms_top_k="-1" keep_top_k="-1" background_class="-1" nms_eta="1" normalized="true"',
};

/** Three boxes that do not overlap. */
const boxes = [
  [0, 0, 1, 1],
  [2, 2, 3, 3],
  [4, 4, 5, 5],
];
const threeBoxes = {
  boxes: numbers([1, 3, 4], ...boxes.flat()),
  scores: numbers([1, 3], 0.75, 0.25, 0.5),
};

export const regions: readonly Case[] = [
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
    bad: [
      ...[1, -2, 1e9].map((batch) => ({
        inputs: {
          data: numbers([1, 1, 2, 2], 7, 7, 7, 7),
          regions: numbers([1, 5], batch, 0, 0, 2, 2),
        },
        text: 'from -1 to 0 in element 0',
      })),
      {
        inputs: {
          data: numbers([1, 1, 2, 2], 7, 7, 7, 7),
          regions: numbers([1, 5], 0, ...farApart),
        },
        text: 'from -2147483648 to 2147483647 in element 1',
      },
    ],
  },
  {
    name: 'ROIPooling',
    model: network(
      { type: 'ROIPooling', opset: 2, ...pooled, outputs: [f32(2, 1, 1, 1)] },
      parameter('data', f32(1, 1, 4, 4)),
      parameter('regions', f32(2, 5)),
    ),
    good: [
      {
        // The largest value of a region is at its last row and column.
        inputs: { data: places, regions: numbers([2, 5], 0, 0, 0, 2, 1, 0, 1, 1, 3, 3) },
        expected: [12, 33],
      },
    ],
    bad: [
      ...[1, -2, 1e9, NaN].map((batch) => ({
        inputs: { data: places, regions: numbers([2, 5], 0, 0, 0, 1, 1, batch, 0, 0, 2, 2) },
        text: "Expected a number from -1 to 0 in element 5 of input 'regions', which is coords of ROIPooling 'op'",
      })),
      ...undefinedNumbers.map((x) => ({
        inputs: { data: places, regions: numbers([2, 5], 0, x, 0, 1, 1, 0, 0, 0, 2, 2) },
        text: "in element 1 of input 'regions'",
      })),
      {
        inputs: { data: places, regions: numbers([2, 5], 0, 0, 0, 1, 1, 0, ...farApart) },
        text: 'from -2147483648 to 2147483647 in element 6',
      },
    ],
  },
  {
    name: 'DeformablePSROIPooling',
    model: network(
      { ...deformable, outputs: [f32(1, 1, 1, 1)] },
      parameter('data', f32(1, 1, 4, 4)),
      parameter('regions', f32(1, 5)),
      parameter('offsets', f32(1, 2, 1, 1)),
    ),
    good: [
      {
        // The region starts at column 0.5 and row 0.5, half a pixel before its first; it is two wide and high.
        inputs: {
          data: places,
          regions: numbers([1, 5], 0, 1, 1, 2, 2),
          offsets: numbers([1, 2, 1, 1], 0, 0),
        },
        expected: [5.5],
      },
      {
        // Offsets are in widths and heights of the region: one column and two rows.
        inputs: {
          data: places,
          regions: numbers([1, 5], 0, 1, 1, 2, 2),
          offsets: numbers([1, 2, 1, 1], 0.5, 1),
        },
        expected: [26.5],
      },
    ],
    bad: [
      ...[1, -2, 1e9, NaN].map((batch) => ({
        inputs: {
          data: places,
          regions: numbers([1, 5], batch, 1, 1, 2, 2),
          offsets: numbers([1, 2, 1, 1], 0, 0),
        },
        text: "Expected a number from -1 to 0 in element 0 of input 'regions', which is coords of DeformablePSROIPooling 'op'",
      })),
      ...undefinedNumbers.map((x) => ({
        inputs: {
          data: places,
          regions: numbers([1, 5], 0, x, 1, 2, 2),
          offsets: numbers([1, 2, 1, 1], 0, 0),
        },
        text: "in element 1 of input 'regions', which is coords",
      })),
      {
        inputs: {
          data: places,
          regions: numbers([1, 5], 0, ...farApart),
          offsets: numbers([1, 2, 1, 1], 0, 0),
        },
        text: 'from -2147483648 to 2147483647 in element 1',
      },
      ...undefinedNumbers.map((offset) => ({
        inputs: {
          data: places,
          regions: numbers([1, 5], 0, 1, 1, 2, 2),
          offsets: numbers([1, 2, 1, 1], 0, offset),
        },
        text: "in element 1 of input 'offsets', which is offsets of DeformablePSROIPooling 'op'",
      })),
    ],
  },
  {
    name: 'DeformableConvolution',
    model: network(
      {
        type: 'DeformableConvolution',
        opset: 8,
        data: 'strides="1,1" pads_begin="0,0" pads_end="0,0" dilations="1,1" auto_pad="explicit" group="1" deformable_group="1" bilinear_interpolation_pad="false"',
        outputs: [f32(1, 1, 2, 2)],
      },
      parameter('data', f32(1, 1, 2, 2)),
      parameter('offsets', f32(1, 2, 2, 2)),
      parameter('filters', f32(1, 1, 1, 1)),
    ),
    good: [
      {
        // Vertical offsets, then horizontal ones; values outside are 0.
        inputs: {
          data: numbers([1, 1, 2, 2], 1, 2, 3, 4),
          offsets: numbers([1, 2, 2, 2], 0.5, 0, 0, 100, 0, -1, 0.5, 0),
          filters: numbers([1, 1, 1, 1], 2),
        },
        expected: [4, 2, 7, 0],
      },
    ],
    bad: undefinedNumbers.map((offset) => ({
      inputs: {
        data: numbers([1, 1, 2, 2], 1, 2, 3, 4),
        offsets: numbers([1, 2, 2, 2], 0, 0, 0, 0, 0, offset, 0, 0),
        filters: numbers([1, 1, 1, 1], 2),
      },
      text: "in element 5 of input 'offsets', which is offsets of DeformableConvolution 'op'",
    })),
  },
  {
    name: 'MulticlassNms',
    model: network(
      { ...nms, outputs: [f32(-1, 6), i64(-1, 1), i64(2)] },
      parameter('boxes', f32(1, 3, 4)),
      parameter('scores', f32(1, 3)),
      parameter('counts', i64(2)),
    ),
    good: [
      {
        // Class, score and box of each detection: one in the first image, then two in the second.
        inputs: { ...threeBoxes, counts: list(1, 2) },
        expected: [0, 0.75, ...boxes[0]!, 0, 0.5, ...boxes[2]!, 0, 0.25, ...boxes[1]!],
      },
    ],
    bad: [
      ...[-1, 4, 1e9, wrapped].map((count) => ({
        inputs: { ...threeBoxes, counts: list(0, count) },
        text: "Expected a number from 0 to 3 in element 1 of input 'counts', which is roisnum of MulticlassNms 'op'",
      })),
      { inputs: { ...threeBoxes, counts: list(2, 2) }, text: 'Expected at most 3 in total' },
    ],
  },
  {
    name: 'MulticlassNms of varying length',
    model: network(
      { ...nms, outputs: [f32(-1, 6), i64(-1, 1), i64(2)] },
      parameter('boxes', f32(1, -1, 4)),
      parameter('scores', f32(1, -1)),
      parameter('counts', i64(2)),
    ),
    good: [
      {
        inputs: { ...threeBoxes, counts: list(1, 2) },
        expected: [0, 0.75, ...boxes[0]!, 0, 0.5, ...boxes[2]!, 0, 0.25, ...boxes[1]!],
      },
    ],
    bad: [
      { inputs: { ...threeBoxes, counts: list(4, 0) }, text: 'from 0 to 3 in element 0' },
      { inputs: { ...threeBoxes, counts: list(2, 2) }, text: 'Expected at most 3 in total' },
    ],
  },
];
