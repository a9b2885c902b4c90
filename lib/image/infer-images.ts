import { hasFired } from '../base/abortable';
import {
  checkInteger,
  checkString,
  invalid,
  readIterable,
  readOptions,
  readProperties,
} from '../base/check';
import { errorOf } from '../errors';
import { isLoaded, type ExecutableNetwork } from '../executable-network';
import { inOrder } from '../base/in-order';
import type { AcceptedImages } from './accept-images';
import { Batches, type InferredImage } from './batches';
import { decoder, defaultAhead, imageLength, imageOptionNames } from './decode';

/** Options of {@link inferImages}. */
export interface InferImagesOptions {
  /**
   * How many pictures are decoded while others are in the network. Each takes a request more. Default:
   * four for each processor. Of them, as many are decoded at once as Node has threads for it: 4, or the
   * environment's `UV_THREADPOOL_SIZE`.
   */
  ahead?: number;
  /** Ends it when it fires: the next result is an AbortError, at once. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs pictures through a network, in the order given: while some are in the network, the next ones
 * are decoded, straight into the memory that the network reads. A network of batch 8 takes eight
 * pictures at once; the last batch may stay partly empty. A picture that cannot be read is reported
 * in its place; the rest go on.
 *
 * @param network - loaded after `acceptImages` prepared it
 * @param accepted - what `acceptImages` gave
 * @param files - paths, for instance from `findImages`
 * @throws ArgumentError - at once for arguments that cannot be right; SHAPE_MISMATCH for another size
 * @throws InferenceError - what an inference failed with
 * @example
 * ```ts
 * const net = await ie.readNetwork('resnet18.xml');
 * const accepted = acceptImages(net, { scale: 255 });
 * const exec = await ie.loadNetwork(net, 'CPU', { config: { PERFORMANCE_HINT: 'THROUGHPUT' } });
 * for await (const { file, scores, error } of inferImages(exec, accepted, files)) {
 *   if (error) console.error(error.message);
 *   else console.log(file, topK(scores, 1));
 * }
 * ```
 */
export function inferImages(
  network: ExecutableNetwork,
  accepted: AcceptedImages,
  files: Iterable<string> | AsyncIterable<string>,
  options: InferImagesOptions = {},
): AsyncGenerator<InferredImage, void, undefined> {
  if (!isLoaded(network)) throw invalid('network', 'an ExecutableNetwork', network);
  const source = readIterable(files, 'files', 'a list of paths');
  const { ahead = defaultAhead, signal } = readOptions(options, 'options', ['ahead', 'signal']);
  hasFired(signal);
  checkInteger(ahead, 'options.ahead', 0, 1024);
  const {
    input,
    output,
    imageOptions: wanted,
  } = readProperties(
    accepted,
    'accepted',
    ['input', 'output', 'imageOptions'],
    'what acceptImages gave',
  );
  checkString(input, 'accepted.input');
  checkString(output, 'accepted.output');
  const imageOptions = readOptions(wanted, 'accepted.imageOptions', imageOptionNames);
  const toTensor = decoder(imageOptions);
  const shape = network.inputInfo[input]?.shape ?? [];
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || shape.some((dim) => dim < 1))
    throw invalid('network', `an input '${input}' of pictures of known size`, shape);
  if (imageOptions.width !== width || imageLength(imageOptions) !== height * width * channels) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected pictures of [${height},${width},${channels}] for input '${input}', accepted.imageOptions gives ${imageOptions.height} rows of ${imageOptions.width} in ${imageLength(imageOptions)} bytes`,
    );
  }
  const batches = new Batches(network, { input, output, batch }, toTensor, { ahead, signal });
  return inOrder(() => ({
    source,
    hasRoom: (taken) => batches.hasRoom(taken),
    start: async (file) => batches.add(file),
    signal,
    done: () => {
      batches.close();
    },
  }));
}
