import { isBlob, tensorOf, type Blob } from '../blob';
import { checkData } from '../tensor/precision';
import { checkKey, invalid, isList, readList, readOptions } from '../base/check';
import { errorOf } from '../errors';
import { guardedRecord } from '../base/guarded-records';
import { axesOf, isReorder, type Layout } from '../tensor/layout';
import { elementCount, showDims } from '../tensor/dims';
import { byteLengthOf, bytesOf, typedArrayName } from '../base/typed-array';
import { didYouMean } from '../base/suggest';

interface Color {
  /** The runtime's name. */
  readonly name: string;
  /** Layouts that pixels of this format can have; any that has channels where there are none. */
  readonly layouts?: readonly Layout[];
  /** Channels of the tensor, where they are not the network's three. */
  readonly channels?: number;
  /** Two rows of pixels share a row of color: the plane has half as many rows again, and even sizes. */
  readonly plane?: true;
}

const colorFormats = {
  RAW: { name: '' },
  RGB: { name: 'RGB' },
  BGR: { name: 'BGR' },
  RGBX: { name: 'RGBX', layouts: ['NHWC'], channels: 4 },
  BGRX: { name: 'BGRX', layouts: ['NHWC'], channels: 4 },
  NV12: { name: 'NV12', layouts: ['NCHW', 'NHWC'], channels: 1, plane: true },
  I420: { name: 'I420', layouts: ['NCHW', 'NHWC'], channels: 1, plane: true },
} as const satisfies Record<string, Color>;
const resizeAlgorithms = {
  NO_RESIZE: '',
  RESIZE_BILINEAR: 'BILINEAR',
  RESIZE_AREA: 'AREA',
} as const;

/** The color format of the pixels that go in; all but RAW are converted to the network's BGR. */
export type ColorFormat = keyof typeof colorFormats;

/** How an image of another size is brought to the network's. */
export type ResizeAlgorithm = keyof typeof resizeAlgorithms;

/** Numbers to subtract from each pixel of one channel: height × width, row by row. A `Blob` has precision FP32. */
export type MeanImage = Float32Array | Blob;

/**
 * What happens to an input before the network sees it, in this order: color conversion, resize,
 * channel reversal, `- mean`, `/ scale`.
 */
export interface PreProcess {
  /**
   * Subtracted: one number, one a channel, or one image a channel, each of the network's height and
   * width. A `Blob` of `[C,H,W]` holds the images of all channels. Arrays and blobs are copied. Default none.
   */
  mean?: number | readonly number[] | Blob | readonly MeanImage[];
  /** Divides: one number, or one a channel. Default none. */
  scale?: number | readonly number[];
  /** Swaps RGB and BGR. Default false. */
  reverseChannels?: boolean;
  /**
   * Format of the pixels that go in. NV12 and I420 go in as one plane, [N, H·3/2, W, 1], whatever the
   * layout; RGBX and BGRX need the layout NHWC. Default RAW: as they are.
   */
  colorFormat?: ColorFormat;
  /** With one set, an image of any size goes in, as `{ data, dims }`. Default NO_RESIZE. */
  resizeAlgorithm?: ResizeAlgorithm;
}

/** The same, complete and in the native side's terms. */
export interface PreProcessPlan {
  mean: readonly number[];
  /** The bytes of FP32 numbers, [C,H,W]. */
  meanImage?: Uint8Array;
  scale: readonly number[];
  reverseChannels: boolean;
  color: string;
  resize: string;
}

type Settings = { readonly [Step in keyof PreProcess]-?: PreProcess[Step] | undefined };

/** Steps in the order in which they are done, each with what it is when it is not set. */
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
 * Whether a number is finite in single precision, in which the runtime computes, and not 0 there if it divides:
 * 1e-50 is 0, and 1e50 is infinite.
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
  const expected = 'a finite number other than 0, or a list with one a channel';
  if (!isList(value)) return readNumber(value, name, expected, true);
  const list = readList(value, name, expected, (item, at) => readNumber(item, at, expected, true));
  if (list.length === 0) throw invalid(name, expected, value);
  return Object.freeze(list);
}

const imageOfChannel = 'a Float32Array or a Blob of FP32, one image a channel';

/** A copy of the numbers of one image, or of those of all channels. */
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

/** The images of a blob of all channels. */
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
  const expected = 'a finite number, or a list with one number or one image a channel';
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

/** Checks one step; undefined leaves it out. */
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

/** A copy of what a user set, checked as far as one step can be without the others, with all defaults. */
export function readPreProcess(value: unknown, name: string): PreProcess {
  const given = Object.entries(readOptions(value as PreProcess, name, stepNames));
  const checked = given.map(([step, item]) => [step, readStep(name, step, item)] as const);
  return { ...defaults, ...Object.fromEntries(checked) } as PreProcess;
}

/** The same, as a record that checks what is written into it. */
export function preProcessSettings(value: unknown, name: string): PreProcess {
  return guardedRecord(readPreProcess(value, name), (step, item) => readStep(name, step, item));
}

/** Whether the values of a step are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const [one, other] = [a, b] as ArrayLike<unknown>[];
  if (typeof a !== 'object' || typeof b !== 'object' || one?.length !== other?.length) return false;
  return Array.from(one ?? []).every((item, i) => isSame(item, other?.[i]));
}

/** The steps of complete settings that do something. */
export function setSteps(settings: PreProcess): (keyof PreProcess)[] {
  return stepNames.filter((step) => settings[step] !== defaults[step]);
}

