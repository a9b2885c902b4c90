import {
  axesOf,
  defaultLayout,
  isLayout,
  isReorder,
  layoutNames,
  reorder,
} from '../../lib/tensor/layout';

test('a layout is known by its exact name only', () => {
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

test('dimensions go to another order of the same axes and back', () => {
  expect(reorder([1, 3, 224, 200], 'NCHW', 'NHWC')).toEqual([1, 224, 200, 3]);
  expect(reorder([1, 224, 200, 3], 'NHWC', 'NCHW')).toEqual([1, 3, 224, 200]);
  expect(reorder(['o', 'i'], 'NC', 'CN')).toEqual(['i', 'o']);
  expect(reorder([1, 2], 'NC', 'HW')).toEqual([1, 2]);
});

test('layouts of other axes, or of none, are no reorder', () => {
  expect(isReorder('NCHW', 'NHWC')).toBe(true);
  expect(isReorder('NCHW', 'OIHW')).toBe(false);
  expect(isReorder('ANY', 'BLOCKED')).toBe(false);
  expect(axesOf('BLOCKED')).toBe('');
});
