/** Option tables: a row for each option of a call; its type, check and default derive from it. */

import { hasFired } from './abortable';
import { checkInteger, checkKey, checkString, invalid, readList, readOptions } from './check';

/** One option: the values that it accepts, and their spelling on a command line. */
export interface OptionRow<T> {
  /** The accepted values in words, for messages: 'a whole number of at least 1'. */
  readonly expected: string;
  /** Returns the checked value or a copy of it; throws an ArgumentError that names the option. */
  readonly read: (value: unknown, name: string) => T;
  /** Converts text of a command line to a value for `read`. Default: returns the text itself. */
  readonly fromText?: ((text: string, before: unknown) => unknown) | undefined;
  /** The words that a command line accepts. Default: any text. */
  readonly choices?: readonly string[] | undefined;
}

/** An option that must be given. */
export interface RequiredRow<T> extends OptionRow<T> {
  readonly required: true;
}

/** An option with a default. */
export interface DefaultedRow<T> extends OptionRow<T> {
  readonly default: T;
}

/**
 * The options of a call by name. The doc comment of a row becomes the doc comment of the property.
 *
 * @example
 * ```ts
 * export const resizeOptions = {
 *   width: required(integer(1)),
 *   kernel: defaultTo(choice(kernels), 'cubic'),
 *   signal: signal(),
 * } satisfies OptionTable;
 *
 * export interface ResizeOptions extends OptionsOf<typeof resizeOptions> {}
 *
 * export function resize(options: ResizeOptions): void {
 *   // kernel is never undefined, because it has a default.
 *   const { width, kernel, signal } = readTable(resizeOptions, options);
 * }
 * ```
 */
export type OptionTable = Readonly<
  Record<string, OptionRow<unknown> | RequiredRow<unknown> | DefaultedRow<unknown>>
>;

type ValueOf<Row> = Row extends OptionRow<infer T> ? T : never;

/** The object that the caller passes; undefined counts as an option left out. */
export type OptionsOf<T extends OptionTable> = {
  -readonly [K in keyof T as T[K] extends RequiredRow<unknown> ? K : never]: ValueOf<T[K]>;
} & {
  -readonly [K in keyof T as T[K] extends RequiredRow<unknown> ? never : K]?:
    ValueOf<T[K]> | undefined;
};

type Filled = RequiredRow<unknown> | DefaultedRow<unknown>;

/** The object that `readTable` returns; options with a default are always present. */
export type SettingsOf<T extends OptionTable> = {
  -readonly [K in keyof T as T[K] extends Filled ? K : never]: ValueOf<T[K]>;
} & {
  -readonly [K in keyof T as T[K] extends Filled ? never : K]?: ValueOf<T[K]>;
};

/**
 * Reads each option once, checks it and fills in its default.
 *
 * @param name - the object's name in messages, which name an option `options.batch`
 */
export function readTable<const T extends OptionTable>(
  table: T,
  value: OptionsOf<T>,
  name = 'options',
): SettingsOf<T> {
  const given = readOptions<Record<string, unknown>>(value, name, Object.keys(table));
  const settings: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table)) {
    if (given[key] !== undefined) settings[key] = row.read(given[key], `${name}.${key}`);
    else if ('required' in row) throw invalid(`${name}.${key}`, row.expected, undefined);
    else if ('default' in row) settings[key] = row.default;
  }
  return settings as SettingsOf<T>;
}

/** Picks the values whose names are in a table, to pass some options of one call on to another. */
export function pickOptions<T extends OptionTable, V extends object>(
  table: T,
  values: V,
): Pick<V, Extract<keyof V, keyof T>> {
  const picked = Object.entries(values).filter(
    ([key, value]) => Object.hasOwn(table, key) && value !== undefined,
  );
  return Object.fromEntries(picked) as Pick<V, Extract<keyof V, keyof T>>;
}

/** Makes an option required. */
export function required<T>(row: OptionRow<T>): RequiredRow<T> {
  return { ...row, required: true };
}

/** Gives an option a default. */
export function defaultTo<T>(row: OptionRow<T>, value: T): DefaultedRow<T> {
  return { ...row, default: value };
}

/** An option with a check of its own. */
export function option<T>(expected: string, read: OptionRow<T>['read']): OptionRow<T> {
  return { expected, read };
}

/** An option that is checked where it is used. */
export function unchecked<T>(expected: string): OptionRow<T> {
  return { expected, read: (value) => value as T };
}

const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max?: number): OptionRow<number> {
  return {
    expected: `a whole number ${max === undefined ? `of at least ${min}` : `from ${min} to ${max}`}`,
    read: (value, name) => {
      checkInteger(value, name, min, max);
      return value;
    },
    fromText: numberOf,
  };
}

/** A finite number above 0. */
export function positiveNumber(): OptionRow<number> {
  const expected = 'a number above 0';
  return {
    expected,
    read: (value, name) => {
      if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
        throw invalid(name, expected, value);
      return value;
    },
    fromText: numberOf,
  };
}

/** A string with at least one character. */
export function text<T extends string = string>(): OptionRow<T> {
  return {
    expected: 'a non-empty string',
    read: (value, name) => {
      checkString(value, name);
      return value as T;
    },
  };
}

/** A list of strings with at least one character each. */
export function texts(expected = 'a list of strings'): OptionRow<readonly string[]> {
  return {
    expected,
    read: (value, name) => readList(value, name, expected, text().read),
  };
}

/** One of the keys of a table. */
export function choice<T extends object>(table: T): OptionRow<keyof T & string> {
  const choices = Object.keys(table);
  return {
    expected: `one of ${choices.join(', ')}`,
    read: (value, name) => {
      checkKey(value, name, table);
      return value;
    },
    choices,
  };
}

/** The values of the words for true and false on a command line; the check refuses any other text. */
function truthOf(text: string): unknown {
  if (/^(true|1|yes)$/i.test(text)) return true;
  if (/^(false|0|no)$/i.test(text)) return false;
  return text;
}

/** True or false. */
export function boolean(): OptionRow<boolean> {
  const expected = 'a boolean';
  return {
    expected,
    read: (value, name) => {
      if (typeof value !== 'boolean') throw invalid(name, expected, value);
      return value;
    },
    fromText: truthOf,
  };
}

/** A function that the call calls. */
export function callback<T extends (...args: never[]) => unknown>(): OptionRow<T> {
  const expected = 'a function';
  return {
    expected,
    read: (value, name) => {
      if (typeof value !== 'function') throw invalid(name, expected, value);
      return value as T;
    },
  };
}

/** The signal that ends the call. */
export function signal(): OptionRow<AbortSignal> {
  return {
    expected: 'an AbortSignal',
    read: (value) => {
      hasFired(value as AbortSignal);
      return value as AbortSignal;
    },
  };
}
