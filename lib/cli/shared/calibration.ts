/** The flags for calibration, which `quantize` and `mo --data_type INT8` share. */

import { calibrationOptions } from '../../quantization/calibration-options';
import type { CommandTable, FlagsFor } from './command-options';

/** The rows of a command's table. */
export const calibrationFlags = {
  preset: {
    flags: '--preset <name>',
    help: 'symmetric quantization; mixed: asymmetric activations',
    takes: calibrationOptions.preset,
  },
  subset: {
    flags: '--subset <number>',
    help: 'maximum number of calibration images',
    takes: calibrationOptions.subset,
  },
} satisfies CommandTable & FlagsFor<typeof calibrationOptions>;
