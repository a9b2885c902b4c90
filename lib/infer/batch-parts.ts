/** Puts single items into the parts of a batch. */
import type { NativeDim } from '../addon/native-types';
import type { InputPort } from '../ports/port';
import { checkValues } from '../ports/value-rules';
import { InputReader, type Inputs } from './assignment';
import type { Inference } from './inference';

/** The port that an item of a batch must match. */
function portOfPart(port: InputPort, parts: number): InputPort {
  const [batch, ...rest] = port.dims as [number, ...NativeDim[]];
  return { ...port, dims: [batch / parts, ...rest] };
}

/**
 * Copies the inputs of one item into its part of the input blobs.
 *
 * @throws ArgumentError - if the inputs do not have the shapes of one item, or if a value is not allowed
 */
export function fillPart(inference: Inference, inputs: Inputs, part: number, parts: number): void {
  const assignments = Array.from(inference.readInputs(inputs, true), ([port, value]) => {
    const { data } = new InputReader(portOfPart(port, parts)).read(value);
    return { port, data };
  });
  for (const { port, data } of assignments)
    inference.input(port).tensor.copyFrom(data, `input '${port.name}'`, part, parts);
  for (const { port, tensor } of inference.ruledInputs) {
    const data = tensor.data as Uint8Array<ArrayBuffer>;
    const length = data.length / parts;
    const first = part * length;
    checkValues(port, data.subarray(first, first + length), inference.numberOf, first);
  }
}

/** Copies values that are allowed into the parts of a batch that hold no item. */
export function fillRest(inference: Inference, filled: number, parts: number): void {
  for (const { tensor } of inference.ruledInputs) {
    const data = tensor.data as Uint8Array<ArrayBuffer>;
    const length = data.length / parts;
    for (let part = filled; part < parts; part += 1) data.copyWithin(part * length, 0, length);
  }
}
