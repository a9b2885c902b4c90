/** Where things are: the package, its Python environments, and the models, which are made when they are missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = join(root, 'dist', 'cli', 'iecore.js');

/** What the bench makes and may be thrown away. */
export const scratch = join(root, 'build', 'bench');
mkdirSync(scratch, { recursive: true });

const require = createRequire(import.meta.url);
const { provideEnvironment } = require('../../scripts/environment.cjs');
const found = {};

/** Makes the environments that are missing; PyTorch's is made by `iecore setup --pytorch`. */
export async function prepare() {
  found.quantize = await provideEnvironment('quantize');
}

/** Interpreters of Python environments. */
export const environments = {
  quantize: () => found.quantize,
};

/** Runs `iecore`, with what it says on our stderr. */
export function iecore(...args) {
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`iecore ${args.join(' ')} failed`);
}

/** An ONNX model of timm with random weights of a fixed seed. */
export function onnx(name) {
  const file = join(scratch, `${name}.onnx`);
  if (!existsSync(file)) iecore('export', '--model', `timm:${name}`, '--output', file);
  return file;
}

/** The same as IR in FP32. */
export function ir(name) {
  const file = join(scratch, `${name}.xml`);
  if (!existsSync(file)) {
    iecore(
      'mo',
      '--input_model',
      onnx(name),
      '--output_dir',
      scratch,
      '--model_name',
      name,
      '--silent',
    );
  }
  return file;
}
