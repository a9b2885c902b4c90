/** Checks that an exported model gives the same outputs in OpenVINO as the model gave in PyTorch. */

import { readFile } from 'node:fs/promises';
import { largestDifference } from '../../base/statistics';
import { IECore } from '../../core';
import { errorOf } from '../../errors';
import type { ExecutableNetwork } from '../../executable-network';
import type { Inputs } from '../../infer/assignment';

/** Maximum accepted difference, relative to the largest absolute value of the output. */
const tolerance = 1e-4;

/** A tensor in a file of raw FP32 values that python/export.py wrote. */
export interface SampledTensor {
  name: string;
  file: string;
  dims: number[];
}

/** Random inputs, and the outputs that PyTorch computed from them. */
export interface Sample {
  inputs: SampledTensor[];
  outputs: SampledTensor[];
}

async function read({
  file,
  dims,
}: SampledTensor): Promise<{ data: Float32Array; dims: number[] }> {
  const bytes = await readFile(file);
  return { data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4), dims };
}

/** Infers the inputs of a sample, and returns the largest relative difference of its outputs. */
async function differenceOf(exec: ExecutableNetwork, { inputs, outputs }: Sample): Promise<number> {
  // The exporter drops inputs that no output depends on.
  const used = inputs.filter(({ name }) => name in exec.inputInfo);
  const values: Inputs = Object.fromEntries(
    await Promise.all(used.map(async (input) => [input.name, await read(input)] as const)),
  );
  const results = await exec.infer(values);
  const blobs = Object.values(results);
  let worst = 0;
  for (const { name, file, dims } of outputs) {
    const { data } = await read({ name, file, dims });
    const blob = results[name] ?? (blobs.length === 1 ? blobs[0] : undefined);
    if (blob?.data.length !== data.length) {
      throw errorOf(
        'MODEL_NOT_EXPORTED',
        `Output '${name}' has the shape [${dims.join(',')}] in PyTorch and [${blob?.dims.join(',') ?? 'missing'}] in the exported model`,
      );
    }
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    worst = Math.max(worst, largestDifference(data, blob.data as Float32Array) / largest);
  }
  return worst;
}

/**
 * Infers all samples with the ONNX file in FP32, and returns the largest difference of an output from PyTorch's,
 * relative to the largest absolute value of that output.
 *
 * @throws OpenVINOError - MODEL_NOT_EXPORTED when the outputs differ
 */
export async function verifyOutputs(onnx: string, samples: readonly Sample[]): Promise<number> {
  const core = new IECore();
  using network = await core.readNetwork(onnx);
  for (const info of Object.values(network.outputs)) info.precision = 'FP32';
  using exec = await core.loadNetwork(network, 'CPU', {
    config: { INFERENCE_PRECISION_HINT: 'f32' },
    numRequests: 1,
  });
  let worst = 0;
  for (const sample of samples) worst = Math.max(worst, await differenceOf(exec, sample));
  if (!(worst <= tolerance)) {
    throw errorOf(
      'MODEL_NOT_EXPORTED',
      `The exported model gives other outputs than PyTorch: expected differences of at most ${tolerance} of the largest value, received ${worst.toExponential(1)}. Check whether the model uses random numbers, or depends on more than its inputs`,
    );
  }
  return worst;
}
