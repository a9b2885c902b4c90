/** Reads the options `inputShape` and `batch` as the new shape of each input. */

import { errorOf } from '../errors';
import type { NativeDim, NativePort } from '../addon/native-types';
import { toNativeDims } from '../tensor/reshape';
import { showDims } from '../tensor/dims';
import { axisOf, layoutsOf } from './input-layouts';
import type { ConvertOptions } from './options';
import { valuesByInput } from './per-input';

type NativeShape = readonly NativeDim[];

const isShape = (values: unknown): boolean =>
  Array.isArray(values) && (values.length === 0 || values.some((dim) => typeof dim === 'number'));

function withBatch(
  batch: number,
  options: ConvertOptions,
  inputs: readonly NativePort[],
): (NativeShape | null)[] {
  const layouts = layoutsOf(options, inputs);
  return inputs.map(({ dims }, i) => {
    if (dims === null || dims.length === 0) return null;
    const source = layouts[i]?.source ?? '';
    const axis = source === '' ? 0 : axisOf(source, 'N', dims.length);
    return axis === -1 ? null : dims.map((dim, j) => (j === axis ? batch : dim));
  });
}

/** Returns the new shape of each input; null for an input that keeps its shape. */
export function shapesOf(
  options: ConvertOptions,
  inputs: readonly NativePort[],
): (NativeShape | null)[] {
  if (options.batch !== undefined) return withBatch(options.batch, options, inputs);
  return valuesByInput(options.inputShape, 'input shapes', isShape, inputs).map((shape, i) => {
    if (shape === undefined) return null;
    const { name, dims } = inputs[i] as NativePort;
    const wanted = toNativeDims(shape, `the shape of '${name}'`);
    if (dims !== null && dims.length !== wanted.length) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected ${dims.length} dimensions for input '${name}' of ${showDims(dims)}, received ${showDims(wanted)}`,
      );
    }
    return wanted;
  });
}
