import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Blob, copyInto, readDims } from '../blob';
import { hasFired } from '../base/abortable';
import {
  checkInteger,
  checkKey,
  checkString,
  invalid,
  isList,
  reading,
  readList,
  readOptions,
  readRecord,
} from '../base/check';
import type { Config } from '../device/config-keys';
import { IECore } from '../core';
import { baseDevices, type DeviceName } from '../device/names';
import { errorOf } from '../errors';
import type { ExecutableNetwork } from '../executable-network';
import { withTemporaryFolder } from '../base/folders';
import { findImages, loadImages } from '../image';
import type { InferRequest, LayerPerf } from '../infer-request';
import { isNetwork, type Dimension, type IENetwork } from '../network';
import { axisLength, channelAxis, type Layout } from '../tensor/layout';
import {
  arrayOf,
  isFloating,
  isHalf,
  isPrecision,
  type BlobData,
  type Precision,
} from '../tensor/precision';
import { quantile } from '../base/statistics';

const hints = {
  latency: 'LATENCY',
  throughput: 'THROUGHPUT',
  cumulative_throughput: 'CUMULATIVE_THROUGHPUT',
  none: undefined,
} as const;

const apis = { sync: 'sync', async: 'async' } as const;

/** Without iterations or seconds: so long, as benchmark_app does. */
const defaultSeconds = 60;

/** How often progress is told, in milliseconds. */
const pulse = 100;

/** What is measured, and how. Names and defaults are those of OpenVINO's benchmark_app. */
export interface BenchmarkOptions {
  /** Default: CPU. */
  device?: DeviceName;
  /** What the device is to be good at. Default: `throughput`, with `api: 'sync'` `latency`. */
  hint?: keyof typeof hints;
  /** One inference after the other, or as many at once as there are requests. Default: by the hint. */
  api?: keyof typeof apis;
  /** How many inferences; rounded up to a multiple of the requests. Default: as many as fit the time. */
  iterations?: number;
  /** For how long, in seconds. Default: 60, or without end when `iterations` is given. */
  seconds?: number;
  /** How many at once. Default: what the device calls optimal; with `sync` 1. */
  requests?: number;
  /** Streams of the device. Default: the device's choice. */
  streams?: number;
  /** Threads of the CPU. Default: the device's choice. */
  threads?: number;
  /** Default: the network's. */
  batch?: number;
  /** Shapes of inputs by name, or one for the only input. Default: the network's. */
  shape?: Readonly<Record<string, readonly Dimension[]>> | readonly Dimension[];
  /** Shapes of the data, where the network's may vary. Default: the network's. */
  dataShape?: Readonly<Record<string, readonly number[]>> | readonly number[];
  /** Precision of all inputs. Default: `U8` for pictures, else the network's. */
  inputPrecision?: Precision;
  /** Precision of all outputs. Default: the network's. */
  outputPrecision?: Precision;
  /** What the device computes in: `f32`, `bf16`, `f16`. Default: the device's choice. */
  inferPrecision?: string;
  /** Pictures to give to inputs of pictures: files, folders, globs. Default: random values. */
  images?: readonly string[];
  /** The most pixels that an image may have. Default: as many as its format decodes in 250 MB. */
  limitPixels?: number;
  /** Measure each layer too. Default: false. */
  perfCounts?: boolean;
  /** Which percentile of the latencies counts as the latency. Default: 50, the median. */
  percentile?: number;
  /** Folder to keep the compiled network in; a second start is faster, and is measured too. Default: none. */
  cacheDir?: string;
  /** More configuration for the device. */
  config?: Config;
  /** Is told of each of the eleven steps. Default: nobody. */
  onStep?: (number: number, title: string) => void;
  /** Is told what comes to light. Default: nobody. */
  onInfo?: (text: string) => void;
  /** Is told what may not be as expected. Default: nobody. */
  onWarning?: (text: string) => void;
  /** Is told how far the measurement is: a part of 1, and the seconds that are left. Default: nobody. */
  onProgress?: (part: number, secondsLeft: number) => void;
  /** Ends the measurement; the result holds what was measured until then. */
  signal?: AbortSignal;
}

/** How long it takes until a network can be used, in milliseconds; undefined where the device does not offer it. */
export interface StartTimes {
  /** Compiled. */
  compiled: number;
  /** From the cache, as a second start has it. */
  cached: number | undefined;
  /** By `importNetwork` from a file that `export` wrote. */
  imported: number | undefined;
}

