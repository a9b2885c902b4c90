import { readPlaceName } from '../../lib/model-optimizer/place-name';

test('a name with a colon can mean several things, the most likely first', () => {
  expect(readPlaceName('conv')).toEqual([{ name: 'conv' }]);
  expect(readPlaceName('0:conv')).toEqual([{ name: '0:conv' }, { name: 'conv', inputPort: 0 }]);
  expect(readPlaceName('conv:1')).toEqual([{ name: 'conv:1' }, { name: 'conv', outputPort: 1 }]);
});
