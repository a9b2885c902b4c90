/** Runs the same images through two networks, and compares classes, outputs and speed. */

import { pickOptions, readTable } from '../base/option-table';
import { median } from '../base/statistics';
import { IECore } from '../core';
import type { Config } from '../device/config-keys';
import type { ExecutableNetwork } from '../executable-network';
import { acceptImages, findImages, type AcceptedImages } from '../image';
import { acceptOptions } from '../image/accept-images';
import type { ImageTensor } from '../image/decode';
import { readableImages } from '../image/readable-images';
import { compareScores, summarizeDifferences } from '../image/score-difference';
import { isNetwork, type IENetwork } from '../network';
import { compareOptions, type CompareOptions, type CompareSettings } from './compare-options';

/** Minimum number of inferences of each network; the median time of fewer is not meaningful. */
const leastInferences = 50;

/** The results of two networks for one image. */
export interface ComparedImage {
  /** Path of the file. */
  image: string;
  /** Best class of the reference, and of the other network. */
  classes: [reference: number, other: number];
  /** Largest absolute difference of an output value. */
  difference: number;
}

/** How the results and the speed of a network differ from those of a reference. */
export interface Comparison {
  /** The images that could be read. */
  images: ComparedImage[];
  /** Number of images for which both networks have the same best class. */
  agreement: number;
  /** Largest absolute difference of an output value over all images. */
  largestDifference: number;
  /** Median time of an inference of each network, in ms, measured alternately. */
  milliseconds: [reference: number, other: number];
  /** Median time of the reference divided by that of the other network. */
  speedup: number;
}

/** A loaded network that accepts images, and its measured times in ms. */
interface MeasuredNetwork extends AcceptedImages, Disposable {
  exec: ExecutableNetwork;
  times: number[];
}

async function load(
  model: string | IENetwork,
  config: Config,
  settings: CompareSettings,
): Promise<MeasuredNetwork> {
  const core = new IECore();
  const network = isNetwork(model) ? model : await core.readNetwork(model);
  const accepted = acceptImages(network, pickOptions(acceptOptions, settings));
  if (network.batchSize !== 1) network.batchSize = 1;
  const exec = await core.loadNetwork(network, settings.device, { config, numRequests: 1 });
  // Warm-up: the first inference also initializes the device.
  await exec.requests[0]?.infer();
  const close = (): void => {
    exec.close();
  };
  return { ...accepted, exec, times: [], [Symbol.dispose]: close };
}

/** Infers an image, records the time, and returns a copy of the output. */
async function inferOnce(
  { exec, input, output, times }: MeasuredNetwork,
  image: ImageTensor,
): Promise<Float32Array> {
  const [request] = exec.requests as [ExecutableNetwork['requests'][number]];
  await request.infer({ [input]: image });
  times.push(request.latency);
  return request.getBlob(output).as('FP32').data.slice();
}

/**
 * Runs the same images through two networks alternately, and compares classes, outputs and times.
 *
 * @param reference - path of a model, or a network that is not loaded yet; its input is changed to accept images
 * @param other - as `reference`
 * @throws ArgumentError - INVALID_ARGUMENT, SHAPE_MISMATCH when a network does not accept images or the outputs
 * differ in size
 * @throws FileError - FILE_NOT_FOUND; IMAGE_UNREADABLE when no image can be read
 * @example
 * ```ts
 * const { agreement, images, speedup } = await compareNetworks('net.xml', 'net-int8.xml', {
 *   images: ['photos/'],
 * });
 * ```
 */
export async function compareNetworks(
  reference: string | IENetwork,
  other: string | IENetwork,
  options: CompareOptions,
): Promise<Comparison> {
  const settings = readTable(compareOptions, options);
  const files = await findImages(settings.images);
  using first = await load(reference, settings.referenceConfig, settings);
  using second = await load(other, settings.config, settings);
  const rounds = Math.ceil(leastInferences / files.length);
  const images: ComparedImage[] = [];
  for await (const { file, image } of readableImages(
    files,
    first.imageOptions,
    settings.onSkipped,
  )) {
    let outputs = [await inferOnce(first, image), await inferOnce(second, image)] as const;
    for (let round = 1; round < rounds; round += 1)
      outputs = [await inferOnce(first, image), await inferOnce(second, image)];
    images.push({ image: file, ...compareScores(...outputs) });
  }
  const milliseconds: [number, number] = [median(first.times), median(second.times)];
  return {
    images,
    ...summarizeDifferences(images),
    milliseconds,
    speedup: milliseconds[0] / milliseconds[1],
  };
}
