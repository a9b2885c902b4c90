/** Finds inputs and outputs by name or alias. */
import { show } from '../base/check';
import { didYouMean } from '../base/suggest';
import { errorOf, type OpenVINOError } from '../errors';

/** Finds items by name, else by alias. */
export class NameTable<T extends { readonly name: string; readonly aliases: readonly string[] }> {
  readonly #kind: string;
  readonly #byName: ReadonlyMap<string, T>;
  readonly #byAlias = new Map<string, T[]>();
  /** The items, in the network's order. */
  readonly items: readonly T[];
  /** The names, in lexicographic order. */
  readonly names: readonly string[];

  /**
   * @param kind - the kind of the items in messages, such as input
   * @param items - with names from `withUniqueNames`
   */
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

  /** Finds an item by its name, not by an alias. */
  named(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** Finds an item by its name or an alias; if several items have that alias, the error lists their names. */
  find(name: string): T | undefined {
    const named = this.#byName.get(name);
    if (named !== undefined) return named;
    const [first, ...others] = this.#byAlias.get(name) ?? [];
    if (others.length === 0) return first;
    const names = [first as T, ...others].map((item) => item.name).join(', ');
    throw errorOf(
      'UNKNOWN_NAME',
      `Several ${this.#kind}s have the name ${show(name)}; use one of these names: ${names}`,
    );
  }

  /** Finds an item like `find`; throws if there is none. */
  get(name: string): T {
    const item = this.find(name);
    if (item === undefined) throw this.unknown(name);
    return item;
  }

  /** The error for an unknown name, which lists the known names. */
  unknown(name: string): OpenVINOError {
    const meant = didYouMean(name, [...this.names, ...this.#byAlias.keys()]);
    return errorOf(
      'UNKNOWN_NAME',
      `There is no ${this.#kind} named ${show(name)}; there are: ${this.names.join(', ') || '(none)'}${meant}`,
    );
  }

  /**
   * Finds the items of values that are given by name or alias.
   *
   * @throws ArgumentError - UNKNOWN_NAME; INVALID_ARGUMENT if an item has two values
   */
  byItem<V>(entries: readonly (readonly [name: string, value: V])[]): Map<T, V> {
    const found = new Map<T, V>();
    for (const [name, value] of entries) {
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

  /** A record of values by name, in lexicographic order, without a prototype. */
  record<V>(value: (item: T) => V): Record<string, V> {
    const record = Object.create(null) as Record<string, V>;
    for (const name of this.names) record[name] = value(this.#byName.get(name) as T);
    return record;
  }
}
