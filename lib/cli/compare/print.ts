/** Prints the results of `iecore compare`: a line for each image and side, then a table of the sides. */

import { basename } from 'node:path';
import { plainText } from '../../base/escape-text';
import type { ImageResult, PyTorchComparison } from '../../pytorch';
import { print } from '../shared/print';
import { textTable } from '../shared/table';

/** Returns the label of a class, or its number if it has no label. */
export function classText(labels: readonly string[], index: number): string {
  return labels[index] ?? `class ${index}`;
}

function resultLine({ name, milliseconds, index }: ImageResult, labels: readonly string[]): string {
  const fps = (1000 / milliseconds).toFixed(1);
  const seconds = (milliseconds / 1000).toFixed(4);
  return `  ${name.padEnd(14)} FPS : ${fps} | TIME : ${seconds}s | PREDICT : ${plainText(classText(labels, index))}`;
}

/** Prints the results of all sides for one image. */
export function printImage(
  image: string,
  results: readonly ImageResult[],
  labels: readonly string[],
): void {
  const lines = results.map((result) => resultLine(result, labels));
  print([plainText(basename(image)), ...lines].join('\n'));
}

/** Makes a table with a row for each side. */
export function sideTable({ sides, images }: PyTorchComparison): {
  head: string[];
  rows: string[][];
} {
  const sizes = Object.keys(sides[0]?.fps ?? {});
  const head = [
    ...['', 'total', 'median', 'p95', 'speed-up', 'top-1', 'difference'],
    ...sizes.map((size) => `FPS, batch ${size}`),
  ];
  const rows = sides.map((side) => [
    side.name,
    `${side.total.toFixed(1)} ms`,
    `${side.median.toFixed(2)} ms`,
    `${side.p95.toFixed(2)} ms`,
    `${side.speedup.toFixed(2)}x`,
    `${side.agreement} of ${images.length}`,
    side.difference === 0 ? '0' : side.difference.toExponential(1),
    ...sizes.map((size) => (side.fps[Number(size)] ?? NaN).toFixed(1)),
  ]);
  return { head, rows };
}

/** Prints the table of the sides. */
export function printComparison(comparison: PyTorchComparison): void {
  const { head, rows } = sideTable(comparison);
  const { threads, pytorch } = comparison;
  print(`\n${textTable(head, rows)}`);
  print(
    `Threads of each side: ${threads}. Times are from pixels in memory to scores in memory. PyTorch ${pytorch}.`,
  );
}
