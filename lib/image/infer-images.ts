import {
  boxed,
  checkInteger,
  checkString,
  invalid,
  readIterable,
  readOptions,
  readProperties,
} from '../check';
import { errorOf, type OpenVINOError, translate } from '../errors';
import { isLoaded, type ExecutableNetwork } from '../executable-network';
import type { InferRequest } from '../infer-request';
import { release } from '../native';
import type { AcceptedImages } from './accept';
import { decode, decoder, defaultAhead, imageLength, imageOptionNames } from './load';

/** What a network made of a picture, or why it made nothing of it. Times in milliseconds. */
export type InferredImage =
  | {
      /** The picture. */
      file: string;
      /** The picture's part of the network's one output, in `FP32`. */
      scores: Float32Array;
      /** The inference; of a batch, the picture's share of it. */
      milliseconds: number;
      /** Reading, decoding and resizing. */
      decodeMilliseconds: number;
      /** None. */
      error?: undefined;
    }
  | {
      /** The picture. */
      file: string;
      /** Why there are no scores. */
      error: OpenVINOError;
    };

/** Options of {@link inferImages}. */
export interface InferImagesOptions {
  /**
   * How many pictures are decoded while others are in the network. Each takes a request more. Default:
   * four for each processor. Of them, as many are decoded at once as Node has threads for it: 4, or the
   * environment's `UV_THREADPOOL_SIZE`.
   */
  ahead?: number;
}

interface Slot {
  request: InferRequest;
  /** The request's own input memory, in parts for one picture each. */
  parts: Uint8Array[];
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
  files: Iterable<string>,
  options: InferImagesOptions = {},
): AsyncGenerator<InferredImage, void, undefined> {
  if (!isLoaded(network)) throw invalid('network', 'an ExecutableNetwork', network);
  const source = readIterable(files, 'files', 'a list of paths');
  const { ahead = defaultAhead } = readOptions(options, 'options', ['ahead']);
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
  const optimal = Number(network.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS'));
  const slots = Math.ceil(ahead / batch) + optimal;
  return inOrder(source, batch, slots, () => makeSlot(network, input, batch), toTensor, output);
}

function makeSlot(network: ExecutableNetwork, input: string, batch: number): Slot {
  const request = network.createInferRequest();
  const data = request.getBlob(input).as('U8').data;
  const length = data.length / batch;
  const parts = Array.from({ length: batch }, (_, i) =>
    data.subarray(i * length, (i + 1) * length),
  );
  return { request, parts };
}

async function* inOrder(
  files: AsyncIterable<string> | Iterable<string>,
  batch: number,
  most: number,
  make: () => Slot,
  toTensor: ReturnType<typeof decoder>,
  output: string,
): AsyncGenerator<InferredImage, void, undefined> {
  const slots: Slot[] = [];
  const running: Promise<InferredImage[]>[] = [];
  let begun = 0;
  try {
    for await (const group of groups(files, batch)) {
      if (running.length === most) yield* await (running.shift() as Promise<InferredImage[]>);
      // The one that comes next is the one whose results were taken last.
      const slot = (slots[begun % most] ??= make());
      begun += 1;
      const work = inferGroup(slot, group, toTensor, output);
      // It is awaited in its turn; until then a failure is no unhandled rejection.
      work.catch(() => undefined);
      running.push(work);
    }
    while (running.length > 0) yield* await (running.shift() as Promise<InferredImage[]>);
  } finally {
    await Promise.allSettled(running);
    for (const { request } of slots) request.close();
  }
}

async function* groups(
  files: AsyncIterable<string> | Iterable<string>,
  size: number,
): AsyncGenerator<string[], void, undefined> {
  let group: string[] = [];
  for await (const { item: file } of boxed(files)) {
    checkString(file, 'a path in files');
    group.push(file);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function inferGroup(
  { request, parts }: Slot,
  files: readonly string[],
  toTensor: ReturnType<typeof decoder>,
  output: string,
): Promise<InferredImage[]> {
  const decoded = await Promise.all(
    files.map(async (file, i) => {
      const began = performance.now();
      try {
        const { data } = await decode(file, toTensor, release);
        parts[i]?.set(data);
        release(data);
        return { decodeMilliseconds: performance.now() - began };
      } catch (error) {
        return { error: translate(error, file) };
      }
    }),
  );
  const readable = decoded.filter(({ error }) => error === undefined).length;
  if (readable > 0) await request.infer();
  const milliseconds = request.latency / readable;
  const all = readable > 0 ? request.getBlob(output).as('FP32').data : new Float32Array();
  const length = all.length / parts.length;
  return files.map((file, i) => {
    const { error, decodeMilliseconds = 0 } = decoded[i] as (typeof decoded)[number];
    if (error !== undefined) return { file, error };
    const scores = all.slice(i * length, (i + 1) * length);
    return { file, scores, milliseconds, decodeMilliseconds };
  });
}