/** What was measured. Times in milliseconds. */
export interface BenchmarkResult {
  /** As asked for. */
  device: string;
  /** Those that executed it. */
  executionDevices: string[];
  /** As asked for, or the default. */
  hint: keyof typeof hints;
  /** As asked for, or the default. */
  api: keyof typeof apis;
  /** Pictures, or whatever there is N of, in an inference. */
  batch: number;
  /** How many inferences ran at once. */
  requests: number;
  /** What the device computed in, as it says; empty where it does not. */
  inferPrecision: string;
  /** How many inferences were measured. */
  iterations: number;
  /** Whether a signal ended it early. */
  interrupted: boolean;
  /** Reading the model. */
  readTime: number;
  /** Compiling it, or getting it from the cache. */
  loadTime: number;
  /** Whether it came from the cache. */
  fromCache: boolean;
  /** With `cacheDir`: a first and a second start side by side. */
  starts: StartTimes | undefined;
  /** The first inference, which is not measured with the others. */
  firstInference: number;
  /** From the first measured inference's start to the last one's end. */
  duration: number;
  /** Latency of an inference. */
  latency: {
    /** The percentile asked for. */
    percentile: number;
    /** The middle one. */
    median: number;
    /** The mean. */
    average: number;
    /** The shortest. */
    min: number;
    /** The longest. */
    max: number;
  };
  /** Batch × iterations / duration, a second. */
  fps: number;
  /** Settings that the device was given. */
  config: Config;
  /** Settings that the device reports. */
  properties: Record<string, unknown>;
  /** With `perfCounts`: the layers of the last inference of each request. */
  layers: Record<string, LayerPerf>[];
}

/** Names of {@link BenchmarkOptions}. */
export const benchmarkOptionNames = [
  ...['device', 'hint', 'api', 'iterations', 'seconds', 'requests', 'streams', 'threads', 'batch'],
  ...['shape', 'dataShape', 'inputPrecision', 'outputPrecision', 'inferPrecision', 'images'],
  'limitPixels',
  ...['perfCounts', 'percentile', 'cacheDir', 'config', 'onStep', 'onInfo', 'onWarning'],
  ...['onProgress', 'signal'],
];

type Settled = Required<Pick<BenchmarkOptions, 'device' | 'hint' | 'api' | 'percentile'>>;

function checkAll(options: BenchmarkOptions): Settled {
  const { device = 'CPU', percentile = 50 } = options;
  const hint = options.hint ?? (options.api === 'sync' ? 'latency' : 'throughput');
  const api = options.api ?? (hint === 'latency' ? 'sync' : 'async');
  checkString(device, 'device');
  checkKey(hint, 'hint', hints);
  checkKey(api, 'api', apis);
  checkInteger(percentile, 'percentile', 1, 100);
  for (const name of [
    'iterations',
    'requests',
    'streams',
    'threads',
    'batch',
    'limitPixels',
  ] as const)
    if (options[name] !== undefined) checkInteger(options[name], name, 1);
  for (const name of ['inputPrecision', 'outputPrecision'] as const) {
    const value = options[name];
    if (value !== undefined && !isPrecision(value)) throw invalid(name, 'a precision', value);
  }
  const { seconds, signal } = options;
  hasFired(signal);
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds > 0))
    throw invalid('seconds', 'a number above 0', seconds);
  if (api === 'sync' && (options.requests ?? 1) > 1) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected 1 request with api sync, which runs one inference after the other, received ${options.requests}`,
    );
  }
  return { device, hint, api, percentile };
}

/** The shape of the only input, or of each by name; as given, but for the lists and records themselves. */
function byName(
  shapes: unknown,
  what: string,
  network: IENetwork,
): Readonly<Record<string, readonly unknown[]>> {
  const readShape = (shape: unknown, name: string): readonly unknown[] =>
    readList(shape, name, 'a list of dimensions', (dim) => dim);
  if (shapes === undefined) return {};
  if (!isList(shapes)) {
    const record = readRecord(shapes, what, 'a list of dimensions, or a record of those by input');
    return Object.fromEntries(
      Object.entries(record).map(([name, shape]) => [name, readShape(shape, `${what}.${name}`)]),
    );
  }
  const names = Object.keys(network.inputInfo);
  if (names.length !== 1) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a shape for each input by name, because there are several: ${names.join(', ')}`,
    );
  }
  return { [names[0] as string]: readShape(shapes, what) };
}

