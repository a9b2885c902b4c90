import { show } from './check';
import { errorOf } from './errors';
import type { Layout } from './layout';
import type { NativeDim } from './native-types';
import type { Precision } from './precision';

/** What a tensor is: its precision, dimensions in the layout's order (-1 where one may vary), layout. */
export interface TensorDesc {
  precision: Precision;
  dims: readonly number[];
  layout: Layout;
}

/** An input or output as requests see it. */
export interface Port {
  readonly index: number;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly precision: Precision;
  readonly layout: Layout;
  /** In the layout's order; null where even the rank may vary. */
  readonly dims: readonly NativeDim[] | null;
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

/** Things with a name and other names for it, found by either: friendly names first. */
export class NameTable<T extends { readonly name: string; readonly aliases: readonly string[] }> {
  readonly #kind: string;
  readonly #byName = new Map<string, T>();
  /** The things, in the network's order. */
  readonly items: readonly T[];
  /** The friendly names, in lexicographic order. */
  readonly names: readonly string[];

  constructor(kind: string, items: readonly T[]) {
    this.#kind = kind;
    this.items = items;
    this.names = items.map((item) => item.name).sort();
    for (const item of items) {
      for (const alias of item.aliases) if (!this.#byName.has(alias)) this.#byName.set(alias, item);
    }
    for (const item of items) this.#byName.set(item.name, item);
  }

  /** Finds by name; an unknown name is an error that lists the names there are. */
  get(name: string): T {
    const item = this.#byName.get(name);
    if (item === undefined) {
      throw errorOf(
        'UNKNOWN_NAME',
        `There is no ${this.#kind} named ${show(name)}; there are: ${this.names.join(', ') || '(none)'}`,
      );
    }
    return item;
  }

  /** A plain record of something for each, keyed by friendly name in lexicographic order. */
  record<V>(value: (item: T) => V): Record<string, V> {
    const record = Object.create(null) as Record<string, V>;
    for (const name of this.names) record[name] = value(this.get(name));
    return record;
  }
}
