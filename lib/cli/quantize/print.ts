/** Prints the result of `iecore quantize`. */

import { basename } from 'node:path';
import { plainText } from '../../base/escape-text';
import type { Comparison } from '../../quantization';
import { print } from '../shared/print';

/** Describes how the quantized network differs from the original one. */
function comparisonText({ images, agreement, ...figures }: Comparison): string {
  const [before, after] = figures.milliseconds;
  const changed = images
    .filter(({ classes: [original, quantized] }) => original !== quantized)
    .map(
      ({ image, classes: [original, quantized] }) =>
        `  ${plainText(basename(image))}: class ${original} became class ${quantized}`,
    );
  return [
    `Top-1 agreement: ${agreement} of ${images.length}`,
    ...changed,
    `Largest difference of outputs: ${figures.largestDifference.toPrecision(3)}`,
    `Median time of an inference: ${before.toFixed(2)} ms in FP32, ${after.toFixed(2)} ms quantized, ${figures.speedup.toFixed(2)} times as fast`,
  ].join('\n');
}

/** Prints the file and its size in bytes, weights included; with `--accuracy-report`, also the comparison. */
export function printQuantization(
  xml: string,
  bytes: number,
  comparison: Comparison | undefined,
): void {
  print(`Wrote ${plainText(xml)}, ${(bytes / 1e6).toFixed(1)} MB with its weights`);
  if (comparison !== undefined) print(comparisonText(comparison));
}
