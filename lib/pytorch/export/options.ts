/** The options of exportOnnx, with their checks and defaults. */
import { checkSignal } from '../../base/abortable';
import {
  checkInteger,
  checkString,
  invalid,
  isList,
  readList,
  readOptions,
} from '../../base/check';
import type { OnProgress, PythonOptions } from '../../setup/python-worker';
import { modelOptionNames, type ModelOptions } from '../model-source';

/** What {@link exportOnnx} exports, and how. */
export interface ExportOptions extends ModelOptions {
  /** Path of the ONNX file to write. */
  output: string;
  /** Version of the ONNX operator set. Default: 10. */
  opset?: number | undefined;
  /**
   * Shape of the input, or a list of shapes for several inputs. Default: the image size that the model declares, else
   * `[1, 3, 224, 224]`.
   */
  inputShape?: readonly number[] | readonly (readonly number[])[] | undefined;
  /** Names of the inputs. Default: `input`, or `input0`, `input1`, … for several. */
  inputNames?: readonly string[] | undefined;
  /** Names of the outputs. Default: `output`, or `output0`, `output1`, … for several. */
  outputNames?: readonly string[] | undefined;
  /** Make the first dimension of all inputs and outputs dynamic. Default: false. */
  dynamicBatch?: boolean | undefined;
  /** Path or command of the Python to use. Default: the first one that has PyTorch. */
  python?: string | undefined;
  /** Receives which Python is used, and why others were rejected. */
  onPython?: ((message: string) => void) | undefined;
  /** Receives the progress: the completed fraction, from 0 to 1, and the current stage. */
  onProgress?: OnProgress | undefined;
  /** Receives what Python prints. */
  onOutput?: PythonOptions['onOutput'];
  /** Cancels the export when it fires; no file is written then. */
  signal?: AbortSignal | undefined;
}

/** The options after checks, with defaults. */
export interface CheckedExportOptions extends ExportOptions {
  opset: number;
  dynamicBatch: boolean;
  /** Shapes of all inputs. Undefined: the model decides. */
  inputShapes: number[][] | undefined;
}

const optionNames = [
  ...modelOptionNames,
  ...['output', 'opset', 'inputShape', 'inputNames', 'outputNames', 'dynamicBatch', 'python'],
  ...['onPython', 'onProgress', 'onOutput', 'signal'],
];

function readNames(names: unknown, option: string): readonly string[] | undefined {
  if (names === undefined) return undefined;
  const list = readList(names, option, 'a list of names', (name, at) => {
    checkString(name, at);
    return name;
  });
  if (new Set(list).size < list.length) throw invalid(option, 'names that differ', list);
  return list;
}

/** Reads one shape, or a list of shapes. */
function readShapes(shape: ExportOptions['inputShape']): number[][] | undefined {
  if (shape === undefined) return undefined;
  const expected = 'a list of dimensions, or a list of such lists';
  const given = readList(shape, 'inputShape', expected, (item) => item);
  if (given.length === 0) throw invalid('inputShape', expected, given);
  const readShape = (one: unknown, name: string): number[] =>
    readList(one, name, expected, (length, at) => {
      checkInteger(length, `a dimension, ${at}`, 1);
      return length;
    });
  return isList(given[0])
    ? given.map((one, i) => readShape(one, `inputShape[${i}]`))
    : [readShape(given, 'inputShape')];
}

/** Reads each option once, checks it, and applies the defaults. */
export function readExportOptions(given: ExportOptions): CheckedExportOptions {
  const options = readOptions(given, 'options', optionNames);
  const { output, opset = 10, dynamicBatch = false, signal } = options;
  checkString(output, 'output');
  if (!output.endsWith('.onnx')) throw invalid('output', 'a path that ends in .onnx', output);
  checkInteger(opset, 'opset', 1);
  checkSignal(signal);
  const inputShapes = readShapes(options.inputShape);
  const inputNames = readNames(options.inputNames, 'inputNames');
  const outputNames = readNames(options.outputNames, 'outputNames');
  return { ...options, opset, dynamicBatch, inputShapes, inputNames, outputNames };
}
