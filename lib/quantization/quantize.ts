import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkSignal } from '../base/abortable';
import { checkInteger, checkKey, checkString, readOptions } from '../base/check';
import { IECore } from '../core';
import { errorOf } from '../errors';
import { acceptImages, findImages, loadImages, type AcceptOptions } from '../image';
import { acceptOptionNames, acceptOptionsOf } from '../image/accept';
import { makeFolder, withTemporaryFolder } from '../base/folders';
import { FreshIr } from '../read/fresh-ir';
import type { InputInfo } from '../input-info';
import { isNetwork, type IENetwork } from '../network';
import { channelAxis } from '../tensor/layout';
import { precisionOf, type Precision } from '../tensor/precision';
import { isolated, runPython, type OnProgress } from '../setup/python-module';
import { provideEnvironment } from '../setup/scripts';

const presets = { performance: 'performance', mixed: 'mixed' } as const;

/** What NNCF takes by default; more pictures change little. */
const defaultSubset = 300;

/** How a network is quantized. */
export interface QuantizeOptions extends AcceptOptions {
  /** Pictures to calibrate with, like those it will be used on: files, folders and globs. */
  images: readonly string[];
  /**
   * `performance` quantizes weights and activations symmetrically; `mixed` activations asymmetrically,
   * which suits networks whose activations are not ReLU. Default: `performance`.
   */
  preset?: keyof typeof presets;
  /** How many pictures are taken at most, spread evenly over all of them. Default: 300. */
  subset?: number;
  /**
   * Keeps weights to half the range of INT8, so that sums do not overflow on processors with AVX2 or
   * AVX-512 and without VNNI. Without it the network may be a little more exact on newer processors,
   * and is wrong on those. Default: true.
   */
  overflowFix?: boolean;
  /** Path of the IR to write, ending in `.xml`; its folder is made if need be. Default: none. */
  outputFile?: string;
  /** The Python to make the environment of NNCF with, at first use. Default: the active one. */
  python?: string;
  /** Is told of each picture that cannot be read; the rest are taken. Default: nobody. */
  onSkipped?: (message: string) => void;
  /** Is told how far it is: a part of 1, and what is being done. Default: nobody. */
  onProgress?: OnProgress;
  /** Is given what NNCF prints. Default: nobody. */
  onOutput?: (text: string) => void;
  /** Ends it; nothing is written then. */
  signal?: AbortSignal;
}

const optionNames = [
  ...['images', 'preset', 'subset', 'overflowFix', 'outputFile', 'python', 'onSkipped'],
  ...['onProgress', 'onOutput', 'signal'],
  ...acceptOptionNames,
];

/** What NumPy calls the precisions that a network's pictures may have. */
const numpyTypes: Partial<Record<Precision, string>> = {
  FP64: 'float64',
  FP32: 'float32',
  FP16: 'float16',
  I64: 'int64',
  I32: 'int32',
  I8: 'int8',
  U8: 'uint8',
};

/** Some of many, evenly spread, so that every folder of a sorted list has its part. */
function spread<T>(items: readonly T[], count: number): T[] {
  return items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}

/** Decodes pictures into one file of bytes, and counts them. */
async function writePixels(
  file: string,
  images: readonly string[],
  imageOptions: Parameters<typeof loadImages>[1],
  { onProgress, onSkipped, signal }: QuantizeOptions,
): Promise<number> {
  const handle = await open(file, 'w');
  let count = 0;
  let done = 0;
  try {
    for await (const { image, error } of loadImages(images, imageOptions)) {
      checkSignal(signal);
      done += 1;
      onProgress?.((0.2 * done) / images.length, 'decoding');
      if (error !== undefined) {
        onSkipped?.(error.message);
        continue;
      }
      await handle.write(image.data);
      count += 1;
    }
  } finally {
    await handle.close();
  }
  if (count === 0)
    throw errorOf('IMAGE_UNREADABLE', `Could read none of the ${images.length} pictures`);
  return count;
}

