/** The flags of `iecore export`. */

import { unchecked, type OptionRow } from '../../base/option-table';
import { exportOptions, type ExportOptions } from '../../pytorch/export/options';
import type { CommandTable, CommandValues, FlagsFor } from '../shared/command-options';
import { modelForms, pytorchModelFlags } from '../shared/pytorch-model';

/** Reads `1,3,224,224` or `[1,3,224,224]`; each further flag adds the shape of the next input. */
const shapes = {
  ...exportOptions.inputShape,
  expected: 'whole numbers separated by commas, such as 1,3,224,224',
  fromText: (text: string, before: unknown): number[][] => {
    const dims = text
      .replace(/[[\]()]/g, '')
      .split(',')
      .map(Number);
    return [...((before as number[][] | undefined) ?? []), dims];
  },
};

/** Reads names separated by commas; exportOnnx checks them. */
const names: OptionRow<readonly string[]> = {
  ...unchecked('names separated by commas'),
  fromText: (text) => text.split(','),
};

/** A row for each flag. */
export const exportFlags = {
  model: { flags: '--model <source>', help: modelForms, takes: exportOptions.model },
  ...pytorchModelFlags,
  opset: {
    flags: '--opset <number>',
    help: 'version of the ONNX operator set',
    takes: exportOptions.opset,
  },
  inputShape: {
    flags: '--input-shape <dims>',
    help: "input shape; repeat for each input (default: the model's own)",
    takes: shapes,
  },
  inputNames: {
    flags: '--input-names <names>',
    help: 'input names, separated by commas (default: input)',
    takes: names,
  },
  outputNames: {
    flags: '--output-names <names>',
    help: 'output names, separated by commas (default: output)',
    takes: names,
  },
  dynamicBatch: {
    flags: '--dynamic-batch',
    help: 'make the batch size dynamic',
    takes: exportOptions.dynamicBatch,
  },
  output: {
    flags: '-o, --output <file>',
    help: 'ONNX file to write',
    takes: exportOptions.output,
  },
} satisfies CommandTable & FlagsFor<ExportOptions>;

/** The values of the flags. */
export type ExportValues = CommandValues<typeof exportFlags>;
