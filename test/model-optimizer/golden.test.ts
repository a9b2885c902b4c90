import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { convertModel } from '../../lib/model-optimizer';
import cases from '../fixtures/mo/cases.json';
import { iecore } from '../helpers/cli';
import { temporaryFolders } from '../helpers/folders';
import { expectClose, f32, readNpy } from '../helpers/networks';
import { testSince2026 } from '../helpers/runtime';

interface Port {
  names: string[];
  friendly?: string;
  producer?: string;
  shape: string;
  type: string;
}

/** A run of Model Optimizer 2024.6 and its results. */
interface Case {
  id: string;
  model: string;
  args: string[];
  feeds: Record<string, string>;
  rc: number;
  expected?: string[];
  inputs?: Port[];
  outputs?: Port[];
}

const folder = join(__dirname, '../fixtures/mo');
const newFolder = temporaryFolders();
const ie = new IECore();

function convert({ model, args }: Case) {
  const target = newFolder();
  const file = join(folder, 'models', `${model}.onnx`);
  const result = iecore(['mo', '--input_model', file, '-o', target, ...args]);
  return { ...result, target };
}

/** Returns a shape as this package shows it: a range such as 32..64 is `?`. */
const shown = (shape: readonly number[]): string =>
  `[${shape.map((dim) => (dim === -1 ? '?' : dim)).join(',')}]`;

const done = (cases as unknown as Case[]).filter(({ rc }) => rc === 0);
const failed = (cases as unknown as Case[]).filter(({ rc }) => rc !== 0);

test.each(done)('$id: $args', async (one) => {
  const { status, stderr, target } = convert(one);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const net = await ie.readNetwork(join(target, `${one.model}.xml`));
  for (const { friendly, shape } of one.inputs!)
    expect(shown(net.inputInfo[friendly!]!.shape)).toBe(shape.replace(/\d+\.\.\d+/g, '?'));
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const request = exec.createInferRequest();
  await request.infer(
    Object.fromEntries(
      Object.entries(one.feeds).map(([name, feed]) => [
        name,
        readNpy(join(folder, 'inputs', `${feed}.npy`)),
      ]),
    ),
  );
  expect(Object.keys(exec.outputs).sort()).toEqual(
    one.outputs!.map(({ producer }) => producer!).sort(),
  );
  const half = one.args.includes('--compress_to_fp16');
  one.outputs!.forEach(({ producer }, i) => {
    const { dims, data } = readNpy(join(folder, one.expected![i]!));
    const blob = request.getBlob(producer!);
    expect(blob.dims).toEqual(dims);
    expectClose(blob.data as Float32Array, data, half ? 2e-3 : 1e-4);
  });
});

test.each(failed)('$id: $args exits with code $rc', (one) => {
  const { status, stderr, target } = convert(one);
  expect(status).toBe(one.rc);
  expect(stderr).toMatch(one.rc === 1 ? /^\[ ERROR \] {2}\S/ : /^error: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(existsSync(target) ? readdirSync(target) : []).toEqual([]);
});

testSince2026.each(['tinyconv', 'tiny2in', 'tinyposneg', 'tinydyn'])(
  'the FP16 weights of %s are bit for bit those of OpenVINO’s converter',
  async (model) => {
    const target = join(newFolder(), 'net.xml');
    await convertModel(join(folder, 'models', `${model}.onnx`), {
      compressToFp16: true,
      outputFile: target,
    });
    const ours = readFileSync(target.replace('.xml', '.bin'));
    const theirs = readFileSync(join(folder, 'ovc', `${model}.bin`));
    const graph = readFileSync(join(folder, 'ovc', `${model}.xml`), 'utf8');
    const constants = [...graph.matchAll(/element_type="f16"[^>]* offset="(\d+)" size="(\d+)"/g)];
    expect(constants.length).toBeGreaterThan(1);
    for (const [, offset, size] of constants) {
      const weights = theirs.subarray(Number(offset), Number(offset) + Number(size));
      expect(ours.includes(weights)).toBe(true);
    }
  },
);
