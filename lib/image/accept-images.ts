/** Prepares a network so that it takes images as `loadImage` returns them. */

import { invalid, isList } from '../base/check';
import {
  boolean,
  choice,
  integer,
  readTable,
  unchecked,
  type OptionsOf,
  type OptionTable,
} from '../base/option-table';
import { errorOf } from '../errors';
import type { InputInfo } from '../input-info';
import { isNetwork, type IENetwork } from '../network';
import { channelAxis } from '../tensor/layout';
import { decodings, fits, type ImageOptions } from './image-options';
import { recordedPreparation } from './recorded-preparation';

/** The options of `acceptImages` except the channel order. */
export const acceptRgbOptions = {
  /** The mean to subtract from the pixels: one number, or one number per channel. Default: nothing is subtracted. */
  mean: unchecked<number | readonly number[]>('a number, or one number per channel'),
  /** The divisor of the pixels, applied after the mean: one number, or one per channel. Default: nothing is divided. */
  scale: unchecked<number | readonly number[]>('a number, or one number per channel'),
  /**
   * How images are resized to the network's size. Default: the `resize_type` in `model_info` of the model's file, as
   * OpenVINO's Model API writes it, else `crop`.
   */
  resize: choice(fits),
  /** How images are decoded. Default: `accurate`. */
  decode: choice(decodings),
  /** Maximum number of pixels of an image. Default: the number that its format decodes in 250 MB. */
  limitPixels: integer(1),
} satisfies OptionTable;

/** {@link acceptRgbOptions} as an object. */
export interface AcceptRgbOptions extends OptionsOf<typeof acceptRgbOptions> {}

const channelOrder = {
  /**
   * Whether the network expects BGR. Default: true if its file records `--reverse_input_channels`; a model that was trained
   * with BGR images does not record it.
   */
  reverseChannels: boolean(),
} satisfies OptionTable;

/** The options of `acceptImages`. */
export const acceptOptions = { ...acceptRgbOptions, ...channelOrder };

/** How a network accepts images. */
export interface AcceptOptions extends AcceptRgbOptions, OptionsOf<typeof channelOrder> {}

/** The ports of a network that takes images, and how to decode the images. */
export interface AcceptedImages {
  /** Name of the network's only input. */
  input: string;
  /** Name of the network's only output. */
  output: string;
  /** How to decode images; pass it to `loadImage` or `loadImages`. */
  imageOptions: ImageOptions;
}

function onlyOne(record: Record<string, unknown>, kind: string): string {
  const [first, ...more] = Object.keys(record);
  if (first === undefined || more.length > 0) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a network with one ${kind}, received one with: ${Object.keys(record).join(', ') || 'none'}`,
    );
  }
  return first;
}

/** Makes an input take bytes with the channels last, as sharp returns them; returns the size of the images. */
function takePixels(input: InputInfo): { width: number; height: number } {
  const { shape } = input;
  if (shape.length !== 4) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected an input for images with 4 dimensions, but '${input.name}' has ${shape.length}`,
    );
  }
  // A network that already takes channels last keeps its layout, even if its file records NCHW.
  if (channelAxis(shape, input.layout) !== 3) input.layout = 'NHWC';
  const [, height, width, channels] = input.shape as [number, number, number, number];
  if (channels !== 3 || height < 1 || width < 1) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected an input of [1,3,height,width] or [1,height,width,3], but '${input.name}' has [${shape.join(',')}]`,
    );
  }
  input.precision = 'U8';
  return { width, height };
}

/** The way of resizing that the model's file records, else `crop`. */
function recordedResize(network: IENetwork): NonNullable<ImageOptions['resize']> {
  // The names of OpenVINO's Model API, which calls stretching "standard".
  const recorded = network.rtInfo('model_info', 'resize_type');
  if (recorded === 'standard') return 'stretch';
  return recorded === 'fit_to_window_letterbox' ? 'fit' : 'crop';
}

/**
 * Makes a network of one input and one output take images as `loadImage` returns them: bytes, channels last. The network
 * then applies mean, scale and channel order itself, and its output becomes `FP32`.
 *
 * @param network - not loaded yet; its input and output settings are changed
 * @throws ArgumentError - INVALID_ARGUMENT if there are several inputs or outputs; SHAPE_MISMATCH if the input does not
 * take images of three channels and fixed size
 * @example
 * ```ts
 * const net = await ie.readNetwork('resnet18.xml');
 * const { input, imageOptions } = acceptImages(net, { scale: 255 });
 * const exec = await ie.loadNetwork(net, 'CPU');
 * await exec.infer({ [input]: await loadImage('cat.jpg', imageOptions) });
 * ```
 */
export function acceptImages(network: IENetwork, options: AcceptOptions = {}): AcceptedImages {
  if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
  const given = readTable(acceptOptions, options);
  const { resize = recordedResize(network), decode, limitPixels, mean, scale } = given;
  const { reverseChannels = recordedPreparation(network).reverseChannels } = given;
  const input = onlyOne(network.inputInfo, 'input');
  const output = onlyOne(network.outputs, 'output');
  const inputInfo = network.inputInfo[input] as InputInfo;
  const size = takePixels(inputInfo);
  inputInfo.preProcess = {
    ...(mean !== undefined && { mean }),
    ...(scale !== undefined && { scale }),
    reverseChannels,
  };
  // Quantization and comparison in Python do not support mean images.
  const values = inputInfo.preProcess.mean;
  if (isList(values) && typeof values[0] === 'object')
    throw invalid('options.mean', 'a number, or a list with one number per channel', mean);
  Object.assign(network.outputs[output] as object, { precision: 'FP32' });
  return {
    input,
    output,
    imageOptions: {
      ...size,
      resize,
      ...(decode !== undefined && { decode }),
      ...(limitPixels !== undefined && { limitPixels }),
    },
  };
}
