/** Copies the outputs of an inference for the caller. */
import { blobOf, type Blob } from '../blob';
import { Tensor } from '../tensor/tensor';
import type { Inference } from './inference';

/** Blobs by the friendly name of the output, in lexicographic order. */
export type Outputs = Record<string, Blob>;

/** Copies all outputs of the last inference. */
export function copyOutputs(inference: Inference): Outputs {
  return inference.outputs.record((port) => blobOf(inference.output(port).tensor.copy()));
}

/** Copies one of the equal parts of all outputs, for one item of a batch. */
export function copyOutputPart(inference: Inference, part: number, parts: number): Outputs {
  return inference.outputs.record((port) => {
    const { data, desc } = inference.output(port).tensor;
    const length = data.length / parts;
    const [batch = 0, ...rest] = desc.dims;
    const own = data.slice(part * length, (part + 1) * length);
    return blobOf(Tensor.ofData(own, { ...desc, dims: [batch / parts, ...rest] }));
  });
}
