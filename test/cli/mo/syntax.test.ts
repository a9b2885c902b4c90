import {
  parseFreeze,
  parseLayouts,
  parseTransformations,
  parseValues,
} from '../../../lib/cli/mo/syntax';
import { coded } from '../../helpers/networks';

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

test('frozen inputs, transformations', () => {
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

test.each<[(text: string, flag: string) => unknown, string]>([
  [parseValues, '1,2'],
  [parseValues, '[a]'],
  [parseValues, '[1,]'],
  [parseValues, 'a[1],[2]'],
  [parseLayouts, 'a(nc),nchw'],
  [parseLayouts, 'nc,nchw'],
  [parseFreeze, 'a'],
  [parseFreeze, '->1'],
  [parseTransformations, 'a b'],
  [parseTransformations, 'A[x]'],
  [parseTransformations, 'A[x=1]'],
  [parseTransformations, 'A[x={a:b}]'],
])('%p rejects %p and names the flag', (parse, text) => {
  expect(() => parse(text, '--flag')).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => parse(text, '--flag')).toThrow(/--flag|argument=value/);
});
