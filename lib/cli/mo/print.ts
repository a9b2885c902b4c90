/** Prints the arguments and results of `iecore mo` as Model Optimizer did. */

import { resolve } from 'node:path';
import { plainText } from '../../base/escape-text';
import type { ConversionReport } from '../../model-optimizer';
import type { IENetwork } from '../../network';
import { note, print, printJson } from '../shared/print';
import { version } from '../shared/version';
import type { Conversion } from './conversion';
import type { MoValues } from './options';

/** The files that a conversion wrote, and its time and memory. */
export interface ConversionResult {
  network: IENetwork;
  seconds: number;
  /** Peak memory of the process. */
  megabytes: number;
  report: ConversionReport | undefined;
}

const yesNo = (value = false): string => (value ? 'True' : 'False');

/** Prints the arguments in Model Optimizer's words, which scripts search for. */
export function printArguments(values: MoValues, conversion: Conversion): void {
  const inherited = 'Not specified, inherited from the model';
  const unset = 'Not specified';
  const rows: readonly (readonly [string, string | number])[] = [
    ['Path to the Input Model', resolve(conversion.model)],
    ['Path for generated IR', resolve(values.outputDir)],
    ['IR output name', conversion.name],
    ['Log level', values.logLevel],
    ['Batch', values.batch ?? inherited],
    ['Input layers', values.input ?? inherited],
    ['Output layers', values.output ?? inherited],
    ['Input shapes', values.inputShape ?? inherited],
    ['Source layout', values.sourceLayout ?? unset],
    ['Target layout', values.targetLayout ?? unset],
    ['Layout', values.layout ?? unset],
    ['Mean values', values.meanValues ?? unset],
    ['Scale values', values.scaleValues ?? unset],
    ['Scale factor', values.scale ?? unset],
    ['Precision of IR', conversion.precision],
    ['User transformations', values.transform ?? unset],
    ['Reverse input channels', yesNo(values.reverseInputChannels)],
    ['Enable IR generation for fixed input shape', yesNo(values.staticShape)],
  ];
  const lines = rows.map(([what, value]) => `\t- ${what}: \t${plainText(String(value))}`);
  print(['Model Optimizer arguments:', 'Common parameters:', ...lines].join('\n'));
  print(`Model Optimizer version: \t${version()}`);
}

/** Prints a progress bar on stderr, on a line of its own. */
export function printProgress(part: number): void {
  const dots = '.'.repeat(Math.round(20 * part)).padEnd(20);
  note(`Progress: [${dots}] ${(100 * part).toFixed(2).padStart(6)}% done`);
}

/** Prints the operations before and after, and the layers that the CPU fuses. */
export function printReport({ operations, layers }: ConversionReport): void {
  const row = (type: string, before: number | string, after: number | string): string =>
    `  ${type.padEnd(24)}${String(before).padStart(8)}${String(after).padStart(8)}`;
  const fused = layers.filter((layer) => layer.operations.length > 1);
  const lines = [
    row('operations', 'before', 'after'),
    ...operations.map(({ type, before, after }) => row(plainText(type), before, after)),
    `The CPU executes ${layers.length} layers; ${fused.length} of them are fused from several operations:`,
    ...fused.map(
      (layer) => `  ${plainText(layer.type)}: ${plainText(layer.operations.join(', '))}`,
    ),
  ];
  print(lines.join('\n'));
}

/** Prints the result in Model Optimizer's words, which scripts search for. */
export function printSuccess({ xml, bin }: Conversion, result: ConversionResult): void {
  const lines = [
    `Total execution time: ${result.seconds.toFixed(2)} seconds. `,
    `Memory consumed: ${result.megabytes} MB. `,
    'Generated IR version 11 model.',
    `XML file: ${plainText(xml)}`,
    `BIN file: ${plainText(bin)}`,
  ];
  for (const line of lines) print(`[ SUCCESS ] ${line}`);
}

/** Prints the result as the one JSON value of `--json`. */
export function printResultJson({ xml, bin }: Conversion, result: ConversionResult): void {
  const { network, seconds, megabytes, report } = result;
  printJson({
    xml,
    bin,
    inputs: Object.keys(network.inputInfo),
    outputs: Object.keys(network.outputs),
    seconds,
    megabytes,
    ...(report !== undefined && { report }),
  });
}