/** What the network itself takes, which calibration must give it; of a network that accepts pictures. */
function ownInput({ name, port, ownLayout, plan }: InputInfo) {
  const own = precisionOf(port.element);
  const precision = numpyTypes[own];
  if (precision === undefined) {
    throw errorOf(
      'PRECISION_MISMATCH',
      `Expected an input of ${Object.keys(numpyTypes).join(', ')}, '${name}' is ${own}`,
    );
  }
  const { mean, scale, reverseChannels } = plan;
  const channelsLast = channelAxis(port.dims ?? [], ownLayout) === 3;
  return { channelsLast, precision, mean, scale, reverseChannels };
}

/**
 * Makes a network of INT8 from one of FP32 or FP16 that classifies pictures, by NNCF's post-training
 * quantization: it measures the ranges of activations on some pictures. NNCF is a Python package; it
 * runs in an environment that is made at first use below this package's folder (500 MB).
 *
 * @param model - path of a model, or a network that was read; it is not changed
 * @returns the quantized network; it takes the same input as the model
 * @throws ArgumentError - INVALID_ARGUMENT, SHAPE_MISMATCH when it takes no pictures
 * @throws FileError - FILE_NOT_FOUND, IMAGE_UNREADABLE when no picture can be read, FILE_NOT_WRITABLE
 * @throws OpenVINOError - NETWORK_NOT_CHANGED when it is quantized already, or there is nothing
 * to quantize
 * @throws LoadError - TOOL_FAILED with the words of Python or pip
 * @throws AbortError - when the signal fires
 * @example
 * ```ts
 * const net = await quantize('resnet18.xml', { images: ['photos/'], outputFile: 'resnet18-int8.xml' });
 * const exec = await ie.loadNetwork(net, 'CPU');
 * ```
 */
export async function quantize(
  model: string | IENetwork,
  options: QuantizeOptions,
): Promise<IENetwork> {
  options = readOptions(options, 'options', optionNames);
  const { preset = 'performance', subset = defaultSubset, overflowFix = true } = options;
  checkKey(preset, 'options.preset', presets);
  checkInteger(subset, 'options.subset', 1);
  const { outputFile: xml, python, onProgress, onOutput, signal } = options;
  if (python !== undefined) checkString(python, 'options.python');
  checkSignal(signal);
  const found = await findImages(options.images);
  const core = new IECore();
  return withTemporaryFolder('iecore-quantize', async (folder) => {
    const source = join(folder, 'source.xml');
    const network = isNetwork(model) ? model : await core.readNetwork(model);
    await network.serialize(source);
    // Not the caller's network, whose settings are the caller's.
    using copy = await core.readNetwork(source);
    const { input, imageOptions } = acceptImages(copy, acceptOptionsOf(options));
    if (copy.layers.some(({ type }) => type === 'FakeQuantize'))
      throw errorOf('NETWORK_NOT_CHANGED', 'This network is quantized already; take its original');
    const own = ownInput(copy.inputInfo[input] as InputInfo);
    if (xml !== undefined) {
      await makeFolder(dirname(xml));
      FreshIr.check(xml);
    }
    const file = join(folder, 'pixels');
    const count = await writePixels(file, spread(found, subset), imageOptions, options);
    // After everything else that can fail: the first call downloads the environment.
    const interpreter = await provideEnvironment('quantize', python);
    const { width, height } = imageOptions;
    const output = join(folder, 'int8.xml');
    const pixels = { file, count, height, width, ...own };
    const { quantizers } = (await runPython(
      interpreter,
      'quantize',
      { model: source, output, preset, overflowFix, pixels },
      {
        onProgress: (part, stage) => onProgress?.(0.2 + 0.7 * part, stage),
        onOutput,
        signal,
        // NNCF's telemetry is off.
        env: { ...isolated, NNCF_CI: '1' },
      },
    )) as { quantizers: number };
    if (quantizers === 0) {
      throw errorOf(
        'NETWORK_NOT_CHANGED',
        'NNCF found nothing to quantize; is it a network of convolutions or matrix products?',
      );
    }
    // From memory, because the files are about to go.
    const weights = `${output.slice(0, -4)}.bin`;
    const quantized = await core.readNetwork(await readFile(output), await readFile(weights));
    if (xml !== undefined) await quantized.serialize(xml);
    onProgress?.(1, 'done');
    return quantized;
  });
}
