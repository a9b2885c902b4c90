import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkSignal } from '../base/abortable';
import { checkInteger, checkString, invalid, isList, readList, readOptions } from '../base/check';
import { IECore } from '../core';
import { errorOf } from '../errors';
import { withTemporaryFolder } from '../base/folders';
import { FreshFiles } from '../base/fresh-files';
import type { Inputs } from '../infer-request';
import { isolated, runPython, type OnProgress, type PythonOptions } from '../setup/python-module';
import { largestDifference } from '../base/statistics';
import { provideEnvironment } from '../setup/scripts';
import { describePython, findPython } from './find-python';
import {
  environmentFor,
  modelOptionNames,
  packagesFor,
  toModelSource,
  type ModelOptions,
} from './source';

/** How far outputs may be from PyTorch's, as a part of the largest value. */
const tolerance = 1e-4;

/** What is exported, and how. */
export interface ExportOptions extends ModelOptions {
  /** Path of the ONNX file to write. */
  output: string;
  /** Version of ONNX's operations. Default: 10. */
  opset?: number | undefined;
  /**
   * Shape of the input, or a list of shapes where there are several. Default: that of the pictures the
   * model was made for if it says so, else `[1, 3, 224, 224]`.
   */
  inputShape?: readonly number[] | readonly (readonly number[])[] | undefined;
  /** Default: `input`, or `input0`, `input1`, … where there are several. */
  inputNames?: readonly string[] | undefined;
  /** Default: `output`, or `output0`, `output1`, … where there are several. */
  outputNames?: readonly string[] | undefined;
  /** Lets the first dimension of inputs and outputs vary. Default: false. */
  dynamicBatch?: boolean | undefined;
  /** The Python to use. Default: the first that has PyTorch. */
  python?: string | undefined;
  /** Is told which Python was taken, and why others were not. Default: nobody. */
  onPython?: ((message: string) => void) | undefined;
  /** Is told how far it is. Default: nobody. */
  onProgress?: OnProgress | undefined;
  /** Is given what Python prints. Default: nobody. */
  onOutput?: PythonOptions['onOutput'];
  /** Ends it; nothing is written then. */
  signal?: AbortSignal | undefined;
}

/** What was exported. */
export interface ExportedModel {
  /** Absolute path of the ONNX file. */
  file: string;
  /** Version of ONNX's operations. */
  opset: number;
  /** Version of PyTorch. */
  pytorch: string;
  /** How many numbers the model has learned. */
  parameters: number;
  /** Inputs with their shapes. */
  inputs: Record<string, number[]>;
  /** Outputs with their shapes. */
  outputs: Record<string, number[]>;
  /** Largest difference from PyTorch's outputs on random input, as a part of the largest value. */
  difference: number;
}

/** A tensor that python/export.py wrote. */
interface Sampled {
  name: string;
  file: string;
  dims: number[];
}

interface Answer {
  pytorch: string;
  parameters: number;
  samples: { inputs: Sampled[]; outputs: Sampled[] }[];
}

const optionNames = [
  ...modelOptionNames,
  ...['output', 'opset', 'inputShape', 'inputNames', 'outputNames', 'dynamicBatch', 'python'],
  ...['onPython', 'onProgress', 'onOutput', 'signal'],
];

function checkNames(names: unknown, what: string): readonly string[] | null {
  if (names === undefined) return null;
  const list = readList(names, what, 'a list of names', (name, at) => {
    checkString(name, at);
    return name;
  });
  if (new Set(list).size < list.length) throw invalid(what, 'names that differ', list);
  return list;
}

function checkShapes(shape: ExportOptions['inputShape']): number[][] | null {
  if (shape === undefined) return null;
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

async function read({ file, dims }: Sampled): Promise<{ data: Float32Array; dims: number[] }> {
  const bytes = await readFile(file);
  return { data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4), dims };
}

