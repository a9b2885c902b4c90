import { elementCount, fits, NameTable, plainDims, showDims } from '../../lib/tensor/port';
import { coded } from '../helpers/networks';

test.each([
  [[1, 3, [0, -1], [1, 8]], '[1,3,?,1..8]', [1, 3, -1, -1]],
  [[[2, -1]], '[2..]', [-1]],
  [[], '[]', []],
  [null, '[...]', []],
] as const)('%j shows as %s and is %j to users', (dims, text, plain) => {
  expect(showDims(dims)).toBe(text);
  expect(plainDims(dims)).toEqual(plain);
});

test('elements are the product of the lengths', () => {
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
  expect(fits(dims, allowed)).toBe(expected);
});

describe('NameTable', () => {
  const b = { name: 'b', aliases: ['a', 'beta'] };
  const a = { name: 'a', aliases: ['alpha'] };
  const table = new NameTable('input', [b, a]);

  test('names are sorted, items keep their order, and friendly names go before aliases', () => {
    expect(table.names).toEqual(['a', 'b']);
    expect(table.items).toEqual([b, a]);
    expect(['a', 'alpha', 'b', 'beta'].map((name) => table.get(name))).toEqual([a, a, b, b]);
    expect(Object.keys(table.record((item) => item))).toEqual(['a', 'b']);
  });

  test('an unknown name lists the names there are, and nothing is inherited', () => {
    expect(() => table.get('c')).toThrow("There is no input named 'c'; there are: a, b");
    expect(() => table.get('toString')).toThrow(coded('UNKNOWN_NAME'));
    expect(Object.getPrototypeOf(table.record(() => 1))).toBeNull();
  });
});
