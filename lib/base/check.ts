/** Checks arguments, reads each property of a caller's object once, and makes the errors for wrong arguments. */

import { inspect, types } from 'node:util';
import type { ArgumentError } from '../errors';
import { errorOf, isOwnError } from '../errors';
import { describeCopy, modulesFolder } from './package-copies';
import { didYouMean } from './suggest';

function text(value: unknown): string {
  try {
    if (types.isPromise(value)) return 'a Promise';
    if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
    return inspect(value, {
      depth: 1,
      breakLength: Infinity,
      maxArrayLength: 8,
      maxStringLength: 120,
      getters: false,
      customInspect: false,
    });
  } catch {
    return `${typeof value} that cannot be shown`;
  }
}

/** Formats a value for an error message: short and on one line. */
export function show(value: unknown): string {
  const shown = text(value);
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

/** A probable reason for a wrong value, for the end of an error message; '' if none is known. */
function mistake(value: unknown): string {
  if (types.isPromise(value)) return '; did you forget await?';
  const copy = describeCopy(value);
  if (copy === undefined) return '';
  return `: an ${copy}, while this is the copy in ${modulesFolder}. Objects of two copies do not work together; run npm ls openvino-iecore to see why both are installed`;
}

/** The error for a wrong argument: its name, what was expected, what was received, and a hint if one is known. */
export function invalid(
  name: string,
  expected: string,
  received: unknown,
  hint = mistake(received),
): ArgumentError {
  return errorOf(
    'INVALID_ARGUMENT',
    `Expected ${expected} for ${name}, received ${show(received)}${hint}`,
  );
}

/**
 * The error for a value that is not one of the known names; it suggests the name that was probably meant.
 *
 * @param meant - the name to suggest; default: the most similar known name, if one is similar enough
 */
export function notOneOf(
  name: string,
  known: readonly string[],
  received: unknown,
  meant?: string,
): ArgumentError {
  const question = meant === undefined ? didYouMean(received, known) : `; did you mean '${meant}'?`;
  const hint = mistake(received) || question;
  return invalid(name, `one of ${known.join(', ')}`, received, hint);
}

/** Checks that a value is a string with at least one character. */
export function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw invalid(name, 'a non-empty string', value);
}

/**
 * Reads from an object of the caller. An error that its getters, proxies or conversions throw becomes the cause of an
 * ArgumentError.
 */
export function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    throw errorOf('INVALID_ARGUMENT', `Cannot read ${name}: it threw ${show(cause)}`, { cause });
  }
}

/** Whether a value is an array; for a revoked proxy it is false, where Array.isArray would throw. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !types.isArrayBufferView(value) &&
    !types.isPromise(value)
  );
}

/** The longest list that is read; a proxy could report any length. */
const longestList = 2 ** 24;

/**
 * Copies a list. Each item is read and checked once, so later changes of the caller's list have no effect.
 *
 * @param check - returns the item to keep, or throws; a hole in the list is undefined
 */
export function readList<T>(
  value: unknown,
  name: string,
  expected: string,
  check: (item: unknown, name: string) => T,
): T[] {
  if (!isList(value)) throw invalid(name, expected, value);
  return readItems(value, name, expected, check);
}

/** Copies the items of any object with a length, as `readList` copies a list. */
export function readItems<T>(
  value: ArrayLike<unknown>,
  name: string,
  expected: string,
  check: (item: unknown, name: string) => T,
): T[] {
  const length: unknown = reading(name, () => value.length);
  if (typeof length !== 'number' || !(length >= 0 && length <= longestList))
    throw invalid(name, `${expected}, of at most ${longestList} items`, value);
  const list: T[] = [];
  for (let i = 0; i < length; i += 1) {
    const item = reading(`${name}[${i}]`, () => value[i]);
    list.push(check(item, `${name}[${i}]`));
  }
  return list;
}