/** An input of pictures: how they are laid out in it. */
function pictureAxes(shape: readonly number[], layout: Layout) {
  if (shape.length !== 4) return undefined;
  const order = channelAxis(shape, layout) === 3 ? 'NHWC' : 'NCHW';
  const at = (axis: string): number => axisLength(shape, order, axis);
  return at('C') === 3 ? { order, batch: at('N'), height: at('H'), width: at('W') } : undefined;
}

function setPrecisions(network: IENetwork, options: BenchmarkOptions): void {
  for (const info of Object.values(network.inputInfo)) {
    const isPicture = pictureAxes(info.shape, info.layout) !== undefined;
    if (options.inputPrecision !== undefined) info.precision = options.inputPrecision;
    else if (isPicture && isFloating(info.precision)) info.precision = 'U8';
  }
  for (const info of Object.values(network.outputs))
    if (options.outputPrecision !== undefined) info.precision = options.outputPrecision;
}

/** Devices that hand on to several others take settings of those apart; BATCH passes on what it is given. */
const virtual = ['AUTO', 'MULTI', 'HETERO'];

function configOf(options: BenchmarkOptions, { device, hint }: Settled): Config {
  const { streams, threads, inferPrecision, perfCounts, cacheDir } = options;
  const config = readRecord(options.config ?? {}, 'config', 'a record of configuration keys');
  const own = {
    ...(streams !== undefined && { NUM_STREAMS: streams }),
    ...(threads !== undefined && { INFERENCE_NUM_THREADS: threads }),
    ...(inferPrecision !== undefined && { INFERENCE_PRECISION_HINT: inferPrecision }),
  };
  const [first = '', ...parts] = baseDevices(device);
  const inner = parts.length > 0 ? parts : ['CPU'];
  const handedOn =
    virtual.includes(first) && Object.keys(own).length > 0
      ? { DEVICE_PROPERTIES: Object.fromEntries(inner.map((name) => [name, own])) }
      : own;
  return {
    ...(hints[hint] !== undefined && { PERFORMANCE_HINT: hints[hint] }),
    ...handedOn,
    ...(perfCounts === true && { PERF_COUNT: true }),
    ...(cacheDir !== undefined && { CACHE_DIR: cacheDir }),
    ...(config as Config),
  };
}

function randomData(precision: Precision, length: number): BlobData {
  const data = new (arrayOf(precision))(length);
  const whole = isFloating(precision) ? undefined : precision === 'BOOL' ? 2 : 256;
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < length; i += 1) {
    const value = whole === undefined ? Math.random() : Math.floor(Math.random() * whole);
    (data as { [i: number]: number | bigint })[i] = isBig ? BigInt(value) : value;
  }
  // The bits of FP16 and BF16: between 0 and 1 there are no infinities.
  if (isHalf(precision))
    for (let i = 0; i < length; i += 1) data[i] = Math.floor(Math.random() * 0x3c00);
  return data;
}