/**
 * What is left for a request to do of its own settings, since the network it belongs to was loaded with
 * some: those steps come after all of the request's, and those that are the same are done already.
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

/** The layout of the tensor that goes in: planes have one of their own. */
export function tensorLayout({ colorFormat = 'RAW' }: PreProcess, layout: Layout): Layout {
  const color: Color = colorFormats[colorFormat];
  return color.plane === true ? 'NHWC' : layout;
}

/** A tensor for an image of a channel count, height and width; each -1 where it may vary. */
export interface ImageSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The size of the tensor that goes in, for a network that takes another; -1 for any. */
export function tensorSize(settings: PreProcess, network: ImageSize): ImageSize {
  const { colorFormat = 'RAW', resizeAlgorithm = 'NO_RESIZE' } = settings;
  const color: Color = colorFormats[colorFormat];
  const { channels = network.channels } = color;
  if (resizeAlgorithm !== 'NO_RESIZE') return { channels, height: -1, width: -1 };
  const { height, width } = network;
  const rows = color.plane === true && height !== -1 ? (height * 3) / 2 : height;
  return { channels, height: rows, width };
}

function checkColor(
  { colorFormat = 'RAW', resizeAlgorithm = 'NO_RESIZE' }: PreProcess,
  name: string,
  layout: Layout,
  { channels, height, width }: ImageSize,
): void {
  const { layouts, plane }: Color = colorFormats[colorFormat];
  if (colorFormat === 'RAW') return;
  if (layouts !== undefined && !layouts.includes(layout)) {
    const better = layouts.find((one) => isReorder(layout, one));
    const remedy = better === undefined ? '' : `; set the input's layout to '${better}' first`;
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name}.colorFormat ${colorFormat} needs the layout ${layouts.join(' or ')}, and the input's layout is ${layout}${remedy}`,
    );
  }
  if (channels !== -1 && channels !== 3) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `${name}.colorFormat ${colorFormat} becomes three channels, and the network takes ${channels}`,
    );
  }
  const odd = [height, width].find((length) => length !== -1 && length % 2 !== 0);
  if (plane === true && resizeAlgorithm === 'NO_RESIZE' && odd !== undefined) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `${name}.colorFormat ${colorFormat} has even heights and widths, and the network takes ${height}×${width}; reshape it, or set a resizeAlgorithm`,
    );
  }
}

/** The images of all channels in one array, where there are some. */
function joinImages(
  mean: PreProcess['mean'],
  name: string,
  layout: Layout,
  { channels, height, width }: ImageSize,
): Uint8Array | undefined {
  if (!isList(mean) || typeof mean[0] !== 'object') return undefined;
  const images = mean as readonly Float32Array[];
  if ([channels, height, width].includes(-1)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `${name}.mean holds images, and the input has no fixed channels, height and width in the layout ${layout}; set its layout or reshape the network first`,
    );
  }
  const wrong = images.find((image) => image.length !== height * width);
  if (images.length !== channels || wrong !== undefined) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected ${channels} images of ${height}×${width} numbers for ${name}.mean, one a channel, received ${images.length} of ${(wrong ?? images[0])?.length}`,
    );
  }
  const joined = new Float32Array(channels * height * width);
  images.forEach((image, c) => {
    joined.set(image, c * height * width);
  });
  return bytesOf(joined);
}

function toList(value: unknown): readonly number[] {
  if (value === undefined) return [];
  return (isList(value) ? value : [value]) as readonly number[];
}

const anySize = { height: -1, width: -1 };

/**
 * Checks what a user set as a whole and turns it into the native side's terms.
 *
 * @param layout - the input's layout: channels and the axes of images are found by it
 * @param channels - how many channels the network takes, -1 if that may vary
 * @param size - the height and width that it takes, -1 where they may vary
 */
export function planPreProcess(
  preProcess: PreProcess,
  name: string,
  layout: Layout,
  channels: number,
  size: Omit<ImageSize, 'channels'> = anySize,
): PreProcessPlan {
  const settings = readPreProcess(preProcess, name);
  const image = { channels, ...size };
  const { colorFormat = 'RAW', resizeAlgorithm = 'NO_RESIZE', reverseChannels = false } = settings;
  const color = colorFormats[colorFormat].name;
  const resize = resizeAlgorithms[resizeAlgorithm];
  const axes = axesOf(layout);
  const meanImage = joinImages(settings.mean, name, layout, image);
  const mean = meanImage === undefined ? toList(settings.mean) : [];
  const scale = toList(settings.scale);
  const needsChannels = mean.length > 1 || scale.length > 1 || reverseChannels || color !== '';
  if (needsChannels && !axes.includes('C')) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name} works on channels, and the layout ${layout} has none; set the input's layout first`,
    );
  }
  for (const [key, values] of Object.entries({ mean, scale })) {
    if (values.length > 1 && channels !== -1 && values.length !== channels) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected 1 or ${channels} values for ${name}.${key}, one a channel, received ${values.length}`,
      );
    }
  }
  if ((resize !== '' || color !== '') && !(axes.includes('H') && axes.includes('W'))) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name} works on images, and the layout ${layout} has no height and width; set the input's layout first`,
    );
  }
  checkColor(settings, name, layout, image);
  const plan = { mean, scale, reverseChannels, color, resize };
  return meanImage === undefined ? plan : { ...plan, meanImage };
}
