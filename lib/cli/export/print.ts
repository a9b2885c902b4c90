/** Prints the result of `iecore export`. */

import { plainText } from '../../base/escape-text';
import type { ExportedModel } from '../../pytorch';
import { print } from '../shared/print';

/** `input [?,3,224,224]`: a question mark is a dynamic dimension. */
function showTensors(tensors: ExportedModel['inputs']): string {
  return Object.entries(tensors)
    .map(
      ([name, dims]) =>
        `${plainText(name)} [${dims.map((dim) => (dim === -1 ? '?' : dim)).join(',')}]`,
    )
    .join(', ');
}

/** Prints the file, its inputs and outputs, and the result of the checks. */
export function printExport(model: ExportedModel): void {
  const { file, opset, parameters, inputs, outputs, pytorch, difference } = model;
  print(`Wrote ${plainText(file)}: opset ${opset}, ${parameters} parameters`);
  print(`  inputs: ${showTensors(inputs)}; outputs: ${showTensors(outputs)}`);
  print(
    `  checked: valid ONNX; outputs differ from PyTorch ${pytorch} by ${difference.toExponential(1)} of the largest value`,
  );
}
