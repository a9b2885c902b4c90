import { dimsFit, elementCount, plainDims, showDims } from '../../lib/tensor/dims';

test.each([
  [[1, 3, [0, -1], [1, 8]], '[1,3,?,1..8]', [1, 3, -1, -1]],
  [[[2, -1]], '[2..]', [-1]],
  [[], '[]', []],
  [null, '[...]', []],
] as const)('%j prints as %s and is %j in the public API', (dims, text, plain) => {
  expect(showDims(dims)).toBe(text);
  expect(plainDims(dims)).toEqual(plain);
});

test('the number of elements is the product of the dimensions', () => {
  expect([[], [0, 5], [2, 3, 4]].map(elementCount)).toEqual([1, 0, 24]);
});

test.each([
  [[1, 3], [1, 3], true],
  [[1, 4], [1, 3], false],
  [[1], [1, 3], false],
  [[5, 3], [[0, -1], 3], true],
  [[5], [[1, 4]], false],
  [[0], [[1, 4]], false],
  [[4], [[1, 4]], true],
  [[9, 9, 9], null, true],
] as const)('%j fits %j: %s', (dims, allowed, expected) => {
  expect(dimsFit(dims, allowed)).toBe(expected);
});
