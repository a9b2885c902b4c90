import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkSignal } from '../base/abortable';
import { checkInteger, checkString, readList, readOptions } from '../base/check';
import type { Config } from '../device/config-keys';
import { IECore } from '../core';
import { errorOf } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import { withTemporaryFolder } from '../base/folders';
import {
  acceptImages,
  findImages,
  loadImages,
  recordedPreparation,
  topK,
  type AcceptedImages,
  type AcceptOptions,
} from '../image';
import { acceptOptionsOf } from '../image/accept';
import { exists } from '../base/regular-file';
import { PythonWorker, type OnProgress, type PythonOptions } from '../setup/python-module';
import { largestDifference, median, quantile } from '../base/statistics';
import { describePython, findPython } from './find-python';
import {
  environmentFor,
  modelOptionNames,
  packagesFor,
  toModelSource,
  type ModelOptions,
} from './source';

/** So long nothing runs before a measurement, in milliseconds: threads of the one before come to rest. */
const rest = 2;

/** Inferences that are not measured, at first. */
const warmUps = 5;

/** What is compared, and how. */
export interface PyTorchCompareOptions
  extends ModelOptions, Omit<AcceptOptions, 'reverseChannels'> {
  /** Path of the same network for the runtime: IR, ONNX, … */
  network: string;
  /** Path of the same network in INT8. Default: `NETWORK-int8.xml` if it is there. */
  int8?: string | undefined;
  /** Pictures: files, folders and globs. */
  images: readonly string[];
  /** Threads for each side. Default: all processors. */
  threads?: number | undefined;
  /** How often each picture is classified by each side. Default: 5. */
  rounds?: number | undefined;
  /** Batches that are measured beside single pictures. Default: none. */
  batches?: readonly number[] | undefined;
  /** The Python to use. Default: the first that has PyTorch. */
  python?: string | undefined;
  /** Is told which Python was taken, and why others were not. Default: nobody. */
  onPython?: ((message: string) => void) | undefined;
  /** Is told of each picture and each precision that is left out. Default: nobody. */
  onSkipped?: ((message: string) => void) | undefined;
  /** Is told of each picture when all have classified it. Default: nobody. */
  onImage?: ((image: string, results: readonly ImageResult[]) => void) | undefined;
  /** Is told how far it is. Default: nobody. */
  onProgress?: OnProgress | undefined;
  /** Is given what Python prints. Default: nobody. */
  onOutput?: PythonOptions['onOutput'];
  /** Ends it. */
  signal?: AbortSignal | undefined;
}

/** What one side makes of a picture. */
export interface ImageResult {
  /** Who: `PyTorch FP32`, `OpenVINO FP32`, … */
  name: string;
  /** Median time in milliseconds, from pixels in memory to scores in memory. */
  milliseconds: number;
  /** Best class. */
  index: number;
}

/** One side, over all pictures. */
export interface ComparedSide {
  /** `PyTorch FP32`, `OpenVINO FP32`, `OpenVINO BF16` or `OpenVINO INT8`. */
  name: string;
  /** The pictures, in their order. */
  images: ImageResult[];
  /** Every measured time of a single picture in milliseconds. */
  times: number[];
  /** Sum of the pictures' median times in milliseconds. */
  total: number;
  /** Median of all times in milliseconds. */
  median: number;
  /** 95 % of all times are below it, in milliseconds. */
  p95: number;
  /** How many times as fast as PyTorch, by the median. */
  speedup: number;
  /** For how many pictures the best class is PyTorch's. */
  agreement: number;
  /** Largest difference from PyTorch's scores. */
  difference: number;
  /** Pictures a second by batch, the single picture among them. */
  fps: Record<number, number>;
}

/** The outcome. */
export interface PyTorchComparison {
  /** The pictures that could be read. */
  images: string[];
  /** PyTorch first. */
  sides: ComparedSide[];
  /** Threads on each side. */
  threads: number;
  /** Version of PyTorch. */
  pytorch: string;
}

interface Pixels {
  file: string;
  images: string[];
  data: Uint8Array[];
  width: number;
  height: number;
}

/** Classifies pictures, given by their place in the list, as one batch. */
type Infer = (indices: readonly number[]) => Promise<{
  milliseconds: number;
  scores: ArrayLike<number>[];
}>;

