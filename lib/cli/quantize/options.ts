/** The flags of `iecore quantize`. */

import { boolean, required, text } from '../../base/option-table';
import { quantizeOptions, type QuantizeOptions } from '../../quantization/quantize-options';
import { calibrationFlags } from '../shared/calibration';
import type { CommandTable, CommandValues, FlagsFor } from '../shared/command-options';
import { imageFlags } from '../shared/images';

/** A row for each flag. */
export const quantizeFlags = {
  model: {
    flags: '-m, --model <file>',
    help: 'network to quantize: .xml, .onnx, …',
    takes: required(text()),
  },
  images: {
    flags: '--data <paths...>',
    help: 'calibration images: files, folders or glob patterns',
    takes: quantizeOptions.images,
  },
  outputFile: {
    flags: '-o, --output <file>',
    help: 'IR to write (default: MODEL-int8.xml)',
    takes: quantizeOptions.outputFile,
  },
  ...imageFlags,
  ...calibrationFlags,
  overflowFix: {
    flags: '--no-overflow-fix',
    help: 'use the full INT8 range; wrong results without VNNI',
    takes: quantizeOptions.overflowFix,
  },
  accuracyReport: {
    flags: '--accuracy-report',
    help: 'compare classes, outputs and speed with the original network',
    takes: boolean(),
  },
  python: {
    flags: '--python <path>',
    help: "Python that makes NNCF's environment at first use",
    takes: quantizeOptions.python,
  },
} satisfies CommandTable & FlagsFor<QuantizeOptions>;

/** The values of the flags. */
export type QuantizeValues = CommandValues<typeof quantizeFlags>;
