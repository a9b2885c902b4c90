/** `iecore export`: exports a PyTorch model as ONNX, and checks the result. */

import type { Command } from 'commander';
import { pickOptions } from '../../base/option-table';
import { exportOnnx } from '../../pytorch';
import { exportOptions } from '../../pytorch/export/options';
import { note, passOn, printJson } from '../shared/print';
import { declareCommand, type Example } from '../shared/command-options';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { interruptible, showProgress } from '../shared/progress';
import { exportFlags, type ExportValues } from './options';
import { printExport } from './print';

const description = 'Export a PyTorch model as ONNX, and check the result';

const examples: readonly Example[] = [
  [
    'iecore export --model timm:resnet18 --weights mine.pth --output resnet18.onnx',
    'your own weights',
  ],
  [
    'iecore export --model torchvision:resnet50 --pretrained --output resnet50.onnx',
    'published weights',
  ],
  ['iecore export --model mine.pt --trust --output mine.onnx', 'TorchScript or a pickled module'],
  [
    'iecore export --model my.nets:small --input-shape 1,1,28,28 --output small.onnx',
    'a model that your own function makes',
  ],
];

/** Declares the command. */
export function exportCommand(): Command {
  return declareCommand({ name: 'export', description, examples }, exportFlags, run);
}

async function run(values: ExportValues): Promise<void> {
  await checkOutputFile(values.output, await inputFiles(values.model, [values.weights]));
  const progress = showProgress();
  const model = await interruptible((signal) =>
    exportOnnx({
      ...pickOptions(exportOptions, values),
      signal,
      onPython: note,
      onProgress: progress.update,
      ...(values.verbose === true && { onOutput: passOn }),
    }),
  ).finally(progress.stop);
  if (values.json === true) printJson(model);
  else printExport(model);
}
