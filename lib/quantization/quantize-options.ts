/** The options of quantize. */

import {
  boolean,
  callback,
  defaultTo,
  required,
  text,
  unchecked,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';
import { acceptOptions, type AcceptOptions } from '../image/accept-images';
import { pythonOptions, type PythonOptions } from '../setup/python-worker';
import { calibrationOptions } from './calibration-options';

const ownOptions = {
  /** Images for calibration, similar to those that the network will classify: files, folders and glob patterns. */
  images: required(unchecked<readonly string[]>('a list of files, folders and glob patterns')),
  /**
   * Limit weights to half the range of INT8, so that sums do not overflow on processors that have AVX2 or AVX-512 but
   * no VNNI. Without the limit, the network may be slightly more accurate on newer processors, but its results are
   * wrong on those. Default: true.
   */
  overflowFix: defaultTo(boolean(), true),
  /** Path of the IR to write, ending in `.xml`; a missing folder is made. Default: no file is written. */
  outputFile: text(),
  /** The Python that makes the environment of NNCF at first use. Default: the active one. */
  python: text(),
  /** Receives the reason for each image that cannot be read; the other images are used. */
  onSkipped: callback<(message: string) => void>(),
} satisfies OptionTable;

/** All options of quantize. */
export const quantizeOptions = {
  ...ownOptions,
  ...calibrationOptions,
  ...pythonOptions,
  ...acceptOptions,
};

/** How {@link quantize} quantizes a network. */
export interface QuantizeOptions
  extends
    OptionsOf<typeof ownOptions>,
    OptionsOf<typeof calibrationOptions>,
    PythonOptions,
    AcceptOptions {}

/** The checked options. */
export type QuantizeSettings = SettingsOf<typeof quantizeOptions>;