/** Copies the own entries of an object, each read once, into a record without a prototype. */
export function readRecord(
  value: unknown,
  name: string,
  expected = 'an object',
): Record<string, unknown> {
  if (!isRecord(value)) throw invalid(name, expected, value);
  return reading(name, () => Object.assign(Object.create(null) as object, value));
}

/** The own entries of a record, each read once. */
export function readEntries(
  value: unknown,
  name: string,
  expected: string,
): [key: string, value: unknown][] {
  if (!isRecord(value)) throw invalid(name, expected, value);
  return reading(name, () => Object.entries(value));
}

/** The deepest nesting that is read; a value that contains itself is nested without end. */
const deepest = 8;

/**
 * Copies plain data: nested lists and records, each value read once. Any other value is kept as it is.
 */
export function readPlain(value: unknown, name: string): unknown {
  // Counts the values, because a few lists that contain each other expand to an enormous number of them.
  let left = longestList;
  const copy = (part: unknown, at: string, depth: number): unknown => {
    left -= 1;
    if (depth > deepest || left < 0)
      throw invalid(name, `at most ${longestList} values, at most ${deepest} deep`, value);
    if (isList(part)) return readList(part, at, 'a list', (item, i) => copy(item, i, depth + 1));
    if (types.isPromise(part)) throw invalid(at, 'plain data', part);
    if (!isRecord(part)) return part;
    const record = readRecord(part, at);
    for (const [key, item] of Object.entries(record))
      record[key] = copy(item, `${at}.${key}`, depth + 1);
    return record;
  };
  return copy(value, name, 0);
}

/** Reads some properties of an object, own or inherited, once each; undefined ones are left out. */
export function readProperties<T extends object>(
  value: T,
  name: string,
  keys: readonly string[],
  expected: string,
): T {
  if (!isRecord(value)) throw invalid(name, expected, value);
  const entries = keys.map((key) => [key, reading(`${name}.${key}`, () => value[key])] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as T;
}

/**
 * Copies an options object, each option read once. An unknown key is an error, so that a misspelt option is not
 * ignored silently; an option whose name begins with `on` must be a function.
 */
export function readOptions<T extends object>(value: T, name: string, keys: readonly string[]): T {
  const expected = `an object with any of ${keys.join(', ')}`;
  const options = readProperties(value, name, keys, expected);
  const unknown = reading(name, () => Object.keys(value)).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw invalid(name, expected, value, didYouMean(unknown, keys));
  for (const [key, item] of Object.entries<unknown>(options as Record<string, unknown>))
    if (/^on[A-Z]/.test(key) && typeof item !== 'function')
      throw invalid(`${name}.${key}`, 'a function', item);
  return options;
}

/**
 * Makes an iterable safe to loop over: copies a list, and of any other iterable reads the iterator method once. Errors
 * that its iterator throws later are the caller's own and are not wrapped.
 */
export function readIterable<T>(
  value: Iterable<T> | AsyncIterable<T>,
  name: string,
  expected: string,
): AsyncIterable<T> | Iterable<T> {
  if (isList(value)) return readList(value, name, expected, (item) => item as T);
  // A typed array or a string is iterable too, but passing one is a mistake.
  if (typeof value !== 'string' && !types.isArrayBufferView(value)) {
    for (const symbol of [Symbol.asyncIterator, Symbol.iterator]) {
      const begin = reading(name, () => (Object(value) as Record<symbol, unknown>)[symbol]);
      if (typeof begin === 'function')
        return { [symbol]: () => Reflect.apply(begin, value, []) as unknown } as never;
    }
  }
  throw invalid(name, expected, value);
}

/** Checks that a value is a whole number from `min` to `max`, inclusive. */
export function checkInteger(
  value: unknown,
  name: string,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw invalid(name, `a whole number ${range}`, value);
  }
}

/** Checks that a value is a key of a table; the error lists the keys. */
export function checkKey<T extends object>(
  value: unknown,
  name: string,
  table: T,
): asserts value is keyof T & string {
  if (typeof value !== 'string' || !Object.hasOwn(table, value)) {
    throw notOneOf(name, Object.keys(table), value);
  }
}
