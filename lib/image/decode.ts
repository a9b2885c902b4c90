import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { abortable, checkSignal } from '../base/abortable';
import { checkInteger, checkKey, invalid, readOptions } from '../base/check';
import { errorOf, isOwnError } from '../errors';
import { bytesOf, lengthOf, typedArrayName } from '../base/typed-array';
import { readRegular } from '../base/regular-file';
import { checkPixels, limitInputPixels } from './pixel-limit';

/** How a picture meets the asked size, with sharp's word for it. */
export const fits = { crop: 'cover', fit: 'contain', stretch: 'fill' } as const;

/** What a pixel holds: sharp's colour space and the number of channels. */
const colours = {
  RGB: { space: 'srgb', channels: 3 },
  GRAY: { space: 'b-w', channels: 1 },
} as const;

/** How far a picture may be made smaller while it is decoded, for sharp. */
export const decodings = { accurate: false, fast: true } as const;

const kernels = {
  nearest: sharp.kernel.nearest,
  linear: sharp.kernel.linear,
  cubic: sharp.kernel.cubic,
  mitchell: sharp.kernel.mitchell,
  lanczos2: sharp.kernel.lanczos2,
  lanczos3: sharp.kernel.lanczos3,
} as const;

const defaultBackground = 'white';

/** How a picture becomes a tensor. */
export interface ImageOptions {
  /** Width of the result in pixels. */
  width: number;
  /** Height of the result in pixels. */
  height: number;
  /**
   * How the picture meets that size. `crop` keeps the proportions and takes the middle, `fit` keeps
   * the proportions and the whole picture and fills the rest with `background`, `stretch` keeps the
   * whole picture and changes its proportions. Default: `crop`.
   */
  resize?: keyof typeof fits;
  /**
   * With `crop`: which part of the largest centred crop's sides is kept, from 0.01 to 1. Most ImageNet
   * networks were tested with the default, 0.875.
   */
  cropFraction?: number;
  /** Resampling kernel. Default: `cubic`. */
  kernel?: keyof typeof kernels;
  /**
   * `RGB` or `GRAY`. Default: `RGB`. For networks that want BGR, set
   * `net.inputInfo[name].preProcess = { reverseChannels: true }`: the network does it as it runs.
   */
  channels?: keyof typeof colours;
  /**
   * JPEG and WebP can be made smaller by halves while they are decoded. `accurate` leaves at least
   * the last half to the kernel, `fast` leaves it what remains: some 15 % more pictures a second,
   * whose pixels differ from a whole decoding by 1.3 of 255 on average instead of 0.5. Default:
   * `accurate`.
   */
  decode?: keyof typeof decodings;
  /** CSS colour behind transparent parts and, with `fit`, beside the picture. Default: `white`. */
  background?: string;
  /**
   * The most pixels that an image may have, width times height: a larger one is refused by its header, before
   * it is decoded. Default: as many as its format decodes in 250 MB, from 9 million (AVIF of 10 bits) to 268
   * million (JPEG); one image stays below 300 MB. Images that are decoded at the same time each take that.
   */
  limitPixels?: number;
}

/** Options of {@link loadImage}. */
export interface LoadImageOptions extends ImageOptions {
  /**
   * Where to put the pixels: an array of exactly `height * width * channels` bytes, for instance the
   * `data` of a request's input blob, or a part of it. Default: a new array.
   */
  into?: Uint8Array;
  /** Ends it when it fires: the call rejects at once with an AbortError, and `into` is not written any more. */
  signal?: AbortSignal | undefined;
}

/** The pixels of a picture, as an inference takes them: bytes in rows of pixels (NHWC). */
export interface ImageTensor {
  /** One byte a channel. */
  data: Uint8Array;
  /** Batch of 1, height, width, channels. */
  dims: [batch: 1, height: number, width: number, channels: number];
}

/**
 * How many pictures are decoded ahead of the one in use: more than there are processors, because they
 * are of all sizes.
 */
export const defaultAhead = 4 * availableParallelism();

/** Names of {@link ImageOptions}. */
export const imageOptionNames = [
  ...['width', 'height', 'resize', 'cropFraction', 'kernel', 'channels', 'decode', 'background'],
  'limitPixels',
];

/** The size sharp resizes to, and the middle of it that is kept. */
function middle(length: number, fraction: number) {
  const whole = Math.round(length / fraction);
  return { whole, start: Math.floor((whole - length) / 2) };
}

function checkBackground(value: unknown): asserts value is string {
  const expected = "a CSS colour such as 'white' or '#808080'";
  if (typeof value !== 'string') throw invalid('options.background', expected, value);
  try {
    sharp().flatten({ background: value });
  } catch {
    throw invalid('options.background', expected, value);
  }
}

/** The bytes of a picture decoded so. */
export function imageLength({ width, height, channels = 'RGB' }: ImageOptions): number {
  return width * height * colours[channels].channels;
}

/**
 * Checks options, a copy, and turns them into a function that decodes the bytes of an image of some name. It
 * rejects with sharp's error.
 */
