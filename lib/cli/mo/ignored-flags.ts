/** The table of Model Optimizer's flags that are accepted and have no effect. */

import { boolean, text, type OptionRow } from '../../base/option-table';
import type { CommandOption } from '../shared/command-options';

const fusing = 'the runtime fuses layers itself when it loads a network';
const format = 'IR version 11 is the only format';
const frontend = 'each model format has one frontend';

/** The reason why each flag has no effect; its value, if it takes one. */
const reasons = {
  disable_fusing: { reason: fusing },
  disable_gfusing: { reason: fusing },
  disable_resnet_optimization: { reason: fusing },
  finegrain_fusing: { reason: fusing, value: ' <names>' },
  enable_concat_optimization: { reason: fusing },
  move_to_preprocess: { reason: 'mean values are always part of the graph' },
  legacy_ir_generation: { reason: format },
  generate_deprecated_IR_V7: { reason: format },
  keep_shape_ops: { reason: 'operations on shapes are always kept' },
  disable_weights_compression: { reason: 'only --compress_to_fp16 compresses weights' },
  use_legacy_frontend: { reason: frontend },
  use_new_frontend: { reason: frontend },
  stream_output: { reason: '--progress prints one line for each step' },
} satisfies Record<string, { reason: string; value?: string }>;

type IgnoredFlags = Record<keyof typeof reasons, CommandOption<OptionRow<string | boolean>>>;

/** The rows of the command's table, which `--help` does not list. */
export const ignoredFlags = Object.fromEntries(
  Object.entries<{ reason: string; value?: string }>(reasons).map(
    ([name, { reason, value = '' }]) => [
      name,
      {
        flags: `--${name}${value}`,
        help: reason,
        takes: value === '' ? boolean() : text(),
        hidden: true,
      },
    ],
  ),
) as IgnoredFlags;

/** Returns a warning for each of these flags that was given. */
export function ignoredFlagWarnings(values: object): string[] {
  return Object.entries(reasons)
    .filter(([name]) => Object.hasOwn(values, name))
    .map(([name, { reason }]) => `--${name} has no effect: ${reason}`);
}
