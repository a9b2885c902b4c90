/** Describes a PyTorch model: its source, its weights, and the Python packages that it needs. */

import { invalid } from '../base/check';
import {
  boolean,
  callback,
  defaultTo,
  integer,
  required,
  text,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';
import { errorOf } from '../errors';
import { pythonOptions, type PythonOptions, type WorkerOptions } from '../setup/python-worker';
import { checkFile } from '../base/regular-file';

/** The options that name a PyTorch model and its weights. */
export const modelOptions = {
  /**
   * The model: `timm:NAME`, `torchvision:NAME`, the path of a `.pt` file (TorchScript or a pickled module; needs
   * `trust`), or `package.module:function`. The function is called without arguments and returns a `torch.nn.Module`;
   * the working directory is searched for the module first.
   */
  model: required(text()),
  /** Download the weights that the library publishes. Default: false, which gives random weights. */
  pretrained: defaultTo(boolean(), false),
  /** Path of a file with weights by name (`.pth`, `.pt`, `.safetensors`) for the model. */
  weights: text(),
  /** Seed of random weights. Default: 0. */
  seed: defaultTo(integer(0), 0),
  /** Allow files to run code when they are read. Default: false. */
  trust: defaultTo(boolean(), false),
} satisfies OptionTable;

/** A PyTorch model and its weights. */
export interface ModelOptions extends OptionsOf<typeof modelOptions> {}

const interpreterOptions = {
  /** Path or command of the Python to use. Default: the first one that has PyTorch. */
  python: text(),
  /** Receives a message about the chosen Python, and why others were rejected. */
  onPython: callback<(message: string) => void>(),
} satisfies OptionTable;

/** The options of every call that runs PyTorch. */
export const pytorchOptions = { ...modelOptions, ...interpreterOptions, ...pythonOptions };

/** {@link pytorchOptions} as an object. */
export interface PyTorchOptions
  extends ModelOptions, OptionsOf<typeof interpreterOptions>, PythonOptions {}

/** Checked {@link ModelOptions}, in the form that python/models.py reads. */
export interface ModelSource {
  kind: 'timm' | 'torchvision' | 'file' | 'factory';
  name: string;
  pretrained: boolean;
  weights: string | null;
  seed: number;
  trust: boolean;
}

const forms = 'timm:NAME, torchvision:NAME, FILE.pt or package.module:function';

function splitModel(model: string): Pick<ModelSource, 'kind' | 'name'> {
  if (/\.(pth|safetensors)$/i.test(model)) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected ${forms} for the model, received ${model}, which contains only weights: name the model, and pass this file as its weights`,
    );
  }
  if (/\.(pt|jit|torchscript)$/i.test(model)) {
    checkFile(model, 'model');
    return { kind: 'file', name: model };
  }
  const [, library, name] = /^([^:]+):(.+)$/.exec(model) ?? [];
  if (library === undefined || name === undefined) throw invalid('model', forms, model);
  if (library === 'timm' || library === 'torchvision') return { kind: library, name };
  const isDotted = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u;
  if (!isDotted.test(library) || !isDotted.test(name)) throw invalid('model', forms, model);
  return { kind: 'factory', name: model };
}

/**
 * Finds the source of a model, and checks that its files exist.
 *
 * @param settings - the options after `readTable`
 */
export function toModelSource(settings: SettingsOf<typeof modelOptions>): ModelSource {
  const { model, pretrained, weights, seed, trust } = settings;
  if (pretrained && weights !== undefined) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected pretrained weights or a file of weights, received both; leave one out',
    );
  }
  if (weights !== undefined) checkFile(weights, 'weights file');
  const { kind, name } = splitModel(model);
  if (pretrained && (kind === 'file' || kind === 'factory')) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a model of timm or torchvision for pretrained weights, received ${model}`,
    );
  }
  return { kind, name, pretrained, weights: weights ?? null, seed, trust };
}

/** Lists the Python packages that a model needs. */
export function packagesFor({ kind }: ModelSource): string[] {
  return kind === 'timm' || kind === 'torchvision' ? ['torch', kind] : ['torch'];
}

/**
 * Returns the changes to the environment variables of the Python that makes a model. The function that a user names
 * may be in the working directory, so relative entries of PYTHONPATH are kept for it.
 */
export function environmentFor({ kind }: ModelSource): WorkerOptions['env'] {
  return kind === 'factory' ? { PYTHONPATH: process.env['PYTHONPATH'] } : {};
}
