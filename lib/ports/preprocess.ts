/** The preprocessing of an input as a user sets it: its steps, and reading them. */

import { checkKey, invalid, isList, readList, readOptions } from '../base/check';
import { guardedRecord } from '../base/guarded-records';
import { didYouMean } from '../base/suggest';
import { byteLengthOf, typedArrayName } from '../base/typed-array';
import { isBlob, tensorOf, type Blob } from '../blob';
import { errorOf } from '../errors';
import { elementCount, showDims } from '../tensor/dims';
import type { Layout } from '../tensor/layout';
import { checkData } from '../tensor/precision';

/** The properties of a color format. */
export interface Color {
  /** The runtime's name. */
  readonly name: string;
  /** The layouts that pixels of this format can have. Default: any with channels. */
  readonly layouts?: readonly Layout[];
  /** The number of channels of the tensor. Default: three, as the network takes. */
  readonly channels?: number;
  /**
   * Whether brightness and color are in one plane: color has half the rows and columns, so the plane is one and a half
   * times as high as the image, and height and width are even.
   */
  readonly plane?: true;
}

/** The color formats, with their differences from RGB. */
export const colorFormats = {
  RAW: { name: '' },
  RGB: { name: 'RGB' },
  BGR: { name: 'BGR' },
  RGBX: { name: 'RGBX', layouts: ['NHWC'], channels: 4 },
  BGRX: { name: 'BGRX', layouts: ['NHWC'], channels: 4 },
  NV12: { name: 'NV12', layouts: ['NCHW', 'NHWC'], channels: 1, plane: true },
  I420: { name: 'I420', layouts: ['NCHW', 'NHWC'], channels: 1, plane: true },
} as const satisfies Record<string, Color>;

/** The ways to resize, with the runtime's names. */
export const resizeAlgorithms = {
  NO_RESIZE: '',
  RESIZE_BILINEAR: 'BILINEAR',
  RESIZE_AREA: 'AREA',
} as const;

/** The color format of an input image. All formats but RAW are converted to the network's BGR. */
export type ColorFormat = keyof typeof colorFormats;

/** The way to resize an image to the network's height and width. */
export type ResizeAlgorithm = keyof typeof resizeAlgorithms;

/** The numbers to subtract from the pixels of one channel: height × width, row by row. A `Blob` has precision FP32. */
export type MeanImage = Float32Array | Blob;

/**
 * The steps that are applied to an input before inference, in this order: color conversion, resizing, reversal of the
 * channels, `- mean`, `/ scale`.
 */
export interface PreProcess {
  /**
   * The mean to subtract: one number, one for each channel, or one image for each channel, of the network's height and
   * width. A `Blob` of `[C,H,W]` holds the images of all channels. Arrays and blobs are copied. Default: none.
   */
  mean?: number | readonly number[] | Blob | readonly MeanImage[];
  /** The divisor: one number, or one for each channel. Default: none. */
  scale?: number | readonly number[];
  /** Swaps RGB and BGR. Default: false. */
  reverseChannels?: boolean;
  /**
   * The format of the pixels. An image in NV12 or I420 is one plane, [N, H·3/2, W, 1] in any layout; RGBX and BGRX need
   * the layout NHWC. Default: RAW, no conversion.
   */
  colorFormat?: ColorFormat;
  /** Allows images of any size, passed as `{ data, dims }`. Default: NO_RESIZE. */
  resizeAlgorithm?: ResizeAlgorithm;
}

type Settings = { readonly [Step in keyof PreProcess]-?: PreProcess[Step] | undefined };

/** The default of each step, in the order in which the steps are done. */
const defaults: Settings = {
  colorFormat: 'RAW',
  resizeAlgorithm: 'NO_RESIZE',
  reverseChannels: false,
  mean: undefined,
  scale: undefined,
};

/** The names of the steps, in the order in which they are done. */
export const stepNames = Object.freeze(Object.keys(defaults)) as readonly (keyof PreProcess)[];

/**
 * Whether a number is finite in single precision, in which the runtime computes, and a divisor is not 0 there:
 * 1e-50 becomes 0, and 1e50 becomes infinite.
 */
export function isSingle(value: unknown, divides: boolean): value is number {
  const single = typeof value === 'number' ? Math.fround(value) : NaN;
  return Number.isFinite(single) && !(divides && single === 0);
}

function readNumber(value: unknown, name: string, expected: string, divides: boolean): number {
  if (!isSingle(value, divides)) throw invalid(name, expected, value);
  return value;
}

function readScale(value: unknown, name: string): number | readonly number[] {
  const expected = 'a finite number other than 0, or a list with one for each channel';
  if (!isList(value)) return readNumber(value, name, expected, true);
  const list = readList(value, name, expected, (item, at) => readNumber(item, at, expected, true));
  if (list.length === 0) throw invalid(name, expected, value);
  return Object.freeze(list);
}

