/** The options of quantize, with their checks and defaults. */
import { checkSignal } from '../base/abortable';
import { checkInteger, checkKey, checkString, readOptions } from '../base/check';
import type { AcceptOptions } from '../image';
import { acceptOptionNames } from '../image/accept-images';
import type { OnProgress } from '../setup/python-worker';

const presets = { performance: 'performance', mixed: 'mixed' } as const;

/** NNCF's own default; more images change the result little. */
const defaultSubset = 300;

/** How {@link quantize} quantizes a network. */
export interface QuantizeOptions extends AcceptOptions {
  /** Images for calibration, similar to those that the network will classify: files, folders and glob patterns. */
  images: readonly string[];
  /**
   * `performance` quantizes weights and activations symmetrically. `mixed` quantizes activations asymmetrically, which
   * suits networks whose activations are not ReLU. Default: `performance`.
   */
  preset?: keyof typeof presets;
  /** The largest number of images to use, selected evenly from all images. Default: 300. */
  subset?: number;
  /**
   * Limit weights to half the range of INT8, so that sums do not overflow on processors that have AVX2 or AVX-512 but
   * no VNNI. Without the limit, the network may be slightly more accurate on newer processors, but its results are
   * wrong on those. Default: true.
   */
  overflowFix?: boolean;
  /** Path of the IR to write, ending in `.xml`; a missing folder is made. Default: no file is written. */
  outputFile?: string;
  /** The Python that makes the environment of NNCF at first use. Default: the active one. */
  python?: string;
  /** Receives the reason for each image that cannot be read; the other images are used. */
  onSkipped?: (message: string) => void;
  /** Receives the progress: the completed fraction, from 0 to 1, and the current stage. */
  onProgress?: OnProgress;
  /** Receives what NNCF prints. */
  onOutput?: (text: string) => void;
  /** Cancels the quantization when it fires; no file is written then. */
  signal?: AbortSignal;
}

/** The options after checks, with defaults. */
export interface CheckedQuantizeOptions extends QuantizeOptions {
  preset: keyof typeof presets;
  subset: number;
  overflowFix: boolean;
}

const optionNames = [
  ...['images', 'preset', 'subset', 'overflowFix', 'outputFile', 'python', 'onSkipped'],
  ...['onProgress', 'onOutput', 'signal'],
  ...acceptOptionNames,
];

/** Reads each option once, checks it, and applies the defaults. */
export function readQuantizeOptions(given: QuantizeOptions): CheckedQuantizeOptions {
  const options = readOptions(given, 'options', optionNames);
  const { preset = 'performance', subset = defaultSubset, overflowFix = true } = options;
  checkKey(preset, 'options.preset', presets);
  checkInteger(subset, 'options.subset', 1);
  if (options.python !== undefined) checkString(options.python, 'options.python');
  checkSignal(options.signal);
  return { ...options, preset, subset, overflowFix };
}