export function decoder(options: ImageOptions) {
  const { width, height, resize = 'crop', cropFraction = 0.875, kernel = 'cubic' } = options;
  const { channels = 'RGB', decode: decoding = 'accurate' } = options;
  const { background = defaultBackground, limitPixels } = options;
  checkInteger(width, 'options.width', 1, 0xffff);
  checkInteger(height, 'options.height', 1, 0xffff);
  checkKey(resize, 'options.resize', fits);
  if (!(typeof cropFraction === 'number' && cropFraction >= 0.01 && cropFraction <= 1)) {
    throw invalid('options.cropFraction', 'a number from 0.01 to 1', cropFraction);
  }
  checkKey(kernel, 'options.kernel', kernels);
  checkKey(channels, 'options.channels', colours);
  checkKey(decoding, 'options.decode', decodings);
  checkBackground(background);
  if (limitPixels !== undefined) checkInteger(limitPixels, 'options.limitPixels', 1);

  const fraction = resize === 'crop' ? cropFraction : 1;
  const across = middle(width, fraction);
  const down = middle(height, fraction);
  const { space, channels: count } = colours[channels];
  const dims: ImageTensor['dims'] = [1, height, width, count];

  return async (bytes: Uint8Array, name: string): Promise<ImageTensor> => {
    await checkPixels(bytes, name, limitPixels);
    const picture = sharp(bytes, {
      autoOrient: true,
      limitInputPixels: limitInputPixels(limitPixels),
    });
    // A grey picture would make a coloured background grey. Not always, because it keeps JPEG files
    // from being decoded straight to a smaller size, which saves half the time.
    if (background !== defaultBackground) picture.pipelineColourspace('srgb');
    // Not toUint8Array(), which in sharp 0.35 keeps the memory of each picture for ever.
    const data = await picture
      .flatten({ background })
      .resize(across.whole, down.whole, {
        fit: fits[resize],
        kernel: kernels[kernel],
        background,
        fastShrinkOnLoad: decodings[decoding],
      })
      .extract({ left: across.start, top: down.start, width, height })
      .toColourspace(space)
      .raw()
      .toBuffer();
    // sharp hands out a Buffer, whose slice() shares memory where an array's copies.
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), dims: [...dims] };
  };
}

interface DecodeOptions {
  /** Is given the file's bytes when nobody needs them any more. */
  done?: (bytes: Uint8Array) => void;
  /** Nothing is decoded once it has fired. */
  signal?: AbortSignal | undefined;
}

/** Reads and decodes; whatever goes wrong becomes an error that names the picture. */
export async function decode(
  source: string | Uint8Array,
  toTensor: ReturnType<typeof decoder>,
  { done, signal }: DecodeOptions = {},
): Promise<ImageTensor> {
  const name = typeof source === 'string' ? source : 'The picture';
  // sharp reads on another thread, where nothing may take the caller's memory away.
  const bytes =
    typeof source === 'string'
      ? await readRegular(source, 'image')
      : new Uint8Array(bytesOf(source));
  if (bytes.length === 0) {
    throw errorOf('IMAGE_UNREADABLE', `${name} is empty: expected a picture, received 0 bytes`);
  }
  try {
    checkSignal(signal);
    return await toTensor(bytes, name);
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    const words = cause instanceof Error ? cause.message.trim().replace(/\s*\n\s*/g, '; ') : '';
    throw errorOf(
      'IMAGE_UNREADABLE',
      `${name} cannot be decoded: expected a whole JPEG, PNG, WebP, GIF, TIFF, SVG or AVIF picture (${words})`,
      { cause },
    );
  } finally {
    done?.(bytes);
  }
}

/**
 * Decodes a picture, turns it upright by its EXIF orientation, and resizes it into the bytes of a
 * network's input. Mean, scale and channel order belong into the network (`inputInfo[…].preProcess`).
 *
 * Whatever sharp reads is welcome: JPEG (CMYK too), PNG, WebP, GIF, TIFF, SVG, AVIF; grey, palette,
 * transparent and 16-bit pictures become 8-bit pixels. Of an animation the first picture is taken.
 *
 * @param source - path of a file, or the file's bytes
 * @throws `FileError` with code `FILE_NOT_FOUND`, `FILE_NOT_READABLE` or `IMAGE_UNREADABLE`
 * @throws `ArgumentError` for options that cannot be right
 * @throws `AbortError` when the signal fires
 *
 * @example
 * ```ts
 * net.inputInfo.input.precision = 'U8';
 * net.inputInfo.input.layout = 'NHWC';
 * const exec = await ie.loadNetwork(net, 'CPU');
 * const { output } = await exec.infer({
 *   input: await loadImage('cat.jpg', { width: 224, height: 224 }),
 * });
 * ```
 */
export async function loadImage(
  source: string | Uint8Array,
  options: LoadImageOptions,
): Promise<ImageTensor> {
  if (typedArrayName(source) !== 'Uint8Array' && (typeof source !== 'string' || source === '')) {
    throw invalid('source', 'the path of a picture or its bytes as a Uint8Array', source);
  }
  const given = readOptions(options, 'options', [...imageOptionNames, 'into', 'signal']);
  const { into, signal } = given;
  const toTensor = decoder(given);
  const load = async (): Promise<ImageTensor> =>
    abortable(signal, async () => decode(source, toTensor, { signal }));
  if (into === undefined) return load();

  if (typedArrayName(into) !== 'Uint8Array') throw invalid('options.into', 'a Uint8Array', into);
  const length = imageLength(given);
  const checkLength = (): void => {
    if (lengthOf(into) === length) return;
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected ${length} bytes for options.into, received ${lengthOf(into)}`,
    );
  };
  checkLength();
  const { data, dims } = await load();
  checkLength();
  bytesOf(into).set(data);
  return { data: into, dims };
}
