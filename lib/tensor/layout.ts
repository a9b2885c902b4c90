/** The table of layouts, and the axes of images and batches. */

import type { NativeDim } from '../addon/native-types';

/**
 * Every layout of the classic API, with its axes in order: N batch, C channels, D depth, H height,
 * W width; O and I the channels of weights, G their groups. A layout without axes says nothing about the order.
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

/** Where an image tensor of a rank may have its channels: before the spatial axes, or last. */
const channelPlaces: Readonly<Record<number, readonly number[]>> = {
  3: [0, 2],
  4: [1, 3],
  5: [1, 4],
};

/**
 * The index of the channel axis of an image tensor, or -1 if it is unknown.
 *
 * The shape decides if it can: if exactly one of the two places where images have their channels (before the
 * spatial axes, or last) has length 3, that is the channel axis, even if the model's file records another layout.
 * Otherwise the layout decides.
 *
 * @param dims - the lengths in the order of `layout`; a length that may vary is never 3
 * @param layout - leave it out if none is known
 */
export function channelAxis(dims: readonly NativeDim[], layout: Layout = 'ANY'): number {
  const [first, ...others] = (channelPlaces[dims.length] ?? []).filter((i) => dims[i] === 3);
  return first === undefined || others.length > 0 ? axesOf(layout).indexOf('C') : first;
}

/** The length of an axis, such as H, in dimensions of a layout; -1 if the layout has no such axis. */
export function axisLength(dims: readonly number[], layout: Layout, axis: string): number {
  return dims[axesOf(layout).indexOf(axis)] ?? -1;
}

/** The axis of the batch: the first, except in the layout CN. */
export function batchAxis(layout: Layout): number {
  return Math.max(0, axesOf(layout).indexOf('N'));
}

/** Default layouts, by the number of dimensions. */
const byRank: readonly Layout[] = ['SCALAR', 'C', 'NC', 'CHW', 'NCHW', 'NCDHW'];

/**
 * The layout of a port after `readNetwork`: the one that the file records, else the default for the number of
 * dimensions. The default for 4 dimensions is NCHW, or NHWC if `channelAxis` finds the channels last, as in
 * networks from TensorFlow.
 *
 * @param recorded - the layout in the runtime's notation, `[N,C,H,W]`, or ''
 * @param dims - the lengths, -1 where they may vary; null if even their number may vary
 */
export function defaultLayout(recorded: string, dims: readonly number[] | null): Layout {
  if (dims === null) return 'ANY';
  const name = recorded.replace(/[[\],]/g, '');
  if (isLayout(name) && axesOf(name).length === dims.length) return name;
  if (dims.length === 4 && channelAxis(dims) === 3) return 'NHWC';
  return byRank[dims.length] ?? 'BLOCKED';
}

/** Whether dimensions can be converted from one layout to the other, which has the same axes in another order. */
export function isReorder(from: Layout, to: Layout): boolean {
  const sorted = (layout: Layout): string => [...axesOf(layout)].sort().join('');
  return sorted(from) === sorted(to) && axesOf(from) !== '';
}

/** Reorders dimensions from one layout to another. */
export function reorder<T>(dims: readonly T[], from: Layout, to: Layout): T[] {
  if (from === to || !isReorder(from, to)) return [...dims];
  return [...axesOf(to)].map((axis) => dims[axesOf(from).indexOf(axis)] as T);
}
