/**
 * Every layout of the classic API, with its axes in order: N batch, C channels, D depth, H height,
 * W width; O and I the channels of weights, G their groups. Those without axes name no order.
 */
const layouts = {
  ANY: '',
  NCHW: 'NCHW',
  NHWC: 'NHWC',
  NCDHW: 'NCDHW',
  NDHWC: 'NDHWC',
  OIHW: 'OIHW',
  GOIHW: 'GOIHW',
  OIDHW: 'OIDHW',
  GOIDHW: 'GOIDHW',
  SCALAR: '',
  C: 'C',
  CHW: 'CHW',
  HWC: 'HWC',
  HW: 'HW',
  NC: 'NC',
  CN: 'CN',
  BLOCKED: '',
} as const;

/** The name of a layout. */
export type Layout = keyof typeof layouts;

/** The names of all layouts. */
export const layoutNames = Object.freeze(Object.keys(layouts)) as readonly Layout[];

/** Whether a value is the name of a layout. */
export function isLayout(value: unknown): value is Layout {
  return typeof value === 'string' && Object.hasOwn(layouts, value);
}

/** The axes of a layout, in order. */
export function axesOf(layout: Layout): string {
  return layouts[layout];
}

const byRank: readonly Layout[] = ['SCALAR', 'C', 'NC', 'CHW', 'NCHW', 'NCDHW'];

/**
 * The layout that shows after `readNetwork`: the one the file records, else the usual one for the
 * rank. A picture whose only axis of length 3 is the last is taken to be NHWC, as networks from
 * TensorFlow are.
 *
 * @param recorded - the layout in the runtime's notation, `[N,C,H,W]`, or ''
 * @param dims - the lengths, -1 where they may vary
 */
export function defaultLayout(recorded: string, dims: readonly number[] | null): Layout {
  if (dims === null) return 'ANY';
  const name = recorded.replace(/[[\],]/g, '');
  if (isLayout(name) && axesOf(name).length === dims.length) return name;
  if (dims.length === 4 && dims[3] === 3 && dims[1] !== 3) return 'NHWC';
  return byRank[dims.length] ?? 'BLOCKED';
}

/** Whether dimensions can go from one layout to the other: the same axes in another order. */
export function isReorder(from: Layout, to: Layout): boolean {
  const sorted = (layout: Layout): string => [...axesOf(layout)].sort().join('');
  return sorted(from) === sorted(to) && axesOf(from) !== '';
}

/** Puts dimensions from one layout's order into another's. */
export function reorder<T>(dims: readonly T[], from: Layout, to: Layout): T[] {
  if (from === to || !isReorder(from, to)) return [...dims];
  return [...axesOf(to)].map((axis) => dims[axesOf(from).indexOf(axis)] as T);
}
