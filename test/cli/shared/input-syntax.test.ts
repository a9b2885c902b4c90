import {
  parseConstant,
  parseInputs,
  parseShapes,
  splitOutsideBrackets,
} from '../../../lib/cli/shared/input-syntax';
import { coded } from '../../helpers/networks';

test('splitOutsideBrackets does not split inside brackets', () => {
  expect(splitOutsideBrackets('a[1,2],b(3,4){x,y}, c')).toEqual(['a[1,2]', 'b(3,4){x,y}', 'c']);
  expect(splitOutsideBrackets('a;b', ';')).toEqual(['a', 'b']);
});

test.each([
  ['[1,3,227,227]', [[1, 3, 227, 227]]],
  ['(1,227,227,3)', [[1, 227, 227, 3]]],
  ['[1 3 ? -1]', [[1, 3, -1, -1]]],
  [
    '[1..8,..100,5..]',
    [
      [
        [1, 8],
        [0, 100],
        [5, -1],
      ],
    ],
  ],
  ['[1,3],[4]', [[1, 3], [4]]],
  ['[]', [[]]],
])('shapes %s', (text, expected) => {
  expect(parseShapes(text, '--input_shape')).toEqual(expected);
});

test.each<[string, unknown]>([
  [
    '0:node1[3 4],node2:1[2]{i32}->[20 15]',
    [
      { place: '0:node1', shape: [3, 4] },
      { place: 'node2:1', shape: [2], type: 'i32', value: [20, 15] },
    ],
  ],
  ['image,info->[0.5,-1,2]', [{ place: 'image' }, { place: 'info', value: [0.5, -1, 2] }]],
  ['flag{boolean}->True', [{ place: 'flag', type: 'boolean', value: [true] }]],
])('inputs %s', (text, expected) => {
  expect(parseInputs(text, '--input')).toEqual(expected);
});

test('constants', () => {
  expect(parseConstant('False', '--input')).toEqual([false]);
});

test.each<[(text: string, flag: string) => unknown, string]>([
  [parseShapes, '1,3'],
  [parseShapes, '[1,x]'],
  [parseShapes, '[1.5]'],
  [parseInputs, ''],
  [parseInputs, 'a[1'],
  [parseInputs, 'a->'],
])('%p rejects %p and names the flag', (parse, text) => {
  expect(() => parse(text, '--flag')).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => parse(text, '--flag')).toThrow(/--flag/);
});
