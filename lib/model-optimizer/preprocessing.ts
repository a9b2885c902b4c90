/** Reads the options for channel order, mean and scale as preprocessing steps of each input. */

import { invalid } from '../base/check';
import { errorOf } from '../errors';
import type { NativeDim, NativePort, NativePreprocessing } from '../addon/native-types';
import { channelAxis } from '../tensor/layout';
import { showDims } from '../tensor/dims';
import { isFloating, precisionOf } from '../tensor/precision';
import { isSingle } from '../ports/preprocess';
import { axisOf, layoutsOf, type InputLayouts } from './input-layouts';
import type { ConvertOptions } from './options';
import { valuesByInput } from './per-input';

/** The mean and scale of an input: one number for all channels, one for each, or none. */
interface Normalization {
  mean: readonly number[];
  scale: readonly number[];
}

const isNumbers = (values: unknown): boolean =>
  Array.isArray(values) && values.every((value) => typeof value === 'number');

function checkValues(
  values: readonly number[] | undefined,
  what: string,
  divides: boolean,
): readonly number[] {
  if (values === undefined) return [];
  if (!isNumbers(values) || values.length === 0 || !values.every((value) => isSingle(value, false)))
    throw invalid(what, 'finite numbers of single precision', values);
  if (divides && !values.every((value) => isSingle(value, true)))
    throw invalid(what, 'numbers other than 0, because they are divisors', values);
  return values;
}

/** Returns the mean and scale of each input. */
function normalizationsOf(
  { meanValues, scaleValues, scale: common, onWarning }: ConvertOptions,
  inputs: readonly NativePort[],
): Normalization[] {
  const means = valuesByInput(meanValues, 'mean values', isNumbers, inputs);
  const scales = valuesByInput(scaleValues, 'scale values', isNumbers, inputs);
  if (common !== undefined && Math.abs(common) < 1)
    onWarning?.(`The scale is ${common}: dividing by it makes the values larger`);
  return inputs.map(({ name, element }, i) => {
    const floating = isFloating(precisionOf(element));
    const mean = checkValues(means[i], `the mean of '${name}'`, false);
    let scale = checkValues(scales[i], `the scale of '${name}'`, true);
    if (common !== undefined) {
      if (floating) scale = [common];
      else onWarning?.(`Input '${name}' has the integer type ${element}: it is not scaled`);
    }
    if (mean.length + scale.length > 0 && !floating)
      throw invalid(`the mean or scale of '${name}'`, 'a floating-point input', element);
    return { mean, scale };
  });
}

/** Checks that values for each channel match the channels of the input. */
function checkChannels(
  values: readonly number[],
  what: 'mean' | 'scale',
  { name, dims }: NativePort,
  channelAxis: number,
): void {
  if (values.length <= 1) return;
  if (channelAxis === -1) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Cannot tell which axis of input '${name}' of ${showDims(dims)} holds the channels, for ${values.length} ${what} values; give its layout, such as nchw`,
    );
  }
  const channels = dims?.[channelAxis] as NativeDim;
  if (channels !== values.length) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected one ${what} value, or one for each of the ${showDims([channels]).slice(1, -1)} channels of input '${name}', received ${values.length}`,
    );
  }
}

function stepsOf(
  input: NativePort,
  { source, target }: InputLayouts,
  { mean, scale }: Normalization,
  { reverseInputChannels = false }: ConvertOptions,
): NativePreprocessing {
  const { dims } = input;
  const rank = dims?.length ?? 0;
  const axis = source === '' ? channelAxis(dims ?? []) : axisOf(source, 'C', rank);
  checkChannels(mean, 'mean', input, axis);
  checkChannels(scale, 'scale', input, axis);
  const reverseChannels = reverseInputChannels && axis !== -1 && dims?.[axis] === 3;
  const needsAxis = reverseChannels || mean.length > 1 || scale.length > 1;
  // The runtime finds the channels by the layout, so a guessed axis becomes one such as ?C??.
  const isGuess = source === '' && axis !== -1 && needsAxis;
  const guess = Array.from({ length: rank }, (_, i) => (i === axis ? 'C' : '?')).join('');
  const modelLayout = isGuess ? guess : source;
  return {
    layout: target === '' ? modelLayout : target,
    modelLayout,
    keepLayout: !isGuess,
    reverseChannels,
    mean,
    scale,
  };
}

/** Checks that `reverseInputChannels` found an input with three channels; warns about the others. */
function checkReversed(
  inputs: readonly NativePort[],
  steps: readonly NativePreprocessing[],
  { onWarning }: ConvertOptions,
): void {
  const names = (reversed: boolean): string =>
    inputs
      .filter((_, i) => steps[i]?.reverseChannels === reversed)
      .map(({ name }) => name)
      .join(', ');
  if (!steps.some(({ reverseChannels }) => reverseChannels)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `No input has three channels to reverse; give the layout of: ${names(false)}`,
    );
  }
  if (names(false) !== '')
    onWarning?.(`Channels are reversed for ${names(true)} and not for ${names(false)}`);
}

/** Returns the preprocessing steps of each input. */
export function preprocessingOf(
  options: ConvertOptions,
  inputs: readonly NativePort[],
): NativePreprocessing[] {
  const layouts = layoutsOf(options, inputs);
  const normalizations = normalizationsOf(options, inputs);
  const steps = inputs.map((input, i) =>
    stepsOf(input, layouts[i] as InputLayouts, normalizations[i] as Normalization, options),
  );
  if (options.reverseInputChannels === true) checkReversed(inputs, steps, options);
  return steps;
}
