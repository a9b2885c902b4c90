/** Quantizes a network to INT8 with NNCF. */

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkSignal } from '../base/abortable';
import { makeFolder, withTemporaryFolder } from '../base/folders';
import { pickOptions, readTable } from '../base/option-table';
import { IECore } from '../core';
import { errorOf } from '../errors';
import { acceptImages, findImages } from '../image';
import { acceptOptions } from '../image/accept-images';
import type { InputInfo } from '../input-info';
import { isNetwork, type IENetwork } from '../network';
import { AtomicIr } from '../read/atomic-ir';
import { isolated, runPython } from '../setup/python-worker';
import { provideEnvironment } from '../setup/scripts';
import { networkInputOf, selectEvenly, writePixels, type NetworkInput } from './calibration';
import { quantizeOptions, type QuantizeOptions, type QuantizeSettings } from './quantize-options';

/** The calibration images as python/quantize.py reads them: 8-bit RGB, channels last. */
interface CalibrationData extends NetworkInput {
  /** Path of the file with the pixels of all images. */
  file: string;
  count: number;
  height: number;
  width: number;
}

/** Checks that a network can be quantized, and prepares its calibration images in `folder`. */
async function prepareCalibration(
  network: IENetwork,
  images: readonly string[],
  folder: string,
  options: QuantizeSettings,
): Promise<CalibrationData> {
  const { input, imageOptions } = acceptImages(network, pickOptions(acceptOptions, options));
  if (network.layers.some(({ type }) => type === 'FakeQuantize')) {
    throw errorOf(
      'NETWORK_NOT_CHANGED',
      'This network is quantized already; pass the network that it was made from',
    );
  }
  const networkInput = networkInputOf(network.inputInfo[input] as InputInfo);
  const { outputFile, subset } = options;
  if (outputFile !== undefined) {
    await makeFolder(dirname(outputFile));
    AtomicIr.check(outputFile);
  }
  const file = join(folder, 'pixels');
  const count = await writePixels(file, selectEvenly(images, subset), imageOptions, options);
  const { width, height } = imageOptions;
  return { file, count, height, width, ...networkInput };
}

/** Runs NNCF on the IR `model`, which writes the IR `output`. */
async function runNNCF(
  model: string,
  output: string,
  pixels: CalibrationData,
  { preset, overflowFix, python, onProgress, onOutput, signal }: QuantizeSettings,
): Promise<void> {
  const interpreter = await provideEnvironment('quantize', python);
  const request = { model, output, preset, overflowFix, pixels };
  const { quantizers } = (await runPython(interpreter, 'quantize', request, {
    onProgress: (part, stage) => onProgress?.(0.2 + 0.7 * part, stage),
    onOutput,
    signal,
    // NNCF_CI turns off NNCF's telemetry.
    env: { ...isolated, NNCF_CI: '1' },
  })) as { quantizers: number };
  if (quantizers === 0) {
    throw errorOf(
      'NETWORK_NOT_CHANGED',
      'NNCF found nothing to quantize in this network: expected convolutions or matrix multiplications',
    );
  }
}

/**
 * Makes an INT8 network from an FP32 or FP16 network that classifies images, with NNCF's post-training quantization,
 * which measures the ranges of activations on some images. NNCF is a Python package; it runs in an environment that is
 * made below this package's folder at first use (500 MB).
 *
 * @param model - path of a model, or a network that was read; it is not changed
 * @returns the quantized network, which has the same input as the model
 * @throws ArgumentError - INVALID_ARGUMENT, SHAPE_MISMATCH when the network does not accept images
 * @throws FileError - FILE_NOT_FOUND, IMAGE_UNREADABLE when no image can be read, FILE_NOT_WRITABLE
 * @throws OpenVINOError - NETWORK_NOT_CHANGED when the network is quantized already, or when there is nothing to
 * quantize
 * @throws LoadError - TOOL_FAILED with the message of Python or pip
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
  const settings = readTable(quantizeOptions, options);
  checkSignal(settings.signal);
  const images = await findImages(settings.images);
  const core = new IECore();
  return withTemporaryFolder('iecore-quantize', async (folder) => {
    const source = join(folder, 'source.xml');
    const network = isNetwork(model) ? model : await core.readNetwork(model);
    await network.serialize(source);
    // A copy, because acceptImages changes the settings of the network, which belong to the caller.
    using copy = await core.readNetwork(source);
    const pixels = await prepareCalibration(copy, images, folder, settings);
    // Last, so that all other errors come before the first use downloads the environment.
    const output = join(folder, 'int8.xml');
    await runNNCF(source, output, pixels, settings);
    // Read from memory, because the files are removed with the folder.
    const weights = `${output.slice(0, -4)}.bin`;
    const quantized = await core.readNetwork(await readFile(output), await readFile(weights));
    if (settings.outputFile !== undefined) await quantized.serialize(settings.outputFile);
    settings.onProgress?.(1, 'done');
    return quantized;
  });
}
