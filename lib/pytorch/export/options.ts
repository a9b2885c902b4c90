/** The options of exportOnnx. */

import { checkInteger, checkString, invalid, isList, readList } from '../../base/check';
import {
  boolean,
  defaultTo,
  integer,
  option,
  required,
  type OptionRow,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../../base/option-table';
import { pytorchOptions, type PyTorchOptions } from '../model-source';

const onnxFile = option('a path that ends in .onnx', (value, name) => {
  checkString(value, name);
  if (!value.endsWith('.onnx')) throw invalid(name, 'a path that ends in .onnx', value);
  return value;
});

const nameList: OptionRow<readonly string[]> = option('a list of names', (value, option) => {
  const list = readList(value, option, 'a list of names', (name, at) => {
    checkString(name, at);
    return name;
  });
  if (new Set(list).size < list.length) throw invalid(option, 'names that differ', list);
  return list;
});

const shapesExpected = 'a list of dimensions, or a list of such lists';

function readShape(value: unknown, name: string): readonly number[] {
  return readList(value, name, shapesExpected, (length, at) => {
    checkInteger(length, `a dimension, ${at}`, 1);
    return length;
  });
}

const shapes = option<readonly number[] | readonly (readonly number[])[]>(
  shapesExpected,
  (value, name) => {
    const given = readList(value, name, shapesExpected, (item) => item);
    if (given.length === 0) throw invalid(name, shapesExpected, given);
    return isList(given[0])
      ? given.map((one, i) => readShape(one, `${name}[${i}]`))
      : readShape(given, name);
  },
);

const ownOptions = {
  /** Path of the ONNX file to write. */
  output: required(onnxFile),
  /** Version of the ONNX operator set. Default: 10. */
  opset: defaultTo(integer(1), 10),
  /**
   * Shape of the input, or a list of shapes for several inputs. Default: the image size that the model declares, else
   * `[1, 3, 224, 224]`.
   */
  inputShape: shapes,
  /** Names of the inputs. Default: `input`, or `input0`, `input1`, … for several. */
  inputNames: nameList,
  /** Names of the outputs. Default: `output`, or `output0`, `output1`, … for several. */
  outputNames: nameList,
  /** Make the first dimension of all inputs and outputs dynamic. Default: false. */
  dynamicBatch: defaultTo(boolean(), false),
} satisfies OptionTable;

/** All options of exportOnnx. */
export const exportOptions = { ...ownOptions, ...pytorchOptions };

/** The options of {@link exportOnnx}. */
export interface ExportOptions extends OptionsOf<typeof ownOptions>, PyTorchOptions {}

/** The checked options. */
export type ExportSettings = SettingsOf<typeof exportOptions>;

/** Returns the shapes of all inputs; null if the model decides. */
export function shapesOf(
  inputShape: ExportSettings['inputShape'],
): ExportSettings['inputShape'] | null {
  if (inputShape === undefined) return null;
  return isList(inputShape[0]) ? inputShape : [inputShape as readonly number[]];
}
