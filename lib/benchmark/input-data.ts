/** Fills the inputs of a benchmark's requests with images or random values. */

import { Blob, tensorOf } from '../blob';
import { errorOf } from '../errors';
import { findImages, loadImages } from '../image';
import type { InferRequest } from '../infer-request';
import type { InputInfo } from '../input-info';
import type { IENetwork } from '../network';
import { axisLength, channelAxis, type Layout } from '../tensor/layout';
import { arrayOf, isFloating, isHalf, type BlobData, type Precision } from '../tensor/precision';
import type { BenchmarkSettings } from './options';

/** How images lie in an input. */
interface ImageAxes {
  order: 'NCHW' | 'NHWC';
  batch: number;
  height: number;
  width: number;
}

/** How images lie in an input; undefined for an input that does not take images. */
export function imageAxes(shape: readonly number[], layout: Layout): ImageAxes | undefined {
  if (shape.length !== 4) return undefined;
  const order = channelAxis(shape, layout) === 3 ? 'NHWC' : 'NCHW';
  const at = (axis: string): number => axisLength(shape, order, axis);
  return at('C') === 3 ? { order, batch: at('N'), height: at('H'), width: at('W') } : undefined;
}

function randomData(precision: Precision, length: number): BlobData {
  const data = new (arrayOf(precision))(length);
  const whole = isFloating(precision) ? undefined : precision === 'BOOL' ? 2 : 256;
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < length; i += 1) {
    const value = whole === undefined ? Math.random() : Math.floor(Math.random() * whole);
    (data as { [i: number]: number | bigint })[i] = isBig ? BigInt(value) : value;
  }
  // Bits of FP16 and BF16 below 0x3c00 are finite numbers from 0 to 1.
  if (isHalf(precision))
    for (let i = 0; i < length; i += 1) data[i] = Math.floor(Math.random() * 0x3c00);
  return data;
}

/** Converts an image from channels last to channels first. */
function toPlanes(pixels: Uint8Array): Uint8Array {
  const count = pixels.length / 3;
  return Uint8Array.from({ length: pixels.length }, (_, i) => {
    const channel = Math.floor(i / count);
    return pixels[(i % count) * 3 + channel] ?? 0;
  });
}

/** The bytes of images for each request, batch after batch; the images repeat after the last one. */
async function pixelsFor(
  files: readonly string[],
  { order, batch, height, width }: ImageAxes,
  requests: number,
  { onWarning, limitPixels }: BenchmarkSettings,
): Promise<BlobData[]> {
  const images: Uint8Array[] = [];
  for await (const { image, error } of loadImages(files.slice(0, batch * requests), {
    width,
    height,
    ...(limitPixels !== undefined && { limitPixels }),
  })) {
    if (error !== undefined) onWarning?.(error.message);
    else images.push(order === 'NHWC' ? image.data : toPlanes(image.data));
  }
  if (images.length === 0) throw errorOf('IMAGE_UNREADABLE', 'None of the images can be read');
  return Array.from({ length: requests }, (_, request) => {
    const bytes = new Uint8Array(batch * 3 * height * width);
    for (let i = 0; i < batch; i += 1) {
      const image = images[(request * batch + i) % images.length] as Uint8Array;
      bytes.set(image, i * image.length);
    }
    return bytes;
  });
}

/** The images for an input, one entry per request; undefined, after a warning, for an input that gets random values. */
async function imagesFor(
  { name, precision, layout }: InputInfo,
  dims: readonly number[],
  files: readonly string[],
  requests: number,
  settings: BenchmarkSettings,
): Promise<BlobData[] | undefined> {
  const axes = imageAxes(dims, layout);
  if (axes !== undefined && files.length > 0 && precision === 'U8')
    return pixelsFor(files, axes, requests, settings);
  const why = files.length === 0 ? 'No input files were given' : 'It does not take images as U8';
  settings.onWarning?.(
    `${why} for input '${name}'!. This input will be filled with random values!`,
  );
  return undefined;
}

/**
 * Fills all inputs of the requests: images where an input takes them, else random values. Each request gets
 * different ones.
 *
 * @param dataShapes - shapes for inputs whose shape is dynamic, by name
 * @throws ArgumentError - SHAPE_MISMATCH: the shape of an input is dynamic and no data shape is given
 */
export async function fillInputs(
  network: IENetwork,
  requests: readonly InferRequest[],
  dataShapes: ReadonlyMap<string, readonly number[]>,
  settings: BenchmarkSettings,
): Promise<void> {
  const files = settings.images === undefined ? [] : await findImages(settings.images);
  for (const [name, info] of Object.entries(network.inputInfo)) {
    const dims = dataShapes.get(name) ?? info.shape;
    if (dims.some((dim) => dim < 0)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected a data shape for input '${name}', because its shape is dynamic: [${dims.join(',')}]; give one with dataShape (--data_shape), or fix the shape of the network with shape (--shape)`,
      );
    }
    const images = await imagesFor(info, dims, files, requests.length, settings);
    settings.onInfo?.(`Fill input '${name}' with ${images ? 'images' : 'random values'}`);
    requests.forEach((request, i) => {
      const blob = new Blob({ precision: info.precision, dims, layout: info.layout });
      const data = images?.[i] ?? randomData(info.precision, blob.data.length);
      tensorOf(blob).copyFrom(data, `input '${name}'`);
      request.setBlob(name, blob);
    });
  }
}
