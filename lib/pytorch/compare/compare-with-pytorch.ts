/** Classifies the same images with PyTorch and with OpenVINO, and compares times and scores. */

import { availableParallelism } from 'node:os';
import { checkSignal } from '../../base/abortable';
import { withTemporaryFolder } from '../../base/folders';
import { pickOptions, readTable } from '../../base/option-table';
import { checkFile } from '../../base/regular-file';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import { acceptImages, findImages, recordedPreparation } from '../../image';
import { acceptRgbOptions } from '../../image/accept-images';
import { PythonWorker } from '../../setup/python-worker';
import { describePython, findPython } from '../find-python';
import { environmentFor, packagesFor, toModelSource } from '../model-source';
import { measureBatches, measureImages } from './measure';
import { normalizationOf } from './normalization';
import { OpenVINOSides } from './openvino-sides';
import { compareOptions, type CompareSettings, type PyTorchCompareOptions } from './options';
import { decodePixels } from './pixels';
import { startPyTorch } from './pytorch-side';
import type { ComparedSide, PyTorchComparison } from './result';
import type { Side } from './side';
import { toComparedSide } from './summary';

/** Measures all sides; the first is PyTorch, the reference. */
async function compareSides(
  sides: readonly Side[],
  images: readonly string[],
  options: CompareSettings,
): Promise<ComparedSide[]> {
  const measured = await measureImages(sides, images, options);
  const fps = await measureBatches(sides, images.length, options);
  const [reference] = measured;
  if (reference === undefined) throw errorOf('GENERAL_ERROR', 'PyTorch was not measured');
  return measured.map((measurement, at) => {
    const batches = [...fps].map(([batch, list]) => [batch, list[at] ?? NaN] as const);
    return toComparedSide(measurement, reference, Object.fromEntries(batches));
  });
}

/**
 * Classifies the same images with a PyTorch model and with the same network in OpenVINO: in FP32, in BF16 if the
 * processor supports it, and in INT8 if there is such a network.
 *
 * Every side has the same number of threads and is warmed up before the first measurement, and the sides are measured
 * alternately. Every time is from pixels in memory to scores in memory, so it includes subtracting the mean and
 * dividing by the scale. PyTorch receives RGB images, minus the mean, divided by the scale; the values that `mo`
 * built into the network are read from its file.
 *
 * @throws ArgumentError - INVALID_ARGUMENT, UNKNOWN_NAME, SHAPE_MISMATCH
 * @throws LoadError - PYTHON_NOT_FOUND with the packages that each Python lacks, TOOL_FAILED
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
  const given = readTable(compareOptions, options);
  if (given.int8 !== undefined) checkFile(given.int8, 'model');
  checkSignal(given.signal);
  const settings = { ...given, threads: given.threads ?? availableParallelism() };
  const { threads, onOutput, onProgress, signal } = settings;
  const source = toModelSource(settings);
  const core = new IECore();
  using network = await core.readNetwork(settings.network);
  const { pytorch, openvino } = normalizationOf(recordedPreparation(network), settings);
  const accept = { ...pickOptions(acceptRgbOptions, settings), ...openvino };
  const accepted = acceptImages(network, accept);
  // Before the search for Python, so that a missing image gives the same error as in calls without Python.
  const files = await findImages(settings.images);
  const found = await findPython(packagesFor(source), settings.python);
  settings.onPython?.(describePython(found));

  return await withTemporaryFolder('iecore-compare', async (folder) => {
    const env = environmentFor(source);
    const worker = new PythonWorker(found.python, 'pytorch_side', {
      onOutput,
      onProgress,
      signal,
      env,
    });
    try {
      const pixels = await decodePixels(files, accepted, folder, settings.onSkipped);
      const { side, version } = await startPyTorch(worker, source, threads, pytorch, pixels);
      using openvinoSides = new OpenVINOSides(core, pixels, accept);
      const sides = [side, ...(await openvinoSides.load(settings))];
      const compared = await compareSides(sides, pixels.images, settings);
      return { images: pixels.images, sides: compared, threads, pytorch: version };
    } finally {
      worker.close();
    }
  });
}
