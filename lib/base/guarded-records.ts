import { inspect } from 'node:util';
import type { OpenVINOError } from '../errors';

/**
 * Writes one property: returns the value to keep, or throws the error that says why there is no such
 * property or why it stays as it is.
 */
export type Write = (property: string, value: unknown) => unknown;

/**
 * The end of a prototype chain that sees each write to a property that no object of the chain has. A
 * frozen or sealed object would ignore it without a word in sloppy code.
 */
function sentinel(write: (property: string, value: unknown, object: object) => void): object {
  return new Proxy(
    {},
    {
      set: (_, property, value: unknown, object: object) => {
        write(String(property), value, object);
        return true;
      },
    },
  );
}

/** By record, because records of a kind share their prototype: deepStrictEqual() takes others for different. */
const writes = new WeakMap<object, Write>();
const unknowns = new WeakMap<object, (name: string) => OpenVINOError>();

/** What a table has for a record, or for the one that an object inherits from. */
function ofRecord<T>(table: WeakMap<object, T>, object: object | null): T | undefined {
  if (object === null) return undefined;
  return table.get(object) ?? ofRecord(table, Object.getPrototypeOf(object) as object | null);
}

function accessors<T extends object>(values: T, prototype: object | null, write: Write): T {
  const current = { ...values } as Record<string, unknown>;
  const record = Object.create(prototype) as T;
  for (const property of Object.keys(current)) {
    Object.defineProperty(record, property, {
      enumerable: true,
      get: () => current[property],
      set: (value: unknown) => {
        current[property] = write(property, value);
      },
    });
  }
  // console.log shows the values, not that there are getters.
  Object.defineProperty(record, inspect.custom, { value: () => current });
  writes.set(record, write);
  return Object.freeze(record);
}

const settingsEnd = sentinel((property, value, record) => {
  ofRecord(writes, record)?.(property, value);
});

/** A record of settings: each write to it, also of a property that it does not have, goes through `write`. */
export function guardedRecord<T extends object>(settings: T, write: Write): T {
  return accessors(settings, settingsEnd, write);
}

/**
 * A record that stays as it is: writing a property throws, in sloppy code too. It is read, spread, compared,
 * cloned and printed as the plain record it was made of.
 *
 * @param refuse - makes the error, which says where the value is set instead
 */
export function readOnlyRecord<T extends object>(
  values: T,
  refuse: (property: string) => OpenVINOError,
): Readonly<T> {
  return accessors(values, Object.getPrototypeOf(values) as object | null, (property) => {
    throw refuse(property);
  });
}

/** What JavaScript itself, JSON, test tools and lodash look for in any object. */
const askedOfAny =
  /^(then|toJSON|length|asymmetricMatch|nodeType|tagName|inspect|\$\$typeof|@@.*|_isMockFunction)$/;

const namesEnd = new Proxy(Object.create(null) as object, {
  get: (_, name, record: object) => {
    if (typeof name === 'symbol' || name in Object.prototype || askedOfAny.test(name))
      return undefined;
    const unknown = ofRecord(unknowns, record);
    if (unknown !== undefined) throw unknown(name);
    return undefined;
  },
  set: (_, name, value, record: object) => {
    ofRecord(writes, record)?.(String(name), value);
    return true;
  },
});

/**
 * The same for a record by names, where reading a name that it does not have throws as well. `in` and
 * `Object.keys` tell which names there are.
 *
 * @param unknown - makes the error for a name that is not there
 */
export function readOnlyNames<T>(
  values: Readonly<Record<string, T>>,
  refuse: (property: string) => OpenVINOError,
  unknown: (name: string) => OpenVINOError,
): Readonly<Record<string, T>> {
  const record = accessors(values, namesEnd, (property) => {
    throw refuse(property);
  });
  unknowns.set(record, unknown);
  return record;
}

/**
 * Makes objects of a class refuse writes to properties that the class does not have, and to those that it
 * only reads.
 *
 * @param prototype - the class's own; its base has to be Object
 * @param refuse - makes the error
 */
export function refuseWrites<T extends object>(
  prototype: T,
  refuse: (object: T, property: string) => OpenVINOError,
): void {
  for (const [property, own] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const isReadOnly = 'get' in own && own.set === undefined;
    if (!isReadOnly) continue;
    Object.defineProperty(prototype, property, {
      set(this: T) {
        throw refuse(this, property);
      },
    });
  }
  const end = sentinel((property, _, object) => {
    throw refuse(object as T, property);
  });
  Object.setPrototypeOf(prototype, end);
}
