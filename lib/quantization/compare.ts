import { readOptions } from '../base/check';
import type { Config } from '../device/config-keys';
import { IECore } from '../core';
import type { DeviceName } from '../device/names';
import { errorOf } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import {
  acceptImages,
  findImages,
  loadImages,
  topK,
  type AcceptedImages,
  type AcceptOptions,
} from '../image';
import { acceptOptionNames } from '../image/accept';
import { isNetwork, type IENetwork } from '../network';
import { largestDifference, median } from '../base/statistics';

/** Fewer inferences than this say little about speed. */
const leastInferences = 50;

/** How two networks are compared. */
export interface CompareOptions extends AcceptOptions {
  /** Pictures: files, folders and globs. */
  images: readonly string[];
  /** Default: CPU. */
  device?: DeviceName;
  /** For the reference. Default: computes in FP32. */
  referenceConfig?: Config;
  /** For the other network. Default: what the device does by itself. */
  config?: Config;
  /** Is told of each picture that cannot be read. Default: nobody. */
  onSkipped?: (message: string) => void;
}

const optionNames = [
  ...['images', 'device', 'referenceConfig', 'config', 'onSkipped'],
  ...acceptOptionNames,
];

/** What two networks make of a picture. */
export interface ComparedImage {
  /** Path of the file. */
  image: string;
  /** Best class of the reference, and of the other network. */
  classes: [reference: number, other: number];
  /** Largest difference of their outputs. */
  difference: number;
}

/** How a network keeps to another one, and how fast. */
export interface Comparison {
  /** The pictures that could be read. */
  images: ComparedImage[];
  /** For how many of them the best class is the same. */
  agreement: number;
  /** Largest difference of outputs over all pictures. */
  largestDifference: number;
  /** Median time of an inference of each network, in milliseconds; they ran by turns. */
  milliseconds: [reference: number, other: number];
  /** How many times faster the other network is. */
  speedup: number;
}

/** A network with one request for pictures. */
interface Subject extends AcceptedImages {
  exec: ExecutableNetwork;
  times: number[];
}

async function load(
  model: string | IENetwork,
  device: DeviceName,
  config: Config,
  options: AcceptOptions,
): Promise<Subject> {
  const core = new IECore();
  const network = isNetwork(model) ? model : await core.readNetwork(model);
  const accepted = acceptImages(network, options);
  if (network.batchSize !== 1) network.batchSize = 1;
  const exec = await core.loadNetwork(network, device, { config, numRequests: 1 });
  // The first inference sets things up inside the device.
  await exec.requests[0]?.infer();
  return { ...accepted, exec, times: [] };
}

async function inferOnce(
  { exec, input, output, times }: Subject,
  image: Parameters<ExecutableNetwork['infer']>[0][string],
): Promise<Float32Array> {
  const [request] = exec.requests as [ExecutableNetwork['requests'][number]];
  await request.infer({ [input]: image });
  times.push(request.latency);
  return request.getBlob(output).as('FP32').data.slice();
}

function compareOutputs(image: string, a: Float32Array, b: Float32Array): ComparedImage {
  if (a.length !== b.length) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected networks with the same output, received ${a.length} and ${b.length} values`,
    );
  }
  const best = (scores: Float32Array): number => topK(scores, 1)[0]?.index ?? -1;
  return {
    image,
    classes: [best(a), best(b)],
    difference: largestDifference(a, b),
  };
}

/**
 * Runs the same pictures through two networks, by turns, and compares classes, outputs and time.
 *
 * @param reference - path, or a network not loaded yet; it is made to take pictures
 * @param other - the same
 * @throws FileError - FILE_NOT_FOUND; IMAGE_UNREADABLE when no picture can be read
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
  const given = readOptions(options, 'options', optionNames);
  const { images: inputs, device = 'CPU', onSkipped, config = {}, ...rest } = given;
  const { referenceConfig = { INFERENCE_PRECISION_HINT: 'f32' }, ...accept } = rest;
  const files = await findImages(inputs);
  const first = await load(reference, device, referenceConfig, accept);
  const second = await load(other, device, config, accept);
  const rounds = Math.ceil(leastInferences / files.length);
  const images: ComparedImage[] = [];
  for await (const { file, image, error } of loadImages(files, first.imageOptions)) {
    if (error !== undefined) {
      onSkipped?.(error.message);
      continue;
    }
    let outputs: [Float32Array, Float32Array] | undefined;
    for (let round = 0; round < rounds; round += 1)
      outputs = [await inferOnce(first, image), await inferOnce(second, image)];
    if (outputs !== undefined) images.push(compareOutputs(file, ...outputs));
  }
  first.exec.close();
  second.exec.close();
  if (images.length === 0)
    throw errorOf('IMAGE_UNREADABLE', `Could read none of the ${files.length} pictures`);
  const milliseconds: [number, number] = [median(first.times), median(second.times)];
  return {
    images,
    agreement: images.filter(({ classes: [a, b] }) => a === b).length,
    largestDifference: Math.max(...images.map(({ difference }) => difference)),
    milliseconds,
    speedup: milliseconds[0] / milliseconds[1],
  };
}
