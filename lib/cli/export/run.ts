import { type Command, InvalidArgumentError } from 'commander';
import { plainText } from '../../base/escape-text';
import { exportOnnx, type ExportedModel, type ModelOptions } from '../../pytorch';
import {
  declare,
  note,
  passOn,
  print,
  printJson,
  wholeNumber,
  type CommonOptions,
} from '../shared/command';
import { checkOutputFile, inputFiles } from '../shared/outputs';
import { interruptible, showProgress } from '../shared/progress';

interface ExportCommandOptions extends CommonOptions, ModelOptions {
  opset: number;
  inputShape?: number[][];
  inputNames?: string[];
  outputNames?: string[];
  dynamicBatch?: boolean;
  python?: string;
  output: string;
}

function shape(text: string, before: number[][] = []): number[][] {
  const dims = text
    .replace(/[[\]()]/g, '')
    .split(',')
    .map(Number);
  if (dims.some((dim) => !Number.isInteger(dim) || dim < 1))
    throw new InvalidArgumentError('whole numbers with commas between are needed: 1,3,224,224.');
  return [...before, dims];
}

const names = (text: string): string[] => text.split(',');

function seedNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('a whole number of at least 0 is needed.');
  return value;
}

/** Declares which PyTorch model is meant, all but the model itself. */
export function addModelOptions(command: Command): Command {
  return command
    .option('--pretrained', 'with the weights that timm or torchvision fetches')
    .option('--weights <file>', 'with the weights of this file (.pth, .safetensors)')
    .option('--seed <number>', 'seed of random weights', seedNumber, 0)
    .option('--trust', 'files may run code when they are read')
    .option('--python <path>', 'Python with PyTorch (default: the first that is found)');
}

/** `iecore export`: PyTorch in, ONNX out. */
export function exportCommand(): Command {
  const command = declare('export', 'Export a PyTorch model as ONNX, and check what came of it', [
    [
      'iecore export --model timm:resnet18 --weights mine.pth --output resnet18.onnx',
      'your weights',
    ],
    [
      'iecore export --model torchvision:resnet50 --pretrained --output resnet50.onnx',
      'weights of the library',
    ],
    ['iecore export --model mine.pt --trust --output mine.onnx', 'TorchScript or a whole module'],
    [
      'iecore export --model my.nets:small --input-shape 1,1,28,28 --output small.onnx',
      'what a function of yours makes',
    ],
  ]).requiredOption(
    '--model <source>',
    'timm:NAME, torchvision:NAME, FILE.pt or package.module:function',
  );
  return addModelOptions(command)
    .option('--opset <number>', "version of ONNX's operations", wholeNumber, 10)
    .option(
      '--input-shape <dims>',
      'shape of the input; again for each further input (default: what the model says)',
      shape,
    )
    .option('--input-names <names>', 'names with commas between (default: input)', names)
    .option('--output-names <names>', 'names with commas between (default: output)', names)
    .option('--dynamic-batch', 'let the batch vary')
    .requiredOption('-o, --output <file>', 'the ONNX file to write')
    .action(run);
}

function showTensors(tensors: ExportedModel['inputs']): string {
  return Object.entries(tensors)
    .map(
      ([name, dims]) =>
        `${plainText(name)} [${dims.map((dim) => (dim === -1 ? '?' : dim)).join(',')}]`,
    )
    .join(', ');
}

async function run(options: ExportCommandOptions): Promise<void> {
  const { json, verbose, ...rest } = options;
  await checkOutputFile(options.output, await inputFiles(options.model, [options.weights]));
  const progress = showProgress();
  const model = await interruptible((signal) =>
    exportOnnx({
      ...rest,
      signal,
      onPython: note,
      onProgress: progress.update,
      ...(verbose === true && { onOutput: passOn }),
    }),
  ).finally(progress.stop);
  if (json === true) return printJson(model);
  print(`Wrote ${plainText(model.file)}: opset ${model.opset}, ${model.parameters} parameters`);
  print(`  takes ${showTensors(model.inputs)}, gives ${showTensors(model.outputs)}`);
  print(
    `  the ONNX checker accepts it, and its outputs differ from PyTorch ${model.pytorch}'s by ${model.difference.toExponential(1)} of the largest value`,
  );
}
