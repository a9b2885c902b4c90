/** Checks the preprocessing of an input against its layout and shape, and translates it for the addon. */

import { isList } from '../base/check';
import { bytesOf } from '../base/typed-array';
import { errorOf } from '../errors';
import { axesOf, isReorder, type Layout } from '../tensor/layout';
import {
  colorFormats,
  readPreProcess,
  resizeAlgorithms,
  type Color,
  type PreProcess,
} from './preprocess';

/** The preprocessing of an input in the addon's terms, complete. */
export interface PreProcessPlan {
  mean: readonly number[];
  /** The bytes of FP32 numbers, [C,H,W]. */
  meanImage?: Uint8Array;
  scale: readonly number[];
  reverseChannels: boolean;
  color: string;
  resize: string;
}

/** The layout of the tensor that the caller passes; images in one plane are always NHWC. */
export function tensorLayout({ colorFormat = 'RAW' }: PreProcess, layout: Layout): Layout {
  const color: Color = colorFormats[colorFormat];
  return color.plane === true ? 'NHWC' : layout;
}

/** The lengths of an image's axes; -1 for one that may vary. */
export interface ImageSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The size of the tensor that the caller passes, from the size that the network takes; -1 for any length. */
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
      `${name}.colorFormat ${colorFormat} is converted to three channels, but the network takes ${channels}`,
    );
  }
  const odd = [height, width].find((length) => length !== -1 && length % 2 !== 0);
  if (plane === true && resizeAlgorithm === 'NO_RESIZE' && odd !== undefined) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `${name}.colorFormat ${colorFormat} needs an even height and width, but the network takes ${height}×${width}; reshape it, or set a resizeAlgorithm`,
    );
  }
}

/** Joins the mean images of all channels into one array; undefined if the mean is not a list of images. */
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
      `Expected ${channels} images of ${height}×${width} numbers for ${name}.mean, one for each channel, received ${images.length} of ${(wrong ?? images[0])?.length}`,
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

/** Checks that the layout has the axes that the steps need, and that lists have a value for each channel. */
function checkAxes(
  { mean, scale, reverseChannels, color, resize }: PreProcessPlan,
  name: string,
  layout: Layout,
  channels: number,
): void {
  const axes = axesOf(layout);
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
        `Expected 1 or ${channels} values for ${name}.${key}, one for each channel, received ${values.length}`,
      );
    }
  }
  if ((resize !== '' || color !== '') && !(axes.includes('H') && axes.includes('W'))) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name} works on images, and the layout ${layout} has no height and width; set the input's layout first`,
    );
  }
}

const anySize = { height: -1, width: -1 };

/**
 * Checks all steps together and translates them for the addon.
 *
 * @param layout - the layout of the input, which gives the positions of its channels, height and width
 * @param channels - the number of channels that the network takes; -1 if it may vary
 * @param size - the height and width that the network takes; -1 if they may vary
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
  const meanImage = joinImages(settings.mean, name, layout, image);
  const mean = meanImage === undefined ? toList(settings.mean) : [];
  const scale = toList(settings.scale);
  checkAxes({ mean, scale, reverseChannels, color, resize }, name, layout, channels);
  checkColor(settings, name, layout, image);
  const plan = { mean, scale, reverseChannels, color, resize };
  return meanImage === undefined ? plan : { ...plan, meanImage };
}
