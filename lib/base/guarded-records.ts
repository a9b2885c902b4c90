/** Records that check or refuse each write, in sloppy mode code too. */

import { inspect } from 'node:util';
import type { OpenVINOError } from '../errors';

/**
 * Handles a write to one property: returns the value to keep, or throws an error if there is no such property or it
 * cannot be changed.
 */
export type Write = (property: string, value: unknown) => unknown;

/**
 * Makes the last object of a prototype chain. It receives each write to a property that no object of the chain has; a
 * frozen or sealed object would ignore such a write silently in sloppy mode code.
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

/** By record. Records of a kind share one prototype, because deepStrictEqual() compares prototypes. */
const writes = new WeakMap<object, Write>();
const unknowns = new WeakMap<object, (name: string) => OpenVINOError>();

/** The entry of a table for a record, or for the record that an object inherits from. */
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
  // console.log() shows the values instead of the getters.
  Object.defineProperty(record, inspect.custom, { value: () => current });
  writes.set(record, write);
  return Object.freeze(record);
}

const settingsEnd = sentinel((property, value, record) => {
  ofRecord(writes, record)?.(property, value);
});

/** Makes a record of settings. Each write to it, even to a property that it does not have, calls `write`. */
export function guardedRecord<T extends object>(settings: T, write: Write): T {
  return accessors(settings, settingsEnd, write);
}

/**
 * Makes a read-only record: writing a property throws, in sloppy mode code too. Reading, spreading, comparing, cloning
 * and printing work as with the plain record.
 *
 * @param refuse - makes the error, which says how to change the value instead
 */
export function readOnlyRecord<T extends object>(
  values: T,
  refuse: (property: string) => OpenVINOError,
): Readonly<T> {
  return accessors(values, Object.getPrototypeOf(values) as object | null, (property) => {
    throw refuse(property);
  });
}

/** Properties that JavaScript itself, JSON, test tools and lodash read from any object. */
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
 * Makes a read-only record keyed by name. Reading a name that it does not have throws as well; `in` and `Object.keys`
 * report its names.
 *
 * @param unknown - makes the error for a name that the record does not have
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
 * Makes objects of a class refuse writes to properties that the class does not have or that are read-only.
 *
 * @param prototype - of the class, which must not extend another class
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
