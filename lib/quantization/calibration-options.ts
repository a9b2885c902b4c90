/** The options for calibration, in a file that does not load sharp, because `mo` takes them too. */

import { choice, defaultTo, integer, type OptionTable } from '../base/option-table';

const presets = { performance: 'performance', mixed: 'mixed' } as const;

/** The rows that the table of quantize includes. */
export const calibrationOptions = {
  /**
   * `performance` quantizes weights and activations symmetrically. `mixed` quantizes activations asymmetrically, which
   * suits networks whose activations are not ReLU. Default: `performance`.
   */
  preset: defaultTo(choice(presets), 'performance'),
  /**
   * Maximum number of images to use, selected evenly from all images. Default: 300, as in NNCF; more images change
   * the result little.
   */
  subset: defaultTo(integer(1), 300),
} satisfies OptionTable;