/** How far the runtime's outputs are from PyTorch's, as a part of the largest value. */
async function compare(onnx: string, samples: Answer['samples']): Promise<number> {
  const core = new IECore();
  using network = await core.readNetwork(onnx);
  for (const info of Object.values(network.outputs)) info.precision = 'FP32';
  using exec = await core.loadNetwork(network, 'CPU', {
    config: { INFERENCE_PRECISION_HINT: 'f32' },
    numRequests: 1,
  });
  let worst = 0;
  for (const { inputs, outputs } of samples) {
    // Inputs that nothing depends on are not exported.
    const used = inputs.filter(({ name }) => name in exec.inputInfo);
    const values: Inputs = Object.fromEntries(
      await Promise.all(used.map(async (input) => [input.name, await read(input)] as const)),
    );
    const results = await exec.infer(values);
    const blobs = Object.values(results);
    for (const output of outputs) {
      const { data } = await read(output);
      const blob = results[output.name] ?? (blobs.length === 1 ? blobs[0] : undefined);
      if (blob?.data.length !== data.length) {
        throw errorOf(
          'MODEL_NOT_EXPORTED',
          `Output '${output.name}' is [${output.dims.join(',')}] in PyTorch and [${blob?.dims.join(',') ?? 'missing'}] in the exported model`,
        );
      }
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
      const off = largestDifference(data, blob.data as Float32Array);
      worst = Math.max(worst, off / largest);
    }
  }
  if (!(worst <= tolerance)) {
    throw errorOf(
      'MODEL_NOT_EXPORTED',
      `The exported model gives other outputs than PyTorch: they differ by ${worst.toExponential(1)} of the largest value, at most ${tolerance} is right; does the model depend on chance, or on more than its inputs?`,
    );
  }
  return worst;
}

function shapesOf(tensors: readonly Sampled[], dynamic: boolean): Record<string, number[]> {
  return Object.fromEntries(
    tensors.map(({ name, dims }) => [name, dynamic ? [-1, ...dims.slice(1)] : dims]),
  );
}

/**
 * Exports a PyTorch model as ONNX with `torch.onnx.export`, in eval mode: one file, with the weights
 * and the opset asked for. The file is only put in place when the ONNX checker accepts it and its
 * outputs on random inputs are PyTorch's.
 *
 * The first export makes a Python environment with the ONNX checker below this package's folder.
 *
 * @throws ArgumentError - INVALID_ARGUMENT, UNKNOWN_NAME with the nearest names, SHAPE_MISMATCH
 * @throws LoadError - PYTHON_NOT_FOUND with what each Python lacks, TOOL_FAILED
 * @throws FileError - FILE_NOT_FOUND, FILE_NOT_WRITABLE, UNTRUSTED_FILE
 * @throws OpenVINOError - MODEL_NOT_EXPORTED, OUT_OF_MEMORY
 * @throws AbortError - when the signal fires
 * @example
 * ```ts
 * await exportOnnx({ model: 'timm:resnet18', weights: 'mine.pth', output: 'resnet18.onnx' });
 * ```
 */
export async function exportOnnx(options: ExportOptions): Promise<ExportedModel> {
  options = readOptions(options, 'options', optionNames);
  const source = toModelSource(options);
  const { output, opset = 10, dynamicBatch = false, onProgress, onOutput, signal } = options;
  checkString(output, 'output');
  if (!output.endsWith('.onnx')) throw invalid('output', 'a path that ends in .onnx', output);
  checkInteger(opset, 'opset', 1);
  checkSignal(signal);
  const shapes = checkShapes(options.inputShape);
  const inputNames = checkNames(options.inputNames, 'inputNames');
  const outputNames = checkNames(options.outputNames, 'outputNames');
  const files = new FreshFiles(resolve(output));
  const [onnx] = files.paths as [string];
  try {
    const found = await findPython(packagesFor(source), options.python);
    options.onPython?.(describePython(found));
    const checker = await provideEnvironment('check');
    return await withTemporaryFolder('iecore-export', async (folder) => {
      const answer = (await runPython(
        found.python,
        'export',
        { source, opset, shapes, inputNames, outputNames, dynamicBatch, output: onnx, folder },
        {
          onProgress: (part, stage) => onProgress?.(0.8 * part, stage),
          onOutput,
          signal,
          env: environmentFor(source),
        },
      )) as Answer;
      onProgress?.(0.8, 'checking');
      const checked = await runPython(checker, 'check', onnx, { env: isolated, onOutput, signal });
      onProgress?.(0.9, 'comparing');
      const difference = await compare(onnx, answer.samples);
      await files.commit().catch((error: unknown) => {
        throw files.discard(error);
      });
      onProgress?.(1, 'done');
      const { inputs = [], outputs = [] } = answer.samples[0] ?? {};
      return {
        file: resolve(output),
        opset: (checked as { opset: number }).opset,
        pytorch: answer.pytorch,
        parameters: answer.parameters,
        inputs: shapesOf(inputs, dynamicBatch),
        outputs: shapesOf(outputs, dynamicBatch),
        difference,
      };
    });
  } finally {
    files.close();
  }
}
