'use strict';
/** Hostile values: made from nothing, or from a valid value. */
const vm = require('node:vm');
const fc = require('fast-check');

/** The error of a getter, proxy or conversion of the caller; a call may only report it as a cause. */
const thrown = new Error('thrown while an argument was read');

/** The error of a callback or an iterator's step; calls pass it on unchanged. */
const thrownBack = new Error('thrown by a callback');

const raise = () => {
  throw thrown;
};
const raiseBack = () => {
  throw thrownBack;
};

/** A proxy that throws from the `n`th access on. */
function failing(target, n, what = raise) {
  let looks = 0;
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'];
  const trap =
    (name) =>
    (...args) =>
      (looks += 1) >= n ? what() : Reflect[name](...args);
  return new Proxy(target, Object.fromEntries(traps.map((name) => [name, trap(name)])));
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const resizable = (bytes) => new ArrayBuffer(bytes, { maxByteLength: 2 * bytes });

function detached(bytes) {
  const array = new Float32Array(bytes / 4);
  structuredClone(array, { transfer: [array.buffer] });
  return array;
}

/** Numbers outside all ranges and at their bounds. None is large enough to fill the memory. */
const numbers = [
  ...[-1, -0, 0, 1, 0.5, NaN, Infinity, -Infinity, -(2 ** 31), 2 ** 45, 2 ** 53, 2 ** 53 - 1],
  ...[1e308, -1e308, Number.MIN_VALUE],
];

const strings = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'x\udfff.xml', '__proto__', 'constructor', 'toString'],
  ...['.', '..', './', 'a/b', 'x'.repeat(5000), '\u{1f600}', '-', '{}', '[1,2]', 'CPU', 'GPU.9:'],
  ...['file:///etc/hosts', 'MULTI:', 'HETERO:CPU,', 'BATCH:CPU(0)', '**/[', '%s%n', '<svg/>'],
];

