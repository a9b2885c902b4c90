import { show } from '../base/check';
import { errorOf, type OpenVINOError } from '../errors';
import type { Layout } from './layout';
import type { NativeDim, NativeValueRule } from '../addon/native-types';
import type { Precision } from './precision';
import { didYouMean } from '../base/suggest';

/** What a tensor is: its precision, dimensions in the layout's order (-1 where one may vary), layout. */
export interface TensorDesc {
  precision: Precision;
  dims: readonly number[];
  layout: Layout;
}

/** What an input or output was loaded as. */
export interface LoadedPort {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly precision: Precision;
  readonly layout: Layout;
}

/** An input or output as requests see it. */
export interface Port extends LoadedPort {
  readonly index: number;
  /** In the layout's order; null where even the rank may vary. */
  readonly dims: readonly NativeDim[] | null;
  /** What its values have to keep to, of an input that feeds operations which the runtime does not check. */
  readonly rules?: readonly NativeValueRule[];
}

/** Dimensions as users see them: -1 where one may vary, none where even the rank may. */
export function plainDims(dims: readonly NativeDim[] | null): number[] {
  return (dims ?? []).map((dim) => (typeof dim === 'number' ? dim : -1));
}

/** Whether any dimension may vary. */
export function isDynamic({ dims }: Port): boolean {
  return dims === null || dims.some((dim) => typeof dim !== 'number');
}

/** The number of elements of a shape. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** A shape as messages show it: [1,3,?,1..8]. */
export function showDims(dims: readonly NativeDim[] | null): string {
  if (dims === null) return '[...]';
  const texts = dims.map((dim) => {
    if (typeof dim === 'number') return dim === -1 ? '?' : String(dim);
    const [min, max] = dim;
    return max === -1 ? (min === 0 ? '?' : `${min}..`) : `${min}..${max}`;
  });
  return `[${texts.join(',')}]`;
}

/** Whether concrete dimensions are ones that a port takes. */
export function fits(dims: readonly number[], allowed: readonly NativeDim[] | null): boolean {
  if (allowed === null) return true;
  return (
    dims.length === allowed.length &&
    allowed.every((dim, i) => {
      const length = dims[i] as number;
      if (typeof dim === 'number') return length === dim;
      return length >= dim[0] && (dim[1] === -1 || length <= dim[1]);
    })
  );
}

/** Things with a name of their own and aliases, found by either: names first. */
export class NameTable<T extends { readonly name: string; readonly aliases: readonly string[] }> {
  readonly #kind: string;
  readonly #byName: ReadonlyMap<string, T>;
  readonly #byAlias = new Map<string, T[]>();
  /** The things, in the network's order. */
  readonly items: readonly T[];
  /** The names, in lexicographic order. */
  readonly names: readonly string[];

  /** @param items - as `withUniqueNames` names them */
  constructor(kind: string, items: readonly T[]) {
    this.#kind = kind;
    this.items = items;
    this.names = items.map((item) => item.name).sort();
    this.#byName = new Map(items.map((item) => [item.name, item]));
    for (const item of items) {
      for (const alias of item.aliases)
        this.#byAlias.set(alias, [...(this.#byAlias.get(alias) ?? []), item]);
    }
  }

  /** Finds by name alone, not by alias. */
  named(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** Finds by name or alias; an alias of several is an error that lists their names. */
  find(name: string): T | undefined {
    const named = this.#byName.get(name);
    if (named !== undefined) return named;
    const [first, ...others] = this.#byAlias.get(name) ?? [];
    if (others.length === 0) return first;
    const names = [first as T, ...others].map((item) => item.name).join(', ');
    throw errorOf(
      'UNKNOWN_NAME',
      `Several ${this.#kind}s go by the name ${show(name)}; name one of them: ${names}`,
    );
  }

  /** The same; an unknown name is an error that lists the names there are. */
  get(name: string): T {
    const item = this.find(name);
    if (item === undefined) throw this.unknown(name);
    return item;
  }

  /** The error for a name that is not there: it lists the names that are. */
  unknown(name: string): OpenVINOError {
    const meant = didYouMean(name, [...this.names, ...this.#byAlias.keys()]);
    return errorOf(
      'UNKNOWN_NAME',
      `There is no ${this.#kind} named ${show(name)}; there are: ${this.names.join(', ') || '(none)'}${meant}`,
    );
  }

  /**
   * Values by name or alias as values by item.
   *
   * @throws ArgumentError - UNKNOWN_NAME; INVALID_ARGUMENT for two values of one item
   */
  byItem<V>(values: Readonly<Record<string, V>>): Map<T, V> {
    const found = new Map<T, V>();
    for (const [name, value] of Object.entries(values)) {
      const item = this.get(name);
      if (found.has(item)) {
        throw errorOf(
          'INVALID_ARGUMENT',
          `The ${this.#kind} '${item.name}' is given twice, also as ${show(name)}; give it once`,
        );
      }
      found.set(item, value);
    }
    return found;
  }

  /** A plain record of something for each, keyed by name in lexicographic order. */
  record<V>(value: (item: T) => V): Record<string, V> {
    const record = Object.create(null) as Record<string, V>;
    for (const name of this.names) record[name] = value(this.#byName.get(name) as T);
    return record;
  }
}
