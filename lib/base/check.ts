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

/** A value as an error message shows it: short, on one line, with its type where that is not plain. */
export function show(value: unknown): string {
  const shown = text(value);
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

/** What went wrong with a value before it came here; '' where that is not known. */
function mistake(value: unknown): string {
  if (types.isPromise(value)) return '; did you forget await?';
  const copy = describeCopy(value);
  if (copy === undefined) return '';
  return `: an ${copy}, and this is the one in ${modulesFolder}. Objects of two copies do not work together; npm ls openvino-iecore shows where they come from`;
}

/** The error for an argument: which one, what was expected, what came, and what to do where that is known. */
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
 * The error for a value that is none of the known names, with the one it was probably meant to be.
 *
 * @param meant - default: the known name that is most like it
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
 * Looks at what belongs to the caller. What its getters, proxies or conversions throw comes out as the
 * cause of an ArgumentError, and never as it is.
 */
export function reading<T>(name: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    throw errorOf('INVALID_ARGUMENT', `Cannot read ${name}: it threw ${show(cause)}`, { cause });
  }
}

/** Whether a value is an array; a proxy that was revoked is none. */
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

/** Longer lists are a mistake: a proxy may claim any length. */
const longestList = 2 ** 24;

/**
 * A copy of a list, each item read and checked once: what the caller's list says afterwards is of no
 * concern.
 *
 * @param check - throws for an item that is wrong; a hole is undefined
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

/** The same, of whatever has a length and items. */
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

/** A copy of a record's own entries, each read once, without a prototype. */
export function readRecord(
  value: unknown,
  name: string,
  expected = 'an object',
): Record<string, unknown> {
  if (!isRecord(value)) throw invalid(name, expected, value);
  return reading(name, () => Object.assign(Object.create(null) as object, value));
}

/** Deeper than this no argument is, unless it holds itself. */
const deepest = 8;

/**
 * A copy of plain data: lists and records in each other, everything read once. What is no list or
 * record stays as it is.
 */
export function readPlain(value: unknown, name: string): unknown {
  // Few lists that hold each other many times are endless.
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

/** Reads some properties of an object, its own or inherited, once each. */
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
 * A copy of an options object, each option read once. Known keys only, so that a misspelt option is not
 * lost in silence; what begins with `on` is a function.
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
 * What a loop takes of something that can be iterated: a copy of a list, and for all else its iterator,
 * which is asked for once. What the steps of that throw is the caller's own, and comes out as it is.
 */
export function readIterable<T>(
  value: Iterable<T> | AsyncIterable<T>,
  name: string,
  expected: string,
): AsyncIterable<T> | Iterable<T> {
  if (isList(value)) return readList(value, name, expected, (item) => item as T);
  // An array of numbers or a text can be iterated too, and is never what is meant.
  if (typeof value !== 'string' && !types.isArrayBufferView(value)) {
    for (const symbol of [Symbol.asyncIterator, Symbol.iterator]) {
      const begin = reading(name, () => (Object(value) as Record<symbol, unknown>)[symbol]);
      if (typeof begin === 'function')
        return { [symbol]: () => Reflect.apply(begin, value, []) as unknown } as never;
    }
  }
  throw invalid(name, expected, value);
}

/** Checks that a value is a whole number from `min` to `max`, both included. */
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

/** Checks that a value is one of a table's keys, and lists them if it is not. */
export function checkKey<T extends object>(
  value: unknown,
  name: string,
  table: T,
): asserts value is keyof T & string {
  if (typeof value !== 'string' || !Object.hasOwn(table, value)) {
    throw notOneOf(name, Object.keys(table), value);
  }
}
