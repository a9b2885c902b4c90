import { checkInteger, checkKey, invalid, isList, readOptions } from '../base/check';
import { errorOf } from '../errors';
import type { InputInfo } from '../input-info';
import { isNetwork, type IENetwork } from '../network';
import type { PreProcess } from '../ports/preprocess';
import { channelAxis } from '../tensor/layout';
import { decodings, fits, type ImageOptions } from './decode';
import { recordedPreparation } from './recorded-preparation';

/** What a network wants of the pictures that it is given. */
export interface AcceptOptions extends Pick<PreProcess, 'scale'> {
  /** Subtracted: one number, or one a channel. Default none. */
  mean?: number | readonly number[];
  /**
   * The network takes BGR. Default: whether its file records that `--reverse_input_channels` made it
   * so; a model that was made for BGR does not say it.
   */
  reverseChannels?: boolean;
  /**
   * How pictures meet the network's size. Default: what the model's file says (`model_info`,
   * `resize_type`, as OpenVINO's Model API writes it), else `crop`.
   */
  resize?: NonNullable<ImageOptions['resize']>;
  /** How pictures are decoded. Default: `accurate`. */
  decode?: NonNullable<ImageOptions['decode']>;
  /** The most pixels that an image may have. Default: as many as its format decodes in 250 MB. */
  limitPixels?: number;
}

/** Names of {@link AcceptOptions}. */
export const acceptOptionNames = [
  'resize',
  'decode',
  'limitPixels',
  'mean',
  'scale',
  'reverseChannels',
] as const;

/** Those of some options that are for `acceptImages`. */
export function acceptOptionsOf(options: {
  [K in keyof AcceptOptions]?: AcceptOptions[K] | undefined;
}): AcceptOptions {
  const given = acceptOptionNames.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

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
  const given = readOptions(options, 'options', acceptOptionNames);
  const { resize = resizeSaid(network), decode, limitPixels, mean, scale } = given;
  const { reverseChannels = recordedPreparation(network).reverseChannels } = given;
  checkKey(resize, 'options.resize', fits);
  if (decode !== undefined) checkKey(decode, 'options.decode', decodings);
  if (limitPixels !== undefined) checkInteger(limitPixels, 'options.limitPixels', 1);
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
