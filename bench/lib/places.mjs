/** Paths of the package, its Python environments, the C++ peer and the models; makes what is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = join(root, 'dist', 'cli', 'iecore.js');

/** Folder for everything that the benchmarks make; it can be deleted. */
export const scratch = join(root, 'build', 'bench');
mkdirSync(scratch, { recursive: true });

const require = createRequire(import.meta.url);
const { findRuntime } = require('../../scripts/find-openvino.cjs');
const { findEnvironment, provideEnvironment } = require('../../scripts/environment.cjs');
const found = {};

/** Makes missing Python environments, except PyTorch's (`iecore setup --pytorch`), and builds the C++ peer. */
export async function prepare() {
  found.quantize = await provideEnvironment('quantize');
  found.bench = await provideEnvironment('bench');
  found.pytorch = findEnvironment('pytorch');
  if (found.pytorch === undefined)
    throw new Error('Expected a Python environment with PyTorch; run npx iecore setup --pytorch');
  buildPeer();
}

/** Paths of the Python interpreters; valid after `prepare()`. */
export const environments = {
  quantize: () => found.quantize,
  bench: () => found.bench,
  pytorch: () => found.pytorch,
};

/** The path of a program in subjects/. */
export const subject = (name) => join(root, 'bench', 'subjects', name);

/** The path of the C++ peer. */
export const peer = () => join(scratch, 'native', 'peer');

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

/** Builds the C++ peer with the addon's runtime and sharp's libvips. */
function buildPeer() {
  const { root: runtime, cmake } = findRuntime({ toBuild: true }).runtime;
  const bench = createRequire(join(root, 'bench', 'package.json'));
  const include = dirname(bench.resolve('@img/sharp-libvips-dev/include'));
  const vips = createRequire(require.resolve('sharp')).resolve(
    `@img/sharp-libvips-${process.platform}-${process.arch}/lib`,
  );
  const folder = dirname(vips);
  const library = readdirSync(folder).find((name) => name.startsWith('libvips-cpp.'));
  run('cmake', [
    ...['-S', join(root, 'bench', 'native'), '-B', dirname(peer())],
    ...[`-DOpenVINO_DIR=${cmake ?? join(runtime, 'cmake')}`, `-DVIPS_INCLUDE=${include}`],
    ...[`-DVIPS_LIB=${folder}`, `-DVIPS=${join(folder, library)}`],
  ]);
  run('cmake', ['--build', dirname(peer())]);
}

/** Runs `iecore` and redirects its output to stderr. */
export function iecore(...args) {
  run(process.execPath, [cli, ...args]);
}

/** Returns the path of a timm model in ONNX, exported with random weights from a fixed seed. */
export function onnx(name) {
  const file = join(scratch, `${name}.onnx`);
  if (!existsSync(file)) iecore('export', '--model', `timm:${name}`, '--output', file);
  return file;
}

/** Returns the path of the same model as IR in FP32. */
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