/** Pictures as the inputs take them, or random values; each request gets others. */
async function fill(
  network: IENetwork,
  requests: readonly InferRequest[],
  dataShapes: ReadonlyMap<string, readonly number[]>,
  options: BenchmarkOptions,
): Promise<void> {
  const files = options.images === undefined ? [] : await findImages(options.images);
  for (const [name, info] of Object.entries(network.inputInfo)) {
    const dims = dataShapes.get(name) ?? info.shape;
    if (dims.some((dim) => dim < 0)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected a shape for the data of '${name}', because the network's may vary: [${dims.join(',')}]; give it by data_shape, or fix the network's by shape`,
      );
    }
    const axes = pictureAxes(dims, info.layout);
    const pictures =
      axes === undefined || files.length === 0 || info.precision !== 'U8'
        ? undefined
        : await pixelsFor(files, axes, requests.length, options);
    if (pictures === undefined) {
      const why = files.length === 0 ? 'No input files were given' : 'It takes no pictures as U8';
      options.onWarning?.(
        `${why} for input '${name}'!. This input will be filled with random values!`,
      );
    }
    options.onInfo?.(`Fill input '${name}' with ${pictures ? 'pictures' : 'random values'}`);
    requests.forEach((request, i) => {
      const blob = new Blob({ precision: info.precision, dims, layout: info.layout });
      const data = pictures?.[i] ?? randomData(info.precision, blob.data.length);
      copyInto(blob, data, `input '${name}'`);
      request.setBlob(name, blob);
    });
  }
}

/** The bytes of pictures for each request: batch after batch, from the first again after the last. */
async function pixelsFor(
  files: readonly string[],
  { order, batch, height, width }: NonNullable<ReturnType<typeof pictureAxes>>,
  requests: number,
  { onWarning, limitPixels }: BenchmarkOptions,
): Promise<BlobData[]> {
  const pictures: Uint8Array[] = [];
  for await (const { image, error } of loadImages(files.slice(0, batch * requests), {
    width,
    height,
    ...(limitPixels !== undefined && { limitPixels }),
  })) {
    if (error !== undefined) onWarning?.(error.message);
    else pictures.push(order === 'NHWC' ? image.data : toPlanes(image.data));
  }
  if (pictures.length === 0) throw errorOf('IMAGE_UNREADABLE', 'Could read none of the pictures');
  return Array.from({ length: requests }, (_, request) => {
    const bytes = new Uint8Array(batch * 3 * height * width);
    for (let i = 0; i < batch; i += 1) {
      const picture = pictures[(request * batch + i) % pictures.length] as Uint8Array;
      bytes.set(picture, i * picture.length);
    }
    return bytes;
  });
}

/** Channels last → channels first. */
function toPlanes(pixels: Uint8Array): Uint8Array {
  const count = pixels.length / 3;
  return Uint8Array.from({ length: pixels.length }, (_, i) => {
    const channel = Math.floor(i / count);
    return pixels[(i % count) * 3 + channel] ?? 0;
  });
}

/** When to stop, and how far it is. */
class Limit {
  readonly #began = performance.now();
  readonly #iterations: number;
  readonly #milliseconds: number;
  readonly #options: BenchmarkOptions;
  #told = this.#began;
  #started = 0;

  constructor(options: BenchmarkOptions, requests: number) {
    const { iterations, seconds } = options;
    this.#options = options;
    // Whole rounds, so that no request idles at the end.
    this.#iterations =
      iterations === undefined ? Infinity : Math.ceil(iterations / requests) * requests;
    this.#milliseconds = 1000 * (seconds ?? (iterations === undefined ? defaultSeconds : Infinity));
  }

  /** Whether another inference may start; it counts as started then. */
  next(): boolean {
    const elapsed = performance.now() - this.#began;
    if (this.#started >= this.#iterations || elapsed >= this.#milliseconds) return false;
    if (hasFired(this.#options.signal)) return false;
    this.#started += 1;
    return true;
  }

  /** Tells how far it is, now and then; true when it has. */
  tell(): boolean {
    const now = performance.now();
    if (now - this.#told < pulse) return false;
    this.#told = now;
    const elapsed = now - this.#began;
    const part = Math.min(
      1,
      Math.max(elapsed / this.#milliseconds, this.#started / this.#iterations),
    );
    this.#options.onProgress?.(part, part > 0 ? ((elapsed / part) * (1 - part)) / 1000 : Infinity);
    return true;
  }
}

/** Infers until the limit; gives the latencies and the time in all. */
async function measure(
  requests: readonly InferRequest[],
  api: keyof typeof apis,
  options: BenchmarkOptions,
): Promise<{ latencies: number[]; duration: number }> {
  const latencies: number[] = [];
  const limit = new Limit(options, requests.length);
  const began = performance.now();
  if (api === 'sync') {
    const [request] = requests as [InferRequest];
    while (limit.next()) {
      request.inferSync();
      latencies.push(request.latency);
      // Lets Ctrl-C through, which waits for its turn.
      if (limit.tell()) await nextTurn();
    }
  } else {
    await Promise.all(
      requests.map(async (request) => {
        while (limit.next()) {
          await request.infer();
          latencies.push(request.latency);
          limit.tell();
        }
      }),
    );
  }
  return { latencies, duration: performance.now() - began };
}

function describePorts(ports: IENetwork['inputInfo'] | IENetwork['outputs']): string[] {
  return Object.values(ports).map(
    ({ name, precision, layout, shape }) =>
      `    ${name} : ${precision} / [${[...layout].join(',')}] / [${shape.map((dim) => (dim < 0 ? '?' : dim)).join(',')}]`,
  );
}

function tellPorts(network: IENetwork, onInfo: BenchmarkOptions['onInfo']): void {
  for (const line of ['Model inputs:', ...describePorts(network.inputInfo)]) onInfo?.(line);
  for (const line of ['Model outputs:', ...describePorts(network.outputs)]) onInfo?.(line);
}

/** What the device reports of itself, without what only lists names. */
function propertiesOf(exec: ExecutableNetwork): Record<string, unknown> {
  const names = Object.keys(exec.getMetric('SUPPORTED_PROPERTIES') as object);
  const told = names.filter((name) => name !== 'SUPPORTED_PROPERTIES');
  return Object.fromEntries(
    told.map((name) => {
      try {
        return [name, exec.getMetric(name)];
      } catch {
        // Some name what they cannot tell.
        return [name, 'not told'];
      }
    }),
  );
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  const result = await work();
  return [result, performance.now() - began];
}

/** Loads in the ways that `exec` was not loaded in. */
async function measureStarts(
  exec: ExecutableNetwork,
  loadTime: number,
  fromCache: boolean,
  load: (config: Config) => Promise<ExecutableNetwork>,
  importFrom: (file: string) => Promise<ExecutableNetwork>,
): Promise<StartTimes> {
  const [other, otherTime] = await timed(async () => load(fromCache ? { CACHE_DIR: '' } : {}));
  const imported = await withTemporaryFolder('iecore-start', async (folder) => {
    try {
      const file = join(folder, 'network.blob');
      // What came from a cache is not written again.
      await (fromCache ? other : exec).export(file);
      const [network, time] = await timed(async () => importFrom(file));
      network.close();
      return time;
    } catch {
      // Devices differ in what they can export, AUTO and MULTI cannot at all.
      return undefined;
    }
  });
  const otherCached = isFromCache(other);
  other.close();
  if (fromCache) return { compiled: otherTime, cached: loadTime, imported };
  return { compiled: loadTime, cached: otherCached ? otherTime : undefined, imported };
}

function isFromCache(network: ExecutableNetwork): boolean {
  try {
    return network.getMetric('LOADED_FROM_CACHE') === true;
  } catch {
    // Not every device tells.
    return false;
  }
}

function tellStarts({ compiled, cached, imported }: StartTimes): string {
  const text = (time: number | undefined): string =>
    time === undefined ? 'not offered' : `${time.toFixed(2)} ms`;
  return `Start: compiled ${text(compiled)}, from the cache ${text(cached)}, imported ${text(imported)}`;
}

/**
 * Measures how fast a network runs on a device: OpenVINO's benchmark_app, step by step. Inputs are
 * filled once, outputs stay in the requests' memory: it is the runtime that is measured.
 *
 * @param model - path of a model, or a network that was read; its precisions and shapes are changed
 * @throws ArgumentError - INVALID_ARGUMENT, SHAPE_MISMATCH
 * @throws FileError - FILE_NOT_FOUND, IMAGE_UNREADABLE
 * @throws OpenVINOError - DEVICE_NOT_AVAILABLE, UNSUPPORTED_PROPERTY, NETWORK_NOT_READ, NETWORK_NOT_LOADED
 * @example
 * ```ts
 * const { fps, latency } = await benchmark('resnet18.xml', { hint: 'throughput', seconds: 10 });
 * ```
 */
export async function benchmark(
  model: string | IENetwork,
  options: BenchmarkOptions = {},
): Promise<BenchmarkResult> {
  options = readOptions(options, 'options', benchmarkOptionNames);
  const settled = checkAll(options);
  const { device, hint, api, percentile } = settled;
  const { onStep, onInfo } = options;
  onStep?.(2, 'Loading OpenVINO Runtime');
  const core = new IECore();
  const versions = core.getVersions(device);
  for (const [name, { buildNumber }] of Object.entries(versions))
    onInfo?.(`${name}: build ${buildNumber}`);
  onStep?.(3, 'Setting device configuration');
  const config = configOf(options, settled);
  for (const [name, value] of Object.entries(config))
    onInfo?.(`${name}: ${reading(`config.${name}`, () => JSON.stringify(value))}`);
  onStep?.(4, 'Reading model files');
  const [network, readTime] = await timed(async () =>
    isNetwork(model) ? model : core.readNetwork(model),
  );
  onInfo?.(`Read model took ${readTime.toFixed(2)} ms`);
  onInfo?.('Original model I/O parameters:');
  tellPorts(network, onInfo);
  onStep?.(5, 'Resizing model to match image sizes and given batch');
  const shapes = byName(options.shape, 'shape', network);
  if (Object.keys(shapes).length > 0) network.reshape(shapes as Record<string, Dimension[]>);
  if (options.batch !== undefined) network.batchSize = options.batch;
  const dataShapes = new Map(
    Object.entries(byName(options.dataShape, 'dataShape', network)).map(([name, dims]) => [
      name,
      readDims(dims, `dataShape.${name}`),
    ]),
  );
  const dataBatch = [...dataShapes.values()][0]?.[0];
  const batch = network.batchSize === -1 ? (dataBatch ?? 1) : network.batchSize;
  onInfo?.(`Model batch size: ${batch}`);
  onStep?.(6, 'Configuring input of the model');
  setPrecisions(network, options);
  tellPorts(network, onInfo);
  onStep?.(7, 'Loading the model to the device');
  const numRequests = api === 'sync' ? 1 : (options.requests ?? 0);
  const load = async (more: Config = {}): Promise<ExecutableNetwork> =>
    core.loadNetwork(network, device, { config: { ...config, ...more }, numRequests });
  const [exec, loadTime] = await timed(load);
  try {
    const fromCache = isFromCache(exec);
    onInfo?.(
      `${fromCache ? 'Load from the cache' : 'Compile model'} took ${loadTime.toFixed(2)} ms`,
    );
    const importFrom = async (file: string): Promise<ExecutableNetwork> =>
      core.importNetwork(file, device, { numRequests });
    const starts =
      options.cacheDir === undefined
        ? undefined
        : await measureStarts(exec, loadTime, fromCache, load, importFrom);
    if (starts !== undefined) onInfo?.(tellStarts(starts));
    onStep?.(8, 'Querying optimal runtime parameters');
    const properties = propertiesOf(exec);
    for (const [name, value] of Object.entries(properties))
      onInfo?.(`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    onStep?.(9, 'Creating infer requests and preparing input tensors');
    const { requests } = exec;
    await fill(network, requests, dataShapes, options);
    const limits = [
      ...(options.iterations === undefined ? [] : [`${options.iterations} iterations`]),
      ...(options.seconds === undefined && options.iterations !== undefined
        ? []
        : [`${1000 * (options.seconds ?? defaultSeconds)} ms duration`]),
    ];
    const how = api === 'sync' ? 'synchronously' : 'asynchronously';
    const many = api === 'sync' ? '' : `, ${requests.length} inference requests`;
    onStep?.(
      10,
      `Measuring performance (Start inference ${how}${many}, limits: ${limits.join(', ')})`,
    );
    const [, firstInference] = await timed(async () => requests[0]?.infer());
    onInfo?.(`First inference took ${firstInference.toFixed(2)} ms`);
    const { latencies, duration } = await measure(requests, api, options);
    onStep?.(11, 'Dumping statistics report');
    const devices = properties['EXECUTION_DEVICES'];
    const precision = properties['INFERENCE_PRECISION_HINT'];
    return {
      device,
      executionDevices: Array.isArray(devices) ? devices.map(String) : [device],
      hint,
      api,
      batch,
      requests: requests.length,
      inferPrecision: typeof precision === 'string' ? precision : '',
      iterations: latencies.length,
      interrupted: hasFired(options.signal),
      readTime,
      loadTime,
      fromCache,
      starts,
      firstInference,
      duration,
      latency: {
        percentile: quantile(latencies, percentile / 100),
        median: quantile(latencies, 0.5),
        average: latencies.reduce((sum, value) => sum + value, 0) / latencies.length,
        min: latencies.reduce((least, value) => Math.min(least, value), Infinity),
        max: latencies.reduce((most, value) => Math.max(most, value), 0),
      },
      fps: (1000 * batch * latencies.length) / duration,
      config,
      properties,
      layers: options.perfCounts === true ? requests.map((request) => request.getPerfCounts()) : [],
    };
  } finally {
    exec.close();
  }
}
