import {
  axesOf,
  axisLength,
  channelAxis,
  defaultLayout,
  isLayout,
  isReorder,
  layoutNames,
  reorder,
} from '../../lib/tensor/layout';

test('only the exact name of a layout is accepted', () => {
  expect(layoutNames.every(isLayout)).toBe(true);
  for (const value of ['nchw', 'NCWH', 'toString', undefined]) expect(isLayout(value)).toBe(false);
});

test.each([
  ['', null, 'ANY'],
  ['', [], 'SCALAR'],
  ['', [7], 'C'],
  ['', [1, 7], 'NC'],
  ['', [3, 8, 8], 'CHW'],
  ['', [1, 3, 8, 8], 'NCHW'],
  ['', [1, 8, 8, 3], 'NHWC'],
  ['', [1, 3, 3, 3], 'NCHW'],
  ['', [1, 1, 3, 8, 8], 'NCDHW'],
  ['', [1, 1, 1, 1, 1, 1], 'BLOCKED'],
  ['[N,H,W,C]', [1, 8, 8, 1], 'NHWC'],
  ['[C,N]', [7, 1], 'CN'],
  ['[N,H,W,C]', [1, 7], 'NC'],
  ['[N,...]', [1, 3, 8, 8], 'NCHW'],
] as const)('recorded %j with shape %j is %s', (recorded, dims, layout) => {
  expect(defaultLayout(recorded, dims)).toBe(layout);
});

test.each([
  // The shape decides if exactly one of the two places has length 3.
  [[3, 8, 8], 'ANY', 0],
  [[8, 8, 3], 'ANY', 2],
  [[1, 3, 8, 8], 'ANY', 1],
  [[1, 8, 8, 3], 'ANY', 3],
  [[1, 3, 8, 8, 8], 'ANY', 1],
  [[1, 8, 8, 8, 3], 'ANY', 4],
  [[3, 3, 8, 8], 'ANY', 1],
  [[1, -1, [1, 8], 3], 'ANY', 3],
  [[1, 8, 8, 3], 'NCHW', 3],
  // Otherwise the layout decides.
  [[1, 3, 8, 3], 'ANY', -1],
  [[1, 3, 8, 3], 'NCHW', 1],
  [[1, 3, 8, 3], 'NHWC', 3],
  [[1, 8, 8, 1], 'NHWC', 3],
  [[1, 1, 8, 8], 'NCHW', 1],
  [[1, 1, 8, 8], 'ANY', -1],
  [[1, 3], 'NC', 1],
  [[3], 'ANY', -1],
  [[], 'SCALAR', -1],
] as const)('channel axis of %j in %s: %i', (dims, layout, axis) => {
  expect(channelAxis(dims, layout)).toBe(axis);
});

test('the length of an axis is -1 if the layout has no such axis', () => {
  expect(axisLength([1, 3, 224, 200], 'NCHW', 'W')).toBe(200);
  expect(axisLength([1, 3, 224, 200], 'NCHW', 'D')).toBe(-1);
  expect(axisLength([1, 3, 224, 200], 'ANY', 'C')).toBe(-1);
});

test('dimensions convert to another order of the same axes and back', () => {
  expect(reorder([1, 3, 224, 200], 'NCHW', 'NHWC')).toEqual([1, 224, 200, 3]);
  expect(reorder([1, 224, 200, 3], 'NHWC', 'NCHW')).toEqual([1, 3, 224, 200]);
  expect(reorder(['o', 'i'], 'NC', 'CN')).toEqual(['i', 'o']);
  expect(reorder([1, 2], 'NC', 'HW')).toEqual([1, 2]);
});

test('a layout with other axes, or with none, is not a reorder', () => {
  expect(isReorder('NCHW', 'NHWC')).toBe(true);
  expect(isReorder('NCHW', 'OIHW')).toBe(false);
  expect(isReorder('ANY', 'BLOCKED')).toBe(false);
  expect(axesOf('BLOCKED')).toBe('');
});
