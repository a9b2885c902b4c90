/** Runs images through a network, decoding the next ones meanwhile. */

import { checkString, invalid, readIterable, readProperties } from '../base/check';
import { errorOf } from '../errors';
import { isLoaded, type ExecutableNetwork } from '../executable-network';
import { inOrder } from '../base/in-order';
import { readTable, type OptionsOf } from '../base/option-table';
import type { AcceptedImages } from './accept-images';
import { Batches, type InferredImage } from './batches';
import { decoder } from './decode';
import { imageLength, imageOptions } from './image-options';
import { aheadOptions } from './load-images';

/** Options of {@link inferImages}. */
export interface InferImagesOptions extends OptionsOf<typeof aheadOptions> {}

/**
 * Runs images through a network and yields the results in the order of the files. During an inference the next images
 * are decoded, directly into the input memory of the network. A network of batch size 8 takes eight images at once; the
 * last batch may be partly empty. An image that cannot be read is reported at its position, and the others follow.
 *
 * @param network - loaded after `acceptImages` has prepared it
 * @param accepted - the result of `acceptImages`
 * @param files - paths, for example from `findImages`
 * @throws ArgumentError - at once for invalid arguments; SHAPE_MISMATCH if the network takes images of another size
 * @throws InferenceError - if an inference fails
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
  const { ahead, signal } = readTable(aheadOptions, options);
  const {
    input,
    output,
    imageOptions: given,
  } = readProperties(
    accepted,
    'accepted',
    ['input', 'output', 'imageOptions'],
    'the result of acceptImages',
  );
  checkString(input, 'accepted.input');
  checkString(output, 'accepted.output');
  const settings = readTable(imageOptions, given, 'accepted.imageOptions');
  const toTensor = decoder(settings);
  const shape = network.inputInfo[input]?.shape ?? [];
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || shape.some((dim) => dim < 1))
    throw invalid('network', `an input '${input}' for images of a fixed size`, shape);
  if (settings.width !== width || imageLength(settings) !== height * width * channels) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected images of [${height},${width},${channels}] for input '${input}', but accepted.imageOptions gives images of ${settings.height}x${settings.width} pixels in ${imageLength(settings)} bytes`,
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