interface Side {
  name: string;
  infer: Infer;
  /** The same for another batch. */
  ofBatch: (batch: number) => Promise<Infer>;
}

/** The runtime's part: the core, and what was loaded, to be closed at the end. */
interface Runtime {
  core: IECore;
  loaded: ExecutableNetwork[];
}

const optionNames = [
  ...modelOptionNames,
  ...['network', 'int8', 'images', 'threads', 'rounds', 'batches', 'python', 'mean', 'scale'],
  ...[
    'resize',
    'decode',
    'limitPixels',
    'onPython',
    'onSkipped',
    'onImage',
    'onProgress',
    'onOutput',
    'signal',
  ],
];

function toList(value: number | readonly number[] | undefined): readonly number[] {
  return value === undefined ? [] : typeof value === 'number' ? [value] : value;
}

async function decode(
  options: PyTorchCompareOptions,
  { imageOptions }: AcceptedImages,
  folder: string,
): Promise<Pixels> {
  const images: string[] = [];
  const data: Uint8Array[] = [];
  for await (const { file, image, error } of loadImages(
    await findImages(options.images),
    imageOptions,
  )) {
    if (error !== undefined) {
      options.onSkipped?.(error.message);
      continue;
    }
    images.push(file);
    data.push(image.data);
  }
  if (images.length === 0) throw errorOf('IMAGE_UNREADABLE', 'Could read none of the pictures');
  const file = join(folder, 'pixels');
  await writeFile(file, data);
  return { file, images, data, width: imageOptions.width, height: imageOptions.height };
}

/** PyTorch in a process of its own; the time is taken there. */
async function pytorchSide(
  worker: PythonWorker,
  load: object,
): Promise<{ side: Side; pytorch: string }> {
  const { pytorch } = (await worker.call({ load })) as { pytorch: string };
  const infer: Infer = async (indices) =>
    (await worker.call({ infer: indices })) as { milliseconds: number; scores: number[][] };
  return { side: { name: 'PyTorch FP32', infer, ofBatch: () => Promise.resolve(infer) }, pytorch };
}

/** Measures one batch of a loaded network: from pixels in memory to scores in memory. */
function inferWith(
  exec: ExecutableNetwork,
  { input, output }: AcceptedImages,
  data: readonly Uint8Array[],
): Infer {
  const [request] = exec.requests as [ExecutableNetwork['requests'][number]];
  const size = data[0]?.length ?? 0;
  return (indices) => {
    const pixels = new Uint8Array(size * indices.length);
    indices.forEach((index, i) => {
      pixels.set(data[index] as Uint8Array, i * size);
    });
    const began = performance.now();
    request.inferSync({ [input]: pixels });
    const all = request.getBlob(output).as('FP32').data.slice();
    const milliseconds = performance.now() - began;
    const length = all.length / indices.length;
    const scores = indices.map((_, i) => all.subarray(i * length, (i + 1) * length));
    return Promise.resolve({ milliseconds, scores });
  };
}

