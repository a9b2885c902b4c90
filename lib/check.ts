import { inspect } from 'node:util';
import type { ArgumentError } from './errors';
import { errorOf } from './errors';

/** A value as an error message shows it: short, on one line, with its type where that is not plain. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  let text: string;
  try {
    text = inspect(value, {
      depth: 1,
      breakLength: Infinity,
      maxArrayLength: 8,
      maxStringLength: 120,
      getters: false,
    });
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** The error for an argument: which one, what was expected, what came. */
export function invalid(name: string, expected: string, received: unknown): ArgumentError {
  return errorOf(
    'INVALID_ARGUMENT',
    `Expected ${expected} for ${name}, received ${show(received)}`,
  );
}

/** Checks that a value is a string with at least one character. */
export function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw invalid(name, 'a non-empty string', value);
}

/** Checks that a value is an object, and neither null nor an array. */
export function checkObject(
  value: unknown,
  name: string,
  expected = 'an object',
): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
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
    throw invalid(name, `one of ${Object.keys(table).join(', ')}`, value);
  }
}

/** Checks an options object: known keys only, so that a misspelt option is not lost in silence. */
export function checkOptions(
  value: unknown,
  name: string,
  keys: readonly string[],
): asserts value is object {
  checkObject(value, name, `an object with any of ${keys.join(', ')}`);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw invalid(name, `an object with any of ${keys.join(', ')}`, value);
  }
}
