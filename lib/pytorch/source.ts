import { checkInteger, checkString, invalid } from '../base/check';
import { errorOf } from '../errors';
import type { PythonOptions } from '../setup/python-module';
import { checkFile } from '../base/regular-file';

/** Which PyTorch model, and with which weights. */
export interface ModelOptions {
  /**
   * `timm:NAME`, `torchvision:NAME`, the path of a `.pt` file (TorchScript or a pickled module; needs
   * `trust`), or `package.module:function`, which is called and gives a `torch.nn.Module`; the working
   * folder is searched first.
   */
  model: string;
  /** Fetch the weights that the library offers. Default: false, so weights are random. */
  pretrained?: boolean | undefined;
  /** A file of weights by name (`.pth`, `.pt`, `.safetensors`) for that model. */
  weights?: string | undefined;
  /** Seed of random weights. Default: 0. */
  seed?: number | undefined;
  /** Files may run code when they are read. Default: false. */
  trust?: boolean | undefined;
}

/** The same, checked, as python/models.py takes it. */
export interface ModelSource {
  kind: 'timm' | 'torchvision' | 'file' | 'factory';
  name: string;
  pretrained: boolean;
  weights: string | null;
  seed: number;
  trust: boolean;
}

/** Names of {@link ModelOptions}. */
export const modelOptionNames = ['model', 'pretrained', 'weights', 'seed', 'trust'];

const forms = 'timm:NAME, torchvision:NAME, FILE.pt or package.module:function';

function splitModel(model: string): Pick<ModelSource, 'kind' | 'name'> {
  if (/\.(pth|safetensors)$/i.test(model)) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected ${forms} for the model, received ${model}, which holds weights alone: name the model it belongs to, and give the file as its weights`,
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

/** Checks which model is meant. */
export function toModelSource(options: ModelOptions): ModelSource {
  const { model, pretrained = false, weights, seed = 0, trust = false } = options;
  checkString(model, 'model');
  if (weights !== undefined) checkString(weights, 'weights');
  checkInteger(seed, 'seed');
  for (const [name, value] of Object.entries({ pretrained, trust }))
    if (typeof value !== 'boolean') throw invalid(name, 'a boolean', value);
  if (pretrained && weights !== undefined) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected pretrained weights or a file of weights, received both; leave one out',
    );
  }
  if (weights !== undefined) checkFile(weights, 'file of weights');
  const { kind, name } = splitModel(model);
  if (pretrained && (kind === 'file' || kind === 'factory')) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a model of timm or torchvision for pretrained weights, received ${model}`,
    );
  }
  return { kind, name, pretrained, weights: weights ?? null, seed, trust };
}

/** The packages that Python needs for a model. */
export function packagesFor({ kind }: ModelSource): string[] {
  return kind === 'timm' || kind === 'torchvision' ? ['torch', kind] : ['torch'];
}

/**
 * Changes to the environment of the Python that makes a model. What a person asks to run may lie in the working
 * directory, so relative entries of PYTHONPATH stay for it.
 */
export function environmentFor({ kind }: ModelSource): PythonOptions['env'] {
  return kind === 'factory' ? { PYTHONPATH: process.env['PYTHONPATH'] } : {};
}
