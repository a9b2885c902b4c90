/** Exports a PyTorch model as ONNX. */

import { resolve } from 'node:path';
import { checkSignal } from '../../base/abortable';
import { withTemporaryFolder } from '../../base/folders';
import { readTable } from '../../base/option-table';
import { AtomicFiles } from '../../base/atomic-files';
import { isolated, runPython } from '../../setup/python-worker';
import { provideEnvironment } from '../../setup/scripts';
import { describePython, findPython } from '../find-python';
import { environmentFor, packagesFor, toModelSource, type ModelSource } from '../model-source';
import { exportOptions, shapesOf, type ExportOptions, type ExportSettings } from './options';
import { verifyOutputs, type Sample, type SampledTensor } from './verify';

/** The result of {@link exportOnnx}. */
export interface ExportedModel {
  /** Absolute path of the ONNX file. */
  file: string;
  /** Version of the ONNX operator set. */
  opset: number;
  /** Version of PyTorch. */
  pytorch: string;
  /** Number of the model's parameters. */
  parameters: number;
  /** Shape of each input; -1 is a dynamic dimension. */
  inputs: Record<string, number[]>;
  /** Shape of each output; -1 is a dynamic dimension. */
  outputs: Record<string, number[]>;
  /** Largest difference from PyTorch's outputs for random inputs, relative to the output's largest absolute value. */
  difference: number;
}

/** The result of python/export.py. */
interface PythonExport {
  pytorch: string;
  parameters: number;
  samples: Sample[];
}

function dimsOf(tensors: readonly SampledTensor[], isDynamic: boolean): Record<string, number[]> {
  return Object.fromEntries(
    tensors.map(({ name, dims }) => [name, isDynamic ? [-1, ...dims.slice(1)] : dims]),
  );
}

/** Exports into the file `onnx`, checks it, and infers it; files for this go into `folder`. */
async function exportTo(
  onnx: string,
  python: string,
  source: ModelSource,
  options: ExportSettings,
  folder: string,
): Promise<Omit<ExportedModel, 'file'>> {
  const { opset, inputShape, inputNames, outputNames, dynamicBatch } = options;
  const { onProgress, onOutput, signal } = options;
  const checker = await provideEnvironment('check');
  const request = {
    ...{ source, opset, shapes: shapesOf(inputShape), dynamicBatch, output: onnx, folder },
    ...{ inputNames: inputNames ?? null, outputNames: outputNames ?? null },
  };
  const exported = (await runPython(python, 'export', request, {
    onProgress: (part, stage) => onProgress?.(0.8 * part, stage),
    onOutput,
    signal,
    env: environmentFor(source),
  })) as PythonExport;
  onProgress?.(0.8, 'checking');
  const checked = await runPython(checker, 'check', onnx, { env: isolated, onOutput, signal });
  onProgress?.(0.9, 'comparing');
  const { pytorch, parameters, samples } = exported;
  const difference = await verifyOutputs(onnx, samples);
  const { inputs = [], outputs = [] } = samples[0] ?? {};
  return {
    opset: (checked as { opset: number }).opset,
    pytorch,
    parameters,
    inputs: dimsOf(inputs, dynamicBatch),
    outputs: dimsOf(outputs, dynamicBatch),
    difference,
  };
}

/**
 * Exports a PyTorch model as ONNX with `torch.onnx.export`, in eval mode: one file, which contains the weights, with
 * the requested opset. The file is moved into place only if the ONNX checker accepts it and OpenVINO computes the same
 * outputs from random inputs as PyTorch.
 *
 * The first export makes a Python environment with the ONNX checker below this package's folder.
 *
 * @throws ArgumentError - INVALID_ARGUMENT, UNKNOWN_NAME with the nearest names, SHAPE_MISMATCH
 * @throws LoadError - PYTHON_NOT_FOUND with the packages that each Python lacks, TOOL_FAILED
 * @throws FileError - FILE_NOT_FOUND, FILE_NOT_WRITABLE, UNTRUSTED_FILE
 * @throws OpenVINOError - MODEL_NOT_EXPORTED, OUT_OF_MEMORY
 * @throws AbortError - when the signal fires
 * @example
 * ```ts
 * await exportOnnx({ model: 'timm:resnet18', weights: 'mine.pth', output: 'resnet18.onnx' });
 * ```
 */
export async function exportOnnx(options: ExportOptions): Promise<ExportedModel> {
  const settings = readTable(exportOptions, options);
  checkSignal(settings.signal);
  const source = toModelSource(settings);
  const file = resolve(settings.output);
  const files = new AtomicFiles(file);
  const [onnx] = files.paths as [string];
  try {
    const found = await findPython(packagesFor(source), settings.python);
    settings.onPython?.(describePython(found));
    const exported = await withTemporaryFolder('iecore-export', (folder) =>
      exportTo(onnx, found.python, source, settings, folder),
    );
    await files.commit().catch((error: unknown) => {
      throw files.discard(error);
    });
    settings.onProgress?.(1, 'done');
    return { file, ...exported };
  } finally {
    files.close();
  }
}
