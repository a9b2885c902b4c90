/** The types of a loaded network's inputs and outputs. */
import type { NativeValueRule } from '../addon/native-types';
import type { PortDims } from '../tensor/dims';
import type { Layout } from '../tensor/layout';
import type { Precision } from '../tensor/precision';
import type { PreProcess } from './preprocess';

/** The settings that an input or output was loaded with. */
export interface LoadedPort {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly precision: Precision;
  readonly layout: Layout;
}

/** The settings that an input was loaded with. */
export interface LoadedInput extends LoadedPort {
  /** The preprocessing that is part of the loaded network, complete with defaults. */
  readonly preProcess: PreProcess;
}

/** An input or output as infer requests use it. */
export interface Port extends LoadedPort {
  readonly index: number;
  readonly dims: PortDims;
  /** Limits for the values of an input that feeds operations which the runtime does not check. */
  readonly rules?: readonly NativeValueRule[];
}

/** An input as infer requests use it. */
export interface InputPort extends Port, LoadedInput {}
