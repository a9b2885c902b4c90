/** What each input's options come to: values spread over the inputs, layouts, shapes. */
import { invalid, readRecord } from '../base/check';
import { errorOf } from '../errors';
import type { NativeDim, NativePort, NativePreparation } from '../addon/native-types';
import { toNativeDims } from '../network';
import { channelAxis } from '../tensor/layout';
import { NameTable, showDims } from '../tensor/port';
import { isFloating, precisionOf } from '../tensor/precision';
import { isSingle } from '../ports/preprocess';
import type { ByInput, ConvertOptions } from './options';

/** Gives each input its value, whichever way they came. */
function spread<T>(
  values: ByInput<T> | undefined,
  what: string,
  isOne: (values: unknown) => boolean,
  inputs: readonly NativePort[],
): (T | undefined)[] {
  if (values === undefined) return inputs.map(() => undefined);
  if (isOne(values) || Array.isArray(values)) {
    const list = (isOne(values) ? [values] : values) as readonly T[];
    if (list.length !== inputs.length) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected ${what} for each of the ${inputs.length} inputs, received ${list.length}; put a name before each: ${inputs.map(({ name }) => name).join(', ')}`,
      );
    }
    return inputs.map((_, i) => list[i]);
  }
  const record = readRecord(values, what, 'a list, a list for each input, or a record by names');
  const given = new NameTable('input', inputs).byItem(record as Record<string, T>);
  return inputs.map((input) => given.get(input));
}

const isNumbers = (values: unknown): boolean =>
  Array.isArray(values) && values.every((value) => typeof value === 'number');
const isShape = (values: unknown): boolean =>
  Array.isArray(values) && (values.length === 0 || values.some((dim) => typeof dim === 'number'));
const isText = (values: unknown): boolean => typeof values === 'string';

/** `[n,h,w,c]` → NHWC; wildcards stay. */
function normalLayout(text: string, name: string): string {
  const layout = text.replace(/[[\],\s]/g, '').toUpperCase();
  if (!/^[A-Z?]*(\.\.\.)?[A-Z?]*$/.test(layout) || layout === '')
    throw invalid(
      `the layout of '${name}'`,
      'letters such as nchw, with ? and ... for others',
      text,
    );
  const axes = layout.replace(/[?.]/g, '');
  if (new Set(axes).size !== axes.length)
    throw invalid(`the layout of '${name}'`, 'each axis once', text);
  return layout;
}

/** The index of an axis, from the front; -1 where it is not known. */
function axisOf(layout: string, axis: string, rank: number): number {
  const [front = '', back] = layout.split('...') as [string, string?];
  if (front.includes(axis)) return front.indexOf(axis);
  if (back?.includes(axis)) return rank - back.length + back.indexOf(axis);
  return -1;
}

interface Layouts {
  source: string;
  target: string;
}

function layoutsOf(options: ConvertOptions, inputs: readonly NativePort[]): Layouts[] {
  const one = spread(options.layout, 'layouts', isText, inputs);
  const sources = spread(options.sourceLayout, 'source layouts', isText, inputs);
  const targets = spread(options.targetLayout, 'target layouts', isText, inputs);
  return inputs.map(({ name, dims }, i) => {
    const [left, right] = one[i]?.split('->') ?? [sources[i], targets[i]];
    const normal = (text: string | undefined): string =>
      text === undefined || text.trim() === '' ? '' : normalLayout(text, name);
    const source = normal(left);
    const target = normal(right);
    for (const layout of [source, target]) {
      const known = layout.replace('...', '').length;
      if (
        dims !== null &&
        layout !== '' &&
        (layout.includes('...') ? known > dims.length : known !== dims.length)
      ) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `Expected a layout of ${dims.length} axes for input '${name}' of ${showDims(dims)}, received ${layout}`,
        );
      }
    }
    if (target !== '' && source === '')
      throw invalid(
        `the layout of '${name}'`,
        'what the network takes, too: source->target',
        target,
      );
    return { source, target };
  });
}

function checkValues(
  values: readonly number[] | undefined,
  what: string,
  divides: boolean,
): readonly number[] {
  if (values === undefined) return [];
  if (!isNumbers(values) || values.length === 0 || !values.every((value) => isSingle(value, false)))
    throw invalid(what, 'finite numbers of single precision', values);
  if (divides && !values.every((value) => isSingle(value, true)))
    throw invalid(what, 'numbers other than 0, since they divide', values);
  return values;
}

/** How each input is prepared, as the options say it. */
export function prepare(
  options: ConvertOptions,
  inputs: readonly NativePort[],
): NativePreparation[] {
  const warn = options.onWarning ?? (() => undefined);
  const layouts = layoutsOf(options, inputs);
  const means = spread(options.meanValues, 'mean values', isNumbers, inputs);
  const scales = spread(options.scaleValues, 'scale values', isNumbers, inputs);
  if (options.scale !== undefined && Math.abs(options.scale) < 1)
    warn(`The scale is ${options.scale}: it divides, so that values become larger`);
  const suitable: string[] = [];
  const preparations = inputs.map((input, i): NativePreparation => {
    const { name, dims } = input;
    const floating = isFloating(precisionOf(input.element));
    const mean = checkValues(means[i], `the mean of '${name}'`, false);
    let scale = checkValues(scales[i], `the scale of '${name}'`, true);
    if (options.scale !== undefined) {
      if (floating) scale = [options.scale];
      else warn(`Input '${name}' holds whole numbers: the scale leaves it alone`);
    }
    if (mean.length + scale.length > 0 && !floating)
      throw invalid(`the mean or scale of '${name}'`, 'an input of floating point', input.element);
    const { source, target } = layouts[i] as Layouts;
    const rank = dims?.length ?? 0;
    const told = source === '' ? -1 : axisOf(source, 'C', rank);
    const channels = source === '' ? channelAxis(dims ?? []) : told;
    const length = channels === -1 ? undefined : dims?.[channels];
    for (const [values, what] of [
      [mean, 'mean'],
      [scale, 'scale'],
    ] as const) {
      if (values.length <= 1) continue;
      if (channels === -1) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `Cannot tell the axis of the channels of input '${name}' of ${showDims(dims)}, for ${values.length} ${what} values; say its layout, such as nchw`,
        );
      }
      if (length !== values.length) {
        throw errorOf(
          'SHAPE_MISMATCH',
          `Expected one ${what} value, or one for each of the ${showDims([length as NativeDim]).slice(1, -1)} channels of input '${name}', received ${values.length}`,
        );
      }
    }
    const reverseChannels = options.reverseInputChannels === true && length === 3;
    if (reverseChannels) suitable.push(name);
    const guessed =
      source === '' && channels !== -1 && (reverseChannels || mean.length > 1 || scale.length > 1);
    const guess = Array.from({ length: rank }, (_, axis) => (axis === channels ? 'C' : '?')).join(
      '',
    );
    return {
      layout: target === '' ? (guessed ? guess : source) : target,
      modelLayout: guessed ? guess : source,
      keepLayout: !guessed,
      reverseChannels,
      mean,
      scale,
    };
  });
  if (options.reverseInputChannels === true) {
    const others = inputs.map(({ name }) => name).filter((name) => !suitable.includes(name));
    if (suitable.length === 0) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `No input has three channels to reverse; say the layout of: ${others.join(', ')}`,
      );
    }
    if (others.length > 0)
      warn(`Channels are reversed for ${suitable.join(', ')} and not for ${others.join(', ')}`);
  }
  return preparations;
}

/** The shapes to give the inputs. */
export function shapesOf(
  options: ConvertOptions,
  inputs: readonly NativePort[],
): (readonly NativeDim[] | null)[] {
  const { batch } = options;
  if (batch !== undefined) {
    const layouts = layoutsOf(options, inputs);
    return inputs.map(({ dims }, i) => {
      if (dims === null || dims.length === 0) return null;
      const { source } = layouts[i] as Layouts;
      const axis = source === '' ? 0 : axisOf(source, 'N', dims.length);
      return axis === -1 ? null : dims.map((dim, j) => (j === axis ? batch : dim));
    });
  }
  return spread(options.inputShape, 'input shapes', isShape, inputs).map((shape, i) => {
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