/** Functions that make a hostile value, by name. */
const fromNothing = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  symbol: () => Symbol('hostile'),
  'well-known symbol': () => Symbol.iterator,
  bigint: () => 2n ** 64n,
  'function that throws': () => raiseBack,
  'function with a name that throws': () =>
    Object.defineProperty(() => undefined, 'name', { get: raise }),
  'function with a symbol for a name': () =>
    Object.defineProperty(() => undefined, 'name', { value: Symbol('name') }),
  class: () => class Hostile {},
  'revoked proxy of an object': () => revoked({}),
  'revoked proxy of a list': () => revoked([]),
  'revoked proxy of a function': () => revoked(() => undefined),
  'proxy that throws': () => failing({}, 1),
  'proxy of a list that throws': () => failing([1, 2], 2),
  'proxy that throws null': () =>
    failing({}, 1, () => {
      throw null;
    }),
  'proxy that throws undefined': () =>
    failing([1], 1, () => {
      throw undefined;
    }),
  'proxy that throws a revoked proxy': () =>
    failing({}, 1, () => {
      throw revoked({});
    }),
  'proxy with any key': () =>
    new Proxy({}, { get: () => 1, has: () => true, ownKeys: () => ['a', 'constructor'] }),
  'proxy of a list of any length': () =>
    new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 53 : 1) }),
  'proxy of a list with a length that is none': () =>
    new Proxy([], { get: (_, key) => (key === 'length' ? 'many' : 1) }),
  'conversions that throw': () => ({ toString: raise, valueOf: raise, toJSON: raise }),
  'primitive that throws': () => ({ [Symbol.toPrimitive]: raise }),
  'tag that throws': () => Object.defineProperty({}, Symbol.toStringTag, { get: raise }),
  'tag of an ArrayBuffer': () => ({ [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 8 }),
  'inspection that throws': () => ({ [Symbol.for('nodejs.util.inspect.custom')]: raise }),
  'own __proto__': () => JSON.parse('{"__proto__": {"device": "CPU"}, "constructor": 1}'),
  'object without a prototype': () => Object.create(null),
  'getter that throws': () => Object.defineProperty({}, 'a', { enumerable: true, get: raise }),
  'list with holes': () => [1, , 3], // eslint-disable-line no-sparse-arrays
  'list with a getter that throws': () => Object.defineProperty([1], 0, { get: raise }),
  'list of one that is endless': () => Object.assign([], { length: 2 ** 32 - 1 }),
  'long list': () => new Array(100_000).fill(1),
  'list that holds itself': () => {
    const list = [];
    list.push(list, list, list);
    return list;
  },
  'record that holds itself': () => {
    const record = {};
    record.record = record;
    return record;
  },
  'detached array': () => detached(16),
  'detached buffer': () => detached(16).buffer,
  'array on memory that shrank': () => {
    const buffer = resizable(16);
    const array = new Float32Array(buffer, 4, 3);
    buffer.resize(4);
    return array;
  },
  'resizable buffer': () => resizable(16),
  'shared memory': () => new SharedArrayBuffer(16),
  'array of another kind': () => new BigUint64Array(4),
  'empty array': () => new Uint8Array(0),
  'array with a length that throws': () =>
    Object.defineProperties(new Float32Array(4), {
      length: { get: raise },
      byteLength: { get: raise },
      buffer: { get: raise },
      constructor: { get: raise },
    }),
  DataView: () => new DataView(new ArrayBuffer(16)),
  Map: () => new Map([['x', 1]]),
  Date: () => new Date(NaN),
  'regular expression': () => /x/g,
  'promise that never settles': () => new Promise(() => undefined),
  'thenable that throws': () => ({ then: raise }),
  'boxed string': () => new String('x'),
  'object of another realm': () => vm.runInNewContext('({ device: "CPU" })'),
  'error of another realm': () => vm.runInNewContext('new TypeError("x")'),
  'URL of another host': () => new URL('file://host/x.xml'),
  'URL with a slash in a name': () => new URL('file:///a%2Fb.xml'),
  'URL of another kind': () => new URL('https://example.org/x.xml'),
  'false URL': () => Object.create(URL.prototype),
  'false signal': () => ({ aborted: false, addEventListener: raise, removeEventListener: raise }),
  'signal by prototype': () => Object.create(AbortSignal.prototype),
  'signal with a reason that throws': () =>
    Object.defineProperties(AbortSignal.abort(), {
      aborted: { get: raise },
      reason: { get: raise },
      addEventListener: { get: raise },
    }),
  'signal with a reason that is nothing': () => AbortSignal.abort(null),
  'iterator that throws': () => ({ [Symbol.iterator]: raiseBack }),
  'iterator whose steps throw': () => ({ [Symbol.iterator]: () => ({ next: raiseBack }) }),
  'iterator that is none': () => ({ [Symbol.iterator]: 5 }),
  'asynchronous iterator whose steps reject': () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(thrownBack) }),
  }),
  'getter of an iterator that throws': () =>
    Object.defineProperty({}, Symbol.iterator, { get: raise }),
};

/** Getters that return `first` at the first access and `then` later. */
function changing(first, then) {
  let looks = 0;
  return { enumerable: true, configurable: true, get: () => ((looks += 1) === 1 ? first : then()) };
}

const isObject = (value) => typeof value === 'object' && value !== null;
const isPlain = (value) =>
  Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);

/** Hostile values made from a valid object; `draw` returns hostile values, `meddle` does something a caller could do during the call. */
const fromRight = {
  'proxy that throws later': (right, { look }) => failing(right, look),
  'proxy that throws nothing later': (right, { look }) =>
    failing(right, look, () => {
      throw null;
    }),
  'revoked proxy': (right) => revoked(right),
  'proxy that changes nothing': (right) => new Proxy(right, {}),
  heir: (right) => Object.create(right),
  'of the same prototype': (right) =>
    Object.assign(Object.create(Object.getPrototypeOf(right)), { ...right }),
  'prototype set': (right) => Object.setPrototypeOf({ ...right }, Object.getPrototypeOf(right)),
  'other on the second look': (right, { draw }) => {
    const copy = Array.isArray(right) ? [] : {};
    for (const key of Object.keys(right))
      Object.defineProperty(copy, key, changing(right[key], draw));
    return copy;
  },
  'other keys on the second look': (right, { draw }) => {
    let looks = 0;
    return new Proxy(right, {
      ownKeys: (target) =>
        (looks += 1) === 1 ? Reflect.ownKeys(target) : [...Reflect.ownKeys(target), 'other'],
      get: (target, key) => (looks > 1 ? draw() : Reflect.get(target, key)),
    });
  },
  'meddles when it is read': (right, { meddle }) => {
    const act = (target, key) => {
      meddle();
      return Reflect.get(target, key);
    };
    return new Proxy(right, { get: act });
  },
  'with a key too many': (right, { draw }) => ({ ...right, other: draw() }),
  'with a key of the prototype': (right) =>
    Object.assign(JSON.parse('{"__proto__": 1, "constructor": 2}'), right),
};