/** The runtime with a network in some precision. */
async function openvinoSide(
  { core, loaded }: Runtime,
  name: string,
  path: string,
  config: Config,
  accept: AcceptOptions,
  pixels: Pixels,
): Promise<Side> {
  const load = async (batch: number): Promise<Infer> => {
    using network = await core.readNetwork(path);
    const accepted = acceptImages(network, accept);
    const { width, height } = accepted.imageOptions;
    if (width !== pixels.width || height !== pixels.height) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected pictures of ${pixels.width}x${pixels.height} as for the others, ${path} takes ${width}x${height}`,
      );
    }
    if (network.batchSize !== batch) network.batchSize = batch;
    const exec = await core.loadNetwork(network, 'CPU', { config, numRequests: 1 });
    loaded.push(exec);
    return inferWith(exec, accepted, pixels.data);
  };
  return { name, infer: await load(1), ofBatch: load };
}

/** The networks to measure: what the device computes in, and INT8 where there is such a network. */
async function openvinoSides(
  runtime: Runtime,
  options: PyTorchCompareOptions,
  threads: number,
  accept: AcceptOptions,
  pixels: Pixels,
): Promise<Side[]> {
  const { network, onSkipped } = options;
  const beside = `${network.replace(/\.\w+$/, '')}-int8.xml`;
  const int8 = options.int8 ?? (exists(beside) ? beside : undefined);
  const common = { INFERENCE_NUM_THREADS: threads, PERFORMANCE_HINT: 'LATENCY' };
  const able = runtime.core.getMetric('CPU', 'OPTIMIZATION_CAPABILITIES') as string[];
  const make = (name: string, path: string, hint: Config): Promise<Side> =>
    openvinoSide(runtime, `OpenVINO ${name}`, path, { ...common, ...hint }, accept, pixels);
  const sides = [await make('FP32', network, { INFERENCE_PRECISION_HINT: 'f32' })];
  if (able.includes('BF16'))
    sides.push(await make('BF16', network, { INFERENCE_PRECISION_HINT: 'bf16' }));
  else onSkipped?.('BF16: this processor does not compute in it');
  if (int8 !== undefined) sides.push(await make('INT8', int8, {}));
  else onSkipped?.(`INT8: there is no ${beside}; iecore quantize makes it`);
  return sides;
}

/** What the file says was built in, and what is asked for, must not come twice. */
function preparationOf(
  recorded: { mean: number[]; scale: number[] },
  { mean, scale }: AcceptOptions,
): { both: { mean: readonly number[]; scale: readonly number[] }; outside: AcceptOptions } {
  const isInside = recorded.mean.length > 0 || recorded.scale.length > 0;
  if (isInside && (mean !== undefined || scale !== undefined)) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected no mean and scale, because mo has built them into this network; PyTorch is given the same',
    );
  }
  return isInside
    ? { both: recorded, outside: {} }
    : {
        both: { mean: toList(mean), scale: toList(scale) },
        outside: { ...(mean !== undefined && { mean }), ...(scale !== undefined && { scale }) },
      };
}

/** Measures every picture by every side, by turns. */
async function measureImages(
  sides: readonly Side[],
  images: readonly string[],
  rounds: number,
  { onImage, onProgress, signal }: PyTorchCompareOptions,
): Promise<Map<Side, { results: ImageResult[]; times: number[]; scores: ArrayLike<number>[] }>> {
  const measured = new Map(
    sides.map((side) => [
      side,
      { results: [] as ImageResult[], times: [] as number[], scores: [] as ArrayLike<number>[] },
    ]),
  );
  for (const side of sides) for (let i = 0; i < warmUps; i += 1) await side.infer([0]);
  for (const [index, image] of images.entries()) {
    const times = sides.map(() => [] as number[]);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < sides.length; turn += 1) {
        checkSignal(signal);
        const at = (turn + round) % sides.length;
        const side = sides[at] as Side;
        await sleep(rest);
        const { milliseconds, scores } = await side.infer([index]);
        times[at]?.push(milliseconds);
        if (round === 0) measured.get(side)?.scores.push(scores[0] as ArrayLike<number>);
      }
    }
    const results = sides.map((side, at) => {
      const entry = measured.get(side);
      const [best] = topK(entry?.scores[index] ?? [], 1);
      const milliseconds = median(times[at] ?? []);
      const result = { name: side.name, milliseconds, index: best?.index ?? -1 };
      entry?.results.push(result);
      entry?.times.push(...(times[at] ?? []));
      return result;
    });
    onImage?.(image, results);
    onProgress?.((index + 1) / images.length, 'comparing');
  }
  return measured;
}

/** Pictures a second in a batch, by turns. */
async function measureBatch(
  sides: readonly Side[],
  batch: number,
  count: number,
  rounds: number,
  { signal, onProgress }: PyTorchCompareOptions,
): Promise<number[]> {
  const indices = Array.from({ length: batch }, (_, i) => i % count);
  const infers = await Promise.all(sides.map((side) => side.ofBatch(batch)));
  const times = sides.map(() => [] as number[]);
  // The first one is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    onProgress?.(round / (rounds + 1), `batch of ${batch}`);
    for (const [at, infer] of infers.entries()) {
      checkSignal(signal);
      await sleep(rest);
      const { milliseconds } = await infer(indices);
      if (round > 0) times[at]?.push(milliseconds);
    }
  }
  return times.map((list) => (1000 * batch) / median(list));
}

/**
 * Classifies the same pictures by a PyTorch model and by the same network in the runtime: in FP32, in
 * BF16 where the processor computes in it, and in INT8 where there is such a network. Every side has
 * the same number of threads and is warmed up; they take turns; and every time is from pixels in memory
 * to scores in memory, so that subtracting the mean and dividing by the scale count on both sides.
 *
 * PyTorch is given RGB, minus the mean, divided by the scale; what `mo` built into the network is read
 * from its file.
 *
 * @throws ArgumentError - INVALID_ARGUMENT, UNKNOWN_NAME, SHAPE_MISMATCH
 * @throws LoadError - PYTHON_NOT_FOUND with what each Python lacks, TOOL_FAILED
 * @throws FileError - FILE_NOT_FOUND, IMAGE_UNREADABLE, UNTRUSTED_FILE
 * @throws AbortError - when the signal fires
 * @example
 * ```ts
 * const { sides } = await compareWithPyTorch({
 *   network: 'resnet18.xml',
 *   model: 'timm:resnet18',
 *   weights: 'mine.pth',
 *   images: ['photos/'],
 * });
 * for (const { name, median, speedup } of sides) console.log(name, median, speedup);
 * ```
 */
export async function compareWithPyTorch(
  options: PyTorchCompareOptions,
): Promise<PyTorchComparison> {
  options = readOptions(options, 'options', optionNames);
  const { network, threads = availableParallelism(), rounds = 5 } = options;
  const { onProgress, onOutput, signal, resize, decode: decoding, limitPixels } = options;
  checkString(network, 'network');
  checkInteger(threads, 'threads', 1, 1024);
  checkInteger(rounds, 'rounds', 1);
  const batches = readList(
    options.batches ?? [],
    'batches',
    'a list of whole numbers',
    (batch, name) => {
      checkInteger(batch, name, 1);
      return batch;
    },
  );
  if (options.int8 !== undefined) checkString(options.int8, 'int8');
  checkSignal(signal);
  const source = toModelSource(options);
  const core = new IECore();
  using first = await core.readNetwork(network);
  const { both, outside } = preparationOf(recordedPreparation(first), options);
  const accept = acceptOptionsOf({ ...outside, resize, decode: decoding, limitPixels });
  const accepted = acceptImages(first, accept);
  const found = await findPython(packagesFor(source), options.python);
  options.onPython?.(describePython(found));

  const loaded: ExecutableNetwork[] = [];
  return await withTemporaryFolder('iecore-compare', async (folder) => {
    const worker = new PythonWorker(found.python, 'compare', {
      onOutput,
      signal,
      env: environmentFor(source),
      onProgress: (part, stage) => onProgress?.(part, stage),
    });
    try {
      const pixels = await decode(options, accepted, folder);
      const { file, images, width, height } = pixels;
      const load = { source, threads, ...both, file, count: images.length, width, height };
      const { side, pytorch } = await pytorchSide(worker, load);
      const sides = [
        side,
        ...(await openvinoSides({ core, loaded }, options, threads, accept, pixels)),
      ];
      const measured = await measureImages(sides, images, rounds, options);
      const fps = new Map<number, number[]>();
      for (const batch of new Set(batches.filter((batch) => batch !== 1)))
        fps.set(batch, await measureBatch(sides, batch, images.length, rounds, options));
      const reference = measured.get(side);
      if (reference === undefined) throw errorOf('GENERAL_ERROR', 'PyTorch was not measured');
      const compared = sides.map((each, at): ComparedSide => {
        const { results, times, scores } = measured.get(each) ?? reference;
        const own = median(times);
        const batched = [...fps].map(([batch, list]) => [batch, list[at] ?? NaN] as const);
        return {
          name: each.name,
          images: results,
          times,
          total: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
          median: own,
          p95: quantile(times, 0.95),
          speedup: median(reference.times) / own,
          agreement: results.filter(({ index }, i) => index === reference.results[i]?.index).length,
          difference: Math.max(
            ...scores.map((list, i) => largestDifference(list, reference.scores[i] ?? [])),
          ),
          fps: Object.fromEntries([[1, 1000 / own], ...batched]),
        };
      });
      return { images, sides: compared, threads, pytorch };
    } finally {
      worker.close();
      for (const exec of loaded) exec.close();
    }
  });
}
