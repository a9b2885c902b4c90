/** The flags that `export` and `compare` share: the weights of a PyTorch model, and the Python that runs it. */

import { pytorchOptions } from '../../pytorch/model-source';
import type { CommandTable } from './command-options';

/** The help text of the flag that names the model. */
export const modelForms = 'timm:NAME, torchvision:NAME, FILE.pt or package.module:function';

/** All options of a PyTorch model except the model itself, whose flag differs. */
export const pytorchModelFlags = {
  pretrained: {
    flags: '--pretrained',
    help: 'download the weights that timm or torchvision publishes',
    takes: pytorchOptions.pretrained,
  },
  weights: {
    flags: '--weights <file>',
    help: 'file with the weights (.pth, .pt, .safetensors)',
    takes: pytorchOptions.weights,
  },
  seed: {
    flags: '--seed <number>',
    help: 'seed of random weights',
    takes: pytorchOptions.seed,
  },
  trust: {
    flags: '--trust',
    help: 'allow files to run code when they are read',
    takes: pytorchOptions.trust,
  },
  python: {
    flags: '--python <path>',
    help: 'Python with PyTorch (default: the first one found)',
    takes: pytorchOptions.python,
  },
} satisfies CommandTable;
