import { NameTable } from '../../lib/ports/name-table';
import { coded } from '../helpers/networks';

describe('NameTable', () => {
  const b = { name: 'b', aliases: ['a', 'beta'] };
  const a = { name: 'a', aliases: ['alpha'] };
  const table = new NameTable('input', [b, a]);

  test('names are sorted, items keep their order, and names are found before aliases', () => {
    expect(table.names).toEqual(['a', 'b']);
    expect(table.items).toEqual([b, a]);
    expect(['a', 'alpha', 'b', 'beta'].map((name) => table.get(name))).toEqual([a, a, b, b]);
    expect(Object.keys(table.record((item) => item))).toEqual(['a', 'b']);
  });

  test('an unknown name is an error that lists the known names, and nothing is inherited', () => {
    expect(() => table.get('c')).toThrow("There is no input named 'c'; there are: a, b");
    expect(() => table.get('toString')).toThrow(coded('UNKNOWN_NAME'));
    expect(Object.getPrototypeOf(table.record(() => 1))).toBeNull();
  });
});