const imageOfChannel = 'a Float32Array or a Blob of FP32, one image for each channel';

/** Copies the numbers of one mean image, or of the mean images of all channels. */
function readImage(value: unknown, name: string): Float32Array {
  const data: unknown = isBlob(value) ? tensorOf(value).data : value;
  if (typedArrayName(data) === undefined) throw invalid(name, imageOfChannel, value);
  checkData(data, 'FP32', name);
  const copy = new Float32Array(byteLengthOf(data) / Float32Array.BYTES_PER_ELEMENT);
  copy.set(data as Float32Array);
  const wrong = copy.findIndex((item) => !Number.isFinite(item));
  if (wrong !== -1) throw invalid(`${name}[${wrong}]`, 'a finite number', copy[wrong]);
  return copy;
}

/** Copies the mean images of all channels from one blob. */
function splitImages(blob: Blob, name: string): Float32Array[] {
  const { dims } = tensorOf(blob).desc;
  if (dims.length !== 3) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected a blob of [C,H,W] for ${name}, received one of ${showDims(dims)}`,
    );
  }
  const all = readImage(blob, name);
  const [channels = 0, ...size] = dims;
  const length = elementCount(size);
  return Array.from({ length: channels }, (_, c) => all.slice(c * length, (c + 1) * length));
}

function readMean(
  value: unknown,
  name: string,
): number | readonly number[] | readonly Float32Array[] {
  const expected = 'a finite number, or a list with one number or one image for each channel';
  if (isBlob(value)) return Object.freeze(splitImages(value, name));
  if (!isList(value)) return readNumber(value, name, expected, false);
  const list = readList(value, name, expected, (item, at) =>
    typeof item === 'object'
      ? readImage(item, at)
      : readNumber(item, at, `a finite number, or ${imageOfChannel}`, false),
  );
  const images = list.filter((item) => typeof item === 'object').length;
  if (list.length === 0 || (images > 0 && images < list.length))
    throw invalid(name, expected, value);
  return Object.freeze(list) as readonly number[] | readonly Float32Array[];
}

const readers: Readonly<Record<keyof PreProcess, (value: unknown, name: string) => unknown>> = {
  mean: readMean,
  scale: readScale,
  reverseChannels: (value, name) => {
    if (typeof value !== 'boolean') throw invalid(name, 'a boolean', value);
    return value;
  },
  colorFormat: (value, name) => {
    checkKey(value, name, colorFormats);
    return value;
  },
  resizeAlgorithm: (value, name) => {
    checkKey(value, name, resizeAlgorithms);
    return value;
  },
};

/** Reads the value of one step; undefined becomes its default. */
function readStep(name: string, step: string, value: unknown): unknown {
  if (!Object.hasOwn(readers, step)) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `There is no ${name}.${step}; there are: ${stepNames.join(', ')}${didYouMean(step, stepNames)}`,
    );
  }
  const known = step as keyof PreProcess;
  return value === undefined ? defaults[known] : readers[known](value, `${name}.${step}`);
}

/** Copies settings, fills in the defaults and checks each step by itself. */
export function readPreProcess(value: unknown, name: string): PreProcess {
  const given = Object.entries(readOptions(value as PreProcess, name, stepNames));
  const checked = given.map(([step, item]) => [step, readStep(name, step, item)] as const);
  return { ...defaults, ...Object.fromEntries(checked) } as PreProcess;
}

/** Copies settings like `readPreProcess` into a record that checks each write. */
export function preProcessSettings(value: unknown, name: string): PreProcess {
  return guardedRecord(readPreProcess(value, name), (step, item) => readStep(name, step, item));
}

/** Whether two values of a step are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const [one, other] = [a, b] as ArrayLike<unknown>[];
  if (typeof a !== 'object' || typeof b !== 'object' || one?.length !== other?.length) return false;
  return Array.from(one ?? []).every((item, i) => isSame(item, other?.[i]));
}

/** The names of the steps that settings change from their defaults. */
export function setSteps(settings: PreProcess): (keyof PreProcess)[] {
  return stepNames.filter((step) => settings[step] !== defaults[step]);
}

/**
 * The steps of a request that the loaded network does not apply. All steps of the request come before the network's
 * own steps, so a step that belongs after one of those is an error.
 */
export function withoutLoaded(own: PreProcess, loaded: PreProcess, name: string): PreProcess {
  const inNetwork = setSteps(loaded);
  const left = setSteps(own).filter((step) => !isSame(own[step], loaded[step]));
  const first = Math.min(...inNetwork.map((step) => stepNames.indexOf(step)));
  const late = left.find((step) => stepNames.indexOf(step) >= first);
  if (late !== undefined) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name}.${late} comes too late: the network was loaded with ${inNetwork.join(' and ')} for this input, and does that itself; set all steps before loadNetwork`,
    );
  }
  const steps = Object.fromEntries(left.map((step) => [step, own[step]]));
  return { ...defaults, ...steps } as PreProcess;
}
