/** The options of compareWithPyTorch, with their checks and defaults. */
import { availableParallelism } from 'node:os';
import { checkSignal } from '../../base/abortable';
import { checkInteger, checkString, readList, readOptions } from '../../base/check';
import { checkFile } from '../../base/regular-file';
import type { AcceptOptions } from '../../image';
import type { OnProgress, PythonOptions } from '../../setup/python-worker';
import { modelOptionNames, type ModelOptions } from '../model-source';
import type { ImageResult } from './result';

/** What {@link compareWithPyTorch} compares, and how. */
export interface PyTorchCompareOptions
  extends ModelOptions, Omit<AcceptOptions, 'reverseChannels'> {
  /** Path of the same network for OpenVINO: IR, ONNX, … */
  network: string;
  /** Path of the same network in INT8. Default: `NETWORK-int8.xml`, if that file exists. */
  int8?: string | undefined;
  /** Images: files, folders and glob patterns. */
  images: readonly string[];
  /** Number of threads of each side. Default: the number of processors. */
  threads?: number | undefined;
  /** How many times each side classifies each image. Default: 5. */
  rounds?: number | undefined;
  /** Batch sizes to measure in addition to single images. Default: none. */
  batches?: readonly number[] | undefined;
  /** Path or command of the Python to use. Default: the first one that has PyTorch. */
  python?: string | undefined;
  /** Receives which Python is used, and why others were rejected. */
  onPython?: ((message: string) => void) | undefined;
  /** Receives the reason for each image and each precision that is left out. */
  onSkipped?: ((message: string) => void) | undefined;
  /** Receives the results of all sides for each image. */
  onImage?: ((image: string, results: readonly ImageResult[]) => void) | undefined;
  /** Receives the progress: the completed fraction, from 0 to 1, and the current stage. */
  onProgress?: OnProgress | undefined;
  /** Receives what Python prints. */
  onOutput?: PythonOptions['onOutput'];
  /** Cancels the comparison when it fires. */
  signal?: AbortSignal | undefined;
}

/** The options after checks, with defaults. */
export interface CheckedCompareOptions extends PyTorchCompareOptions {
  threads: number;
  rounds: number;
  batches: readonly number[];
}

const optionNames = [
  ...modelOptionNames,
  ...['network', 'int8', 'images', 'threads', 'rounds', 'batches', 'python', 'mean', 'scale'],
  ...['resize', 'decode', 'limitPixels'],
  ...['onPython', 'onSkipped', 'onImage', 'onProgress', 'onOutput', 'signal'],
];

function checkBatch(batch: unknown, name: string): number {
  checkInteger(batch, name, 1);
  return batch;
}

/** Reads each option once, checks it, and applies the defaults. */
export function readCompareOptions(given: PyTorchCompareOptions): CheckedCompareOptions {
  const options = readOptions(given, 'options', optionNames);
  const { network, int8, threads = availableParallelism(), rounds = 5, signal } = options;
  checkString(network, 'network');
  checkInteger(threads, 'threads', 1, 1024);
  checkInteger(rounds, 'rounds', 1);
  const batches = readList(options.batches ?? [], 'batches', 'a list of whole numbers', checkBatch);
  if (int8 !== undefined) {
    checkString(int8, 'int8');
    checkFile(int8, 'model');
  }
  checkSignal(signal);
  return { ...options, threads, rounds, batches };
}
