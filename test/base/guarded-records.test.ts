import { deepStrictEqual } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import { errorOf } from '../../lib/errors';
import {
  readOnlyRecord,
  readOnlyNames,
  guardedRecord,
  refuseWrites,
} from '../../lib/base/guarded-records';
import { coded } from '../helpers/networks';

const refused = (name: string) => errorOf('INVALID_ARGUMENT', `not ${name}`);
/** Writes like sloppy mode code, in which a write to a frozen object is no error. */
const sloppily = (object: object, name: string, value: unknown): boolean =>
  Reflect.set(object, name, value);

describe('a read-only record', () => {
  const values = { a: 1, b: { c: [2] } };

  test.each(['a', 'b'])('throws on a write to %s, in sloppy mode code too', (name) => {
    const record = readOnlyRecord(values, refused);
    expect(() => {
      sloppily(record, name, 5);
    }).toThrow(`not ${name}`);
    expect(() => {
      sloppily(record, name, 5);
    }).toThrow(coded('INVALID_ARGUMENT'));
    expect(record).toEqual(values);
  });

  test('accepts no new property', () => {
    const record = readOnlyRecord(values, refused);
    expect(() => {
      Object.assign(record, { z: 1 });
    }).toThrow(TypeError);
    expect(() => {
      Object.defineProperty(record, 'a', { value: 1 });
    }).toThrow(TypeError);
    expect(Reflect.deleteProperty(record, 'a')).toBe(false);
  });

  test('otherwise behaves like a plain record', () => {
    const record = readOnlyRecord(values, refused);
    deepStrictEqual(record, values);
    expect(structuredClone(record)).toEqual(values);
    deepStrictEqual({ ...record }, values);
    expect(JSON.stringify(record)).toBe(JSON.stringify(values));
    expect(inspect(record)).toBe(inspect(values));
    expect(Object.entries(record)).toEqual(Object.entries(values));
    const bare = Object.assign(Object.create(null) as object, { __proto__: null, a: 1 });
    expect(Object.getPrototypeOf(readOnlyRecord(bare, refused))).toBeNull();
  });
});

describe('a read-only record keyed by name', () => {
  const named = (values: Record<string, unknown> = { a: 1 }) =>
    readOnlyNames(values, refused, (name) => errorOf('UNKNOWN_NAME', `no ${name}`));

  test('throws for an unknown name, also through objects that inherit from it', () => {
    const [record, other] = [named(), readOnlyNames({ a: 1 }, refused, () => refused('mine'))];
    for (const one of [record, Object.create(record) as typeof record]) {
      expect(() => one.b).toThrow('no b');
      expect(() => {
        sloppily(one, 'b', 1);
      }).toThrow('not b');
    }
    expect(() => other.b).toThrow('not mine');
    expect('b' in record).toBe(false);
  });

  test('equals another one with the same values', () => {
    expect(isDeepStrictEqual(named(), named())).toBe(true);
    expect(isDeepStrictEqual(named(), named({ a: 2 }))).toBe(false);
  });

  test('allows reading the properties that tools read from any object', async () => {
    const record = named();
    // lodash's map, keys and isEmpty read it to recognize arrays.
    expect(record.length).toBeUndefined();
    expect(Array.from(record as never)).toEqual([]);
    expect(await Promise.resolve(record)).toEqual({ a: 1 });
    expect(JSON.stringify(record)).toBe('{"a":1}');
    expect(structuredClone(record)).toEqual({ a: 1 });
    expect(named({ length: 5 }).length).toBe(5);
  });
});

test('guarded records of the same values are equal', () => {
  const settings = () => guardedRecord({ size: 1 }, (_, value) => value);
  expect(isDeepStrictEqual(settings(), settings())).toBe(true);
});

test('a guarded record calls its handler before each write, to unknown properties too', () => {
  const settings = guardedRecord<{ size: number }>({ size: 1 }, (name, value) => {
    if (name !== 'size' || typeof value !== 'number') throw refused(name);
    return Math.round(value);
  });
  settings.size = 2.4;
  expect(settings).toEqual({ size: 2 });
  for (const [name, value] of [
    ['size', 'x'],
    ['sise', 1],
    ['__proto__', {}],
  ] as const)
    expect(() => {
      sloppily(settings, name, value);
    }).toThrow(`not ${name}`);
  expect({ ...settings }).toEqual({ size: 2 });
  expect(inspect(settings)).toBe('{ size: 2 }');
});

test('objects of a class refuse writes to unknown and read-only properties', () => {
  class Base {
    #size = 1;
    get size(): number {
      return this.#size;
    }
    set size(value: number) {
      this.#size = value;
    }
    get area(): number {
      return this.#size ** 2;
    }
  }
  class Derived extends Base {}
  refuseWrites(Base.prototype, (object, name) => refused(`${name} of ${object.size}`));
  const object = new Derived();
  object.size = 3;
  for (const name of ['area', 'sise'])
    expect(() => {
      sloppily(object, name, 1);
    }).toThrow(`not ${name} of 3`);
  expect(object.area).toBe(9);
  expect(Object.keys(object)).toEqual([]);
  expect(object).toBeInstanceOf(Base);
  expect('toString' in object).toBe(true);
});
