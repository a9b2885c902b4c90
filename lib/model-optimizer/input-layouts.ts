/** Reads the layout options: the axes of each input in the network and in the caller's data. */

import { invalid } from '../base/check';
import { errorOf } from '../errors';
import type { NativeDim, NativePort } from '../addon/native-types';
import { showDims } from '../tensor/dims';
import type { ConvertOptions } from './options';
import { valuesByInput } from './per-input';

/** The layouts of an input, such as NCHW; '' where the options do not give one. */
export interface InputLayouts {
  /** Layout that the network was made for. */
  source: string;
  /** Layout of the data that the converted network takes. */
  target: string;
}

/** Returns `[n,h,w,c]` as `NHWC`; keeps the wildcards `?` and `...`. */
function normalLayout(text: string, name: string): string {
  const layout = text.replace(/[[\],\s]/g, '').toUpperCase();
  if (!/^[A-Z?]*(\.\.\.)?[A-Z?]*$/.test(layout) || layout === '')
    throw invalid(
      `the layout of '${name}'`,
      'letters such as nchw, with ? or ... for other axes',
      text,
    );
  const axes = layout.replace(/[?.]/g, '');
  if (new Set(axes).size !== axes.length)
    throw invalid(`the layout of '${name}'`, 'each axis once', text);
  return layout;
}

function checkRank(layout: string, name: string, dims: readonly NativeDim[] | null): void {
  if (dims === null || layout === '') return;
  const known = layout.replace('...', '').length;
  if (layout.includes('...') ? known <= dims.length : known === dims.length) return;
  throw errorOf(
    'SHAPE_MISMATCH',
    `Expected a layout of ${dims.length} axes for input '${name}' of ${showDims(dims)}, received ${layout}`,
  );
}

/** Returns the index of an axis in a layout, counted from the front; -1 if the layout lacks it. */
export function axisOf(layout: string, axis: string, rank: number): number {
  const [front = '', back] = layout.split('...') as [string, string?];
  if (front.includes(axis)) return front.indexOf(axis);
  if (back?.includes(axis)) return rank - back.length + back.indexOf(axis);
  return -1;
}

/** Returns the layouts of each input. */
export function layoutsOf(options: ConvertOptions, inputs: readonly NativePort[]): InputLayouts[] {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const both = valuesByInput(options.layout, 'layouts', isText, inputs);
  const sources = valuesByInput(options.sourceLayout, 'source layouts', isText, inputs);
  const targets = valuesByInput(options.targetLayout, 'target layouts', isText, inputs);
  return inputs.map(({ name, dims }, i) => {
    const [left, right] = both[i]?.split('->') ?? [sources[i], targets[i]];
    const read = (text = ''): string => {
      const layout = text.trim() === '' ? '' : normalLayout(text, name);
      checkRank(layout, name, dims);
      return layout;
    };
    const source = read(left);
    const target = read(right);
    if (target !== '' && source === '')
      throw invalid(
        `the layout of '${name}'`,
        "the network's own layout too, as source->target",
        target,
      );
    return { source, target };
  });
}
