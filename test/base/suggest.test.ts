import { didYouMean, nearest } from '../../lib/base/suggest';

test.each([
  ['u8', ['FP32', 'U8', 'U16'], "; did you mean 'U8'?"],
  ['nchw', ['NHWC', 'NCHW'], "; did you mean 'NCHW'?"],
  ['RESIZE_BILINAER', ['RESIZE_AREA', 'RESIZE_BILINEAR'], "; did you mean 'RESIZE_BILINEAR'?"],
  ['preprocessInfo', ['precision', 'preProcess'], "; did you mean 'preProcess'?"],
  ['means', ['mean', 'scale'], "; did you mean 'mean'?"],
  // The most similar name is not similar enough.
  ['FP8', ['FP32', 'I64'], ''],
  ['output', ['x', 'y'], ''],
  ['x', [], ''],
  ['', ['x'], ''],
  [5, ['5'], ''],
  [undefined, ['undefined'], ''],
])('didYouMean(%j, %j)', (value, names, expected) => {
  expect(didYouMean(value, names)).toBe(expected);
});

test('nearest lists known names by similarity, each once', () => {
  expect(nearest('Conv2', ['relu', 'conv1', 'CONV2', 'conv1'], 2)).toEqual(['CONV2', 'conv1']);
});
