import {
  parseConstant,
  parseFreeze,
  parseInputs,
  parseLayouts,
  parseShapes,
  parseTransformations,
  parseValues,
  readPlaceName,
  splitOutside,
} from '../../lib/model-optimizer/syntax';
import { coded } from '../helpers/networks';

test('splitOutside leaves what is in brackets together', () => {
  expect(splitOutside('a[1,2],b(3,4){x,y}, c')).toEqual(['a[1,2]', 'b(3,4){x,y}', 'c']);
  expect(splitOutside('a;b', ';')).toEqual(['a', 'b']);
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
  ['[1,2,3]', [1, 2, 3]],
  ['(1.5,-2,3e-1)', [1.5, -2, 0.3]],
  ['[9,9],[1]', [[9, 9], [1]]],
  ['data[255,255],info(1)', { data: [255, 255], info: [1] }],
])('values %s', (text, expected) => {
  expect(parseValues(text, '--mean_values')).toEqual(expected);
});

test.each<[string, unknown]>([
  ['nhwc', 'nhwc'],
  ['[n,h,w,c]', '[n,h,w,c]'],
  ['nchw->nhwc', 'nchw->nhwc'],
  ['a(nhwc->nchw),b([n,c])', { a: 'nhwc->nchw', b: '[n,c]' }],
])('layouts %s', (text, expected) => {
  expect(parseLayouts(text, '--layout')).toEqual(expected);
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

test('constants, frozen inputs, transformations', () => {
  expect(parseConstant('False', '--input')).toEqual([false]);
  expect(parseFreeze('a->True,b->[1 2]', '--freeze')).toEqual({ a: [true], b: [1, 2] });
  expect(
    parseTransformations(
      `LowLatency2[use_const_initializer=False],MakeStateful[param_res_names={'a': 'b',"c":"d"}]`,
      '--t',
    ),
  ).toEqual({
    LowLatency2: { use_const_initializer: false },
    MakeStateful: { param_res_names: { a: 'b', c: 'd' } },
  });
});

test('a name with a colon has several readings', () => {
  expect(readPlaceName('conv')).toEqual([{ name: 'conv' }]);
  expect(readPlaceName('0:conv')).toEqual([{ name: '0:conv' }, { name: 'conv', inputPort: 0 }]);
  expect(readPlaceName('conv:1')).toEqual([{ name: 'conv:1' }, { name: 'conv', outputPort: 1 }]);
});

test.each<[(text: string, flag: string) => unknown, string]>([
  [parseShapes, '1,3'],
  [parseShapes, '[1,x]'],
  [parseShapes, '[1.5]'],
  [parseValues, '1,2'],
  [parseValues, '[a]'],
  [parseValues, '[1,]'],
  [parseValues, 'a[1],[2]'],
  [parseLayouts, 'a(nc),nchw'],
  [parseLayouts, 'nc,nchw'],
  [parseInputs, ''],
  [parseInputs, 'a[1'],
  [parseInputs, 'a->'],
  [parseFreeze, 'a'],
  [parseFreeze, '->1'],
  [parseTransformations, 'a b'],
  [parseTransformations, 'A[x]'],
  [parseTransformations, 'A[x=1]'],
  [parseTransformations, 'A[x={a:b}]'],
])('%p refuses %p, naming the flag', (parse, text) => {
  expect(() => parse(text, '--flag')).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => parse(text, '--flag')).toThrow(/--flag|argument=value/);
});
