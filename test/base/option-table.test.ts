import {
  boolean,
  callback,
  choice,
  defaultTo,
  integer,
  option,
  pickOptions,
  positiveNumber,
  readTable,
  required,
  signal,
  text,
  texts,
  unchecked,
  type OptionsOf,
  type OptionTable,
} from '../../lib/base/option-table';

const table = {
  file: required(text()),
  count: defaultTo(integer(1, 9), 3),
  seconds: positiveNumber(),
  mode: choice({ fast: 1, exact: 2 }),
  names: texts(),
  deep: boolean(),
  onStep: callback<(step: number) => void>(),
  signal: signal(),
  config: unchecked<object>('an object'),
  even: option('an even number', (value) => Number(value) / 2),
} satisfies OptionTable;

// The types derive from the table: a required option cannot be left out, an optional one can.
interface Options extends OptionsOf<typeof table> {}
const given: Options = { file: 'a' };

test('fills in defaults, and leaves out other options that were not given', () => {
  const settings = readTable(table, given);
  expect(settings).toEqual({ file: 'a', count: 3 });
  const count: number = settings.count;
  expect(count).toBe(3);
});

test('keeps given values', () => {
  const all: Required<Options> = {
    ...{ file: 'a', count: 9, seconds: 0.5, mode: 'exact', names: ['b'], deep: false },
    ...{ onStep: () => undefined, signal: new AbortController().signal, config: {}, even: 4 },
  };
  expect(readTable(table, all)).toEqual({ ...all, even: 2 });
});

test('reads each option once', () => {
  let reads = 0;
  const counting = {
    file: 'a',
    get count() {
      reads += 1;
      return reads;
    },
  };
  expect(readTable(table, counting).count).toBe(1);
  expect(reads).toBe(1);
});

test('copies lists', () => {
  const names = ['b'];
  expect(readTable(table, { ...given, names }).names).not.toBe(names);
});

test.each([
  [{}, 'Expected a non-empty string for options.file, received undefined'],
  [{ file: '' }, "Expected a non-empty string for options.file, received ''"],
  [{ file: 'a', count: 10 }, 'Expected a whole number from 1 to 9 for options.count, received 10'],
  [{ file: 'a', seconds: 0 }, 'Expected a number above 0 for options.seconds, received 0'],
  [
    { file: 'a', mode: 'fats' },
    "Expected one of fast, exact for options.mode, received 'fats'; did you mean 'fast'?",
  ],
  [{ file: 'a', names: 'b' }, "Expected a list of strings for options.names, received 'b'"],
  [{ file: 'a', names: [''] }, "Expected a non-empty string for options.names[0], received ''"],
  [{ file: 'a', deep: 1 }, 'Expected a boolean for options.deep, received 1'],
  [{ file: 'a', onStep: 1 }, 'Expected a function for options.onStep, received 1'],
  [{ file: 'a', signal: {} }, 'Expected an AbortSignal for signal, received {}'],
])('%j is refused', (options, message) => {
  expect(() => readTable(table, options as Options)).toThrow(message);
});

test('a misspelt option is refused, and the error suggests the right name', () => {
  const misspelt = { file: 'a', cuont: 1 };
  expect(() => readTable(table, misspelt, 'input[0]')).toThrow(
    /^Expected an object with any of file, count, .* for input\[0\], .*; did you mean 'count'\?$/,
  );
});

test('pickOptions picks the values of another table', () => {
  const values = { count: 2, deep: undefined, other: 1 };
  expect(pickOptions(table, values)).toEqual({ count: 2 });
});

test.each([
  [integer(1), '12', 12],
  [integer(1), ' ', NaN],
  [positiveNumber(), '0.5', 0.5],
  [boolean(), 'Yes', true],
  [boolean(), 'False', false],
  [boolean(), 'perhaps', 'perhaps'],
])('%# reads %j from a command line', (row, word, value) => {
  expect(row.fromText?.(word, undefined)).toBe(value);
});
