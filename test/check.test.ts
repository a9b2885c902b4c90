import { checkInteger, checkKey, checkObject, checkOptions, checkString, show } from '../lib/check';
import { coded } from './helpers/networks';

test.each([
  ['text', "'text'"],
  [undefined, 'undefined'],
  [new Float32Array(2), 'Float32Array(2) [ 0, 0 ]'],
  [Math.max, 'function max'],
  [() => 1, 'function (anonymous)'],
])('%p shows as %s', (value, text) => {
  expect(show(value)).toBe(text);
});

test('what is shown is short, on one line, and runs no getter', () => {
  const text = show({ list: Array.from({ length: 1000 }, () => 'x'.repeat(50)), a: '\n' });
  expect(text.length).toBeLessThanOrEqual(201);
  expect(text).not.toContain('\n');
  const trap = {
    get value(): never {
      throw new Error('ran');
    },
  };
  expect(show(trap)).toBe('{ value: [Getter] }');
});

test.each([0, 5, 10])('%p is a whole number from 0 to 10', (value) => {
  expect(() => {
    checkInteger(value, 'n', 0, 10);
  }).not.toThrow();
});

test.each([-1, 11, 1.5, NaN, Infinity, '3', 3n, null])('%p is none', (value) => {
  expect(() => {
    checkInteger(value, 'n', 0, 10);
  }).toThrow(coded('INVALID_ARGUMENT'));
});

test('messages name the argument, what was expected and what came', () => {
  expect(() => {
    checkInteger(-1, 'size', 1);
  }).toThrow('Expected a whole number of at least 1 for size, received -1');
  expect(() => {
    checkString('', 'name');
  }).toThrow("Expected a non-empty string for name, received ''");
  expect(() => {
    checkObject([], 'inputs');
  }).toThrow('Expected an object for inputs, received []');
  expect(() => {
    checkKey('toString', 'kind', { a: 1, b: 2 });
  }).toThrow("Expected one of a, b for kind, received 'toString'");
});

test('a misspelt option is not lost in silence', () => {
  expect(() => {
    checkOptions({ size: 1 }, 'options', ['size']);
  }).not.toThrow();
  expect(() => {
    checkOptions({ sise: 1 }, 'options', ['size']);
  }).toThrow('Expected an object with any of size for options, received { sise: 1 }');
});
