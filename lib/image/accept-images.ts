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
import { decodings, fits, type ImageOptions } from './decode';
import { recordedPreparation } from './recorded-preparation';

/** The options of `acceptImages` except the channel order. */
export const acceptRgbOptions = {
  /** Subtracted from the pixels: one number, or one number per channel. Default: nothing is subtracted. */
  mean: unchecked<number | readonly number[]>('a number, or one number per channel'),
  /** Divides the pixels after that: one number, or one number per channel. Default: nothing is divided. */
  scale: unchecked<number | readonly number[]>('a number, or one number per channel'),
  /**
   * How images are resized to the network's size. Default: what the model's file says (`model_info`, `resize_type`,
   * as OpenVINO's Model API writes it), else `crop`.
   */
  resize: choice(fits),
  /** How images are decoded. Default: `accurate`. */
  decode: choice(decodings),
  /** The largest number of pixels of an image. Default: as many as its format decodes in 250 MB. */
  limitPixels: integer(1),
} satisfies OptionTable;

/** {@link acceptRgbOptions} as an object. */
export interface AcceptRgbOptions extends OptionsOf<typeof acceptRgbOptions> {}

const channelOrder = {
  /**
   * The network expects BGR. Default: true if its file records `--reverse_input_channels`; a model that was trained
   * with BGR images does not record it.
   */
  reverseChannels: boolean(),
} satisfies OptionTable;

/** The options of `acceptImages`. */
export const acceptOptions = { ...acceptRgbOptions, ...channelOrder };

/** How a network accepts images. */
export interface AcceptOptions extends AcceptRgbOptions, OptionsOf<typeof channelOrder> {}

/** A network that takes pictures. */
export interface AcceptedImages {
  /** Name of its one input. */
  input: string;
  /** Name of its one output. */
  output: string;
  /** How pictures are to be decoded: for `loadImage` and `loadImages`. */
  imageOptions: ImageOptions;
}

function onlyOne(record: Record<string, unknown>, kind: string): string {
  const [first, ...more] = Object.keys(record);
  if (first === undefined || more.length > 0) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a network with one ${kind}, this one has: ${Object.keys(record).join(', ') || 'none'}`,
    );
  }
  return first;
}

/** Bytes, channels last, as sharp gives them. */
function takePixels(input: InputInfo): { width: number; height: number } {
  const { shape } = input;
  if (shape.length !== 4) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected an input of pictures with 4 dimensions, '${input.name}' has ${shape.length}`,
    );
  }
  // A network that already takes channels last keeps its layout, even if its file records NCHW.
  if (channelAxis(shape, input.layout) !== 3) input.layout = 'NHWC';
  const [, height, width, channels] = input.shape as [number, number, number, number];
  if (channels !== 3 || height < 1 || width < 1) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected an input of [1,3,height,width] or [1,height,width,3], '${input.name}' has [${shape.join(',')}]`,
    );
  }
  input.precision = 'U8';
  return { width, height };
}

function resizeSaid(network: IENetwork): NonNullable<ImageOptions['resize']> {
  // The convention of OpenVINO's Model API; it calls stretching "standard".
  const said = network.rtInfo('model_info', 'resize_type');
  return said === 'standard' ? 'stretch' : said === 'fit_to_window_letterbox' ? 'fit' : 'crop';
}

/**
 * Makes a network of one input and one output take pictures as `loadImage` gives them: bytes, channels
 * last. Mean, scale and channel order go into the network; its output becomes `FP32`.
 *
 * @param network - not loaded yet; its input is changed
 * @throws ArgumentError - INVALID_ARGUMENT with several inputs or outputs, SHAPE_MISMATCH when the
 * input takes no pictures of three channels and known size
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
  const { resize = resizeSaid(network), decode, limitPixels, mean, scale } = given;
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
  // Python's side of quantization and comparison knows no mean images.
  const values = inputInfo.preProcess.mean;
  if (isList(values) && typeof values[0] === 'object')
    throw invalid('options.mean', 'a number, or a list with one a channel', mean);
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
