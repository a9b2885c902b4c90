import {
  checkInteger,
  checkKey,
  checkString,
  reading,
  readIterable,
  readList,
  readOptions,
  readPlain,
  readRecord,
  show,
} from '../../lib/base/check';
import { coded } from '../helpers/networks';

test.each([
  ['text', "'text'"],
  [undefined, 'undefined'],
  [new Float32Array(2), 'Float32Array(2) [ 0, 0 ]'],
  [Math.max, 'function max'],
  [() => 1, 'function (anonymous)'],
])('%p shows as %s', (value, text) => {
  expect(show(value)).toBe(text);
});

test('show() returns one short line and runs no getter', () => {
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

test.each([-1, 11, 1.5, NaN, Infinity, '3', 3n, null])(
  '%p is not a whole number from 0 to 10',
  (value) => {
    expect(() => {
      checkInteger(value, 'n', 0, 10);
    }).toThrow(coded('INVALID_ARGUMENT'));
  },
);

test('messages name the argument, the expected value and the received one', () => {
  expect(() => {
    checkInteger(-1, 'size', 1);
  }).toThrow('Expected a whole number of at least 1 for size, received -1');
  expect(() => {
    checkString('', 'name');
  }).toThrow("Expected a non-empty string for name, received ''");
  expect(() => {
    readRecord([], 'inputs');
  }).toThrow('Expected an object for inputs, received []');
  expect(() => {
    checkKey('toString', 'kind', { a: 1, b: 2 });
  }).toThrow("Expected one of a, b for kind, received 'toString'");
});

test('a misspelt option is an error', () => {
  expect(() => {
    readOptions({ size: 1 }, 'options', ['size']);
  }).not.toThrow();
  expect(() => {
    readOptions({ sise: 1 }, 'options', ['size']);
  }).toThrow(
    "Expected an object with any of size for options, received { sise: 1 }; did you mean 'size'?",
  );
});

describe('an object of the caller', () => {
  const raise = (): never => {
    throw new RangeError('mine');
  };

  test.each<[string, () => unknown]>([
    [
      'a getter',
      () =>
        readOptions(
          {
            get size(): number {
              return raise();
            },
          },
          'options',
          ['size'],
        ),
    ],
    [
      'a getter of a record',
      () =>
        readRecord(
          {
            get a(): number {
              return raise();
            },
          },
          'record',
        ),
    ],
    ['a proxy', () => readRecord(new Proxy({}, { ownKeys: raise }), 'record')],
    ['an item', () => readList(Object.defineProperty([1], 0, { get: raise }), 'list', '', Number)],
    [
      'an iterator',
      () =>
        readIterable(
          {
            get [Symbol.iterator](): never {
              return raise();
            },
          },
          'items',
          '',
        ),
    ],
  ])('an error that %s throws becomes the cause of an ArgumentError', (_, call) => {
    expect(call).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        code: 'INVALID_ARGUMENT',
        cause: new RangeError('mine'),
      }),
    );
  });

  test.each([null, undefined, Symbol('mine')])(
    'any thrown value becomes the cause, such as %p',
    (thrown) => {
      expect(() =>
        reading('it', () => {
          throw thrown; // eslint-disable-line @typescript-eslint/only-throw-error
        }),
      ).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', cause: thrown }));
    },
  );

  test('is read once', () => {
    let looks = 0;
    const counted = {
      get size(): number {
        return (looks += 1);
      },
    };
    expect(readOptions(counted, 'options', ['size'])).toEqual({ size: 1 });
    const list: number[] = [];
    Object.defineProperty(list, 0, { get: () => (looks += 1) });
    expect(readPlain({ a: { b: list } }, 'it')).toEqual({ a: { b: [2] } });
  });

  test('may be a list with holes, but not an endless or a cyclic list', () => {
    // eslint-disable-next-line no-sparse-arrays
    expect(readList([1, , 2], 'list', 'numbers', (item) => item)).toEqual([1, undefined, 2]);
    const endless = new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 40 : 1) });
    expect(() => readList(endless, 'list', 'numbers', Number)).toThrow(coded('INVALID_ARGUMENT'));
    const circle: unknown[] = [];
    circle.push(circle, circle, circle);
    expect(() => readPlain(circle, 'it')).toThrow(coded('INVALID_ARGUMENT'));
  });

  test('must have functions for options whose names begin with on', () => {
    expect(() => readOptions({ onProgress: 5 }, 'options', ['onProgress'])).toThrow(
      'Expected a function for options.onProgress, received 5',
    );
  });

  test('an error that an iterator throws later is not wrapped', () => {
    const broken = { [Symbol.iterator]: () => ({ next: raise }) };
    expect(() => [...(readIterable(broken, 'items', '') as Iterable<unknown>)]).toThrow(RangeError);
  });
});