/** Hostile values made from a valid typed array. */
const fromArray = {
  detached: (right) => {
    structuredClone(right, { transfer: [right.buffer] });
    return right;
  },
  shared: (right) => {
    const shared = new right.constructor(new SharedArrayBuffer(right.byteLength));
    shared.set(right);
    return shared;
  },
  'on shared memory that may grow': (right) => {
    const { byteLength } = right;
    return new right.constructor(
      new SharedArrayBuffer(byteLength, { maxByteLength: 2 * byteLength }),
    );
  },
  'following its buffer': (right) => new right.constructor(resizable(right.byteLength)),
  'following its buffer, which shrank': (right) => {
    const array = new right.constructor(resizable(right.byteLength));
    array.buffer.resize(Math.min(right.byteLength, right.BYTES_PER_ELEMENT));
    return array;
  },
  'with properties that lie': (right) =>
    Object.defineProperties(right.slice(0, 1), {
      length: { value: right.length },
      byteLength: { value: right.byteLength },
    }),
  'of a class of its own': (right) => {
    class Own extends right.constructor {
      static get [Symbol.species]() {
        return raise();
      }

      get length() {
        return raise();
      }
    }
    return new Own(right);
  },
  'of another realm': (right) =>
    vm.runInNewContext(`new ${right.constructor.name}(${right.length})`),
  longer: (right) => new right.constructor(right.length + 1),
  'proxy of it': (right) => new Proxy(right, {}),
};

const anything = fc.anything({
  maxDepth: 3,
  maxKeys: 4,
  key: fc.constantFrom('device', 'x', 'data', 'dims', '__proto__', 'constructor', ''),
  values: [
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...numbers),
    fc.constantFrom(...strings),
    fc.boolean(),
    fc.bigInt(),
    fc.constantFrom(null, undefined),
  ],
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: false,
  withTypedArray: true,
});

/**
 * Replaces a valid argument by something hostile.
 *
 * @param gen - draws random values for one run of fast-check
 */
function spoil(gen, right, meddle) {
  const nothing = () => {
    const kind = gen(fc.constantFrom, 'made', 'number', 'string', 'any');
    if (kind === 'number') return gen(fc.constantFrom, ...numbers);
    if (kind === 'string') return gen(fc.constantFrom, ...strings);
    if (kind === 'any') return gen(() => anything);
    return fromNothing[gen(fc.constantFrom, ...Object.keys(fromNothing))]();
  };
  if (!isObject(right) || gen(fc.boolean)) return nothing();
  if (ArrayBuffer.isView(right))
    return fromArray[gen(fc.constantFrom, ...Object.keys(fromArray))](right);
  // Half of the replacements are made deeper inside the argument.
  const keys = isPlain(right) ? Object.keys(right) : [];
  if (keys.length > 0 && gen(fc.boolean)) {
    const key = gen(fc.constantFrom, ...keys);
    const copy = Array.isArray(right) ? [...right] : { ...right };
    copy[key] = spoil(gen, right[key], meddle);
    return copy;
  }
  const tools = { draw: nothing, look: gen(fc.constantFrom, 1, 2, 3, 4, 6, 9), meddle };
  return fromRight[gen(fc.constantFrom, ...Object.keys(fromRight))](right, tools);
}

module.exports = { spoil, thrown, thrownBack };
