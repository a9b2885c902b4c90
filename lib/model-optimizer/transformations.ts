/** The table of graph transformations for the option `transform`, with their arguments. */

import { checkKey, checkString, invalid, readRecord } from '../base/check';
import type { NativeConversionPlan } from '../addon/native-types';

/** Graph transformations for `ConvertOptions.transform`, each with its arguments. */
export interface Transformations {
  /** Unrolls loops, so that one inference runs one iteration and keeps the loop's state for the next. */
  LowLatency2?: {
    /** Whether states start as constants; if false, as the loop's own initial values. Default true. */
    use_const_initializer?: boolean;
  };
  /** Replaces pairs of an input and an output by states, which requests keep between inferences. */
  MakeStateful?: {
    /** Tensor name of each input, and of the output whose value it gets in the next inference. */
    param_res_names: Readonly<Record<string, string>>;
  };
}

/** Reads the arguments of each transformation into text for the addon. */
const readers: {
  readonly [Name in keyof Transformations]-?: (
    args: Record<string, unknown>,
  ) => Record<string, string>;
} = {
  LowLatency2: (args) => {
    const { use_const_initializer: constant = true, ...others } = args;
    if (typeof constant !== 'boolean' || Object.keys(others).length > 0)
      throw invalid('arguments of LowLatency2', 'use_const_initializer: true or false', constant);
    return { use_const_initializer: String(constant) };
  },
  MakeStateful: (args) => {
    const { param_res_names: pairs, ...others } = args;
    const record = readRecord(pairs, 'param_res_names of MakeStateful', 'pairs of names');
    for (const [input, output] of Object.entries(record))
      checkString(output, `the output for ${input} in param_res_names`);
    if (Object.keys(others).length > 0)
      throw invalid('arguments of MakeStateful', 'param_res_names alone', Object.keys(others));
    return record as Record<string, string>;
  },
};

/**
 * Translates transformations for the addon.
 *
 * @throws ArgumentError - INVALID_ARGUMENT for an unknown transformation or argument
 */
export function toNativeTransformations(
  transform: Transformations,
): NativeConversionPlan['transformations'] {
  return Object.entries(readRecord(transform, 'transform')).map(([name, args]) => {
    checkKey(name, 'transform', readers);
    return { name, arguments: readers[name](readRecord(args, `arguments of ${name}`)) };
  });
}
