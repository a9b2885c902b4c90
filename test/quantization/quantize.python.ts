import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type * as os from 'node:os';
import { join } from 'node:path';
import { IECore, type IENetwork } from '../../lib';
import { acceptImages, loadImage } from '../../lib/image';
import { compareNetworks, quantize } from '../../lib/quantization';
import { provideEnvironment } from '../../lib/setup/scripts';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { coded, f32, ir, parameter } from '../helpers/networks';

const newFolder = temporaryFolders();
const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const photographs = join(packageRoot, 'models/photographs');
const core = new IECore();
const count = (network: IENetwork, kind: string) =>
  network.layers.filter(({ type }) => type === kind).length;

const { tmpdir } = jest.requireActual<typeof os>('node:os');
let scratch = tmpdir();
jest.mock('node:os', () => ({
  ...jest.requireActual<object>('node:os'),
  tmpdir: () => scratch,
}));

let python: string;
beforeAll(async () => {
  python = await provideEnvironment('quantize');
});

/** Runs code in the Python of the environment, and parses the JSON that it prints. */
function ask(code: string, ...args: string[]): unknown {
  const { stdout, stderr, status } = spawnSync(python, ['-I', '-c', code, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('an INT8 network', () => {
  const xml = join(newFolder(), 'below', 'int8.xml');
  const stages = new Set<string>();
  let network: IENetwork;
  beforeAll(async () => {
    network = await quantize(model, {
      images: [photographs],
      outputFile: xml,
      onProgress: (part, stage) => {
        stages.add(stage);
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(1);
      },
    });
  });

  test('has 8-bit weights, and keeps the metadata of the model', async () => {
    const before = await core.readNetwork(model);
    expect(count(before, 'FakeQuantize')).toBe(0);
    expect(count(network, 'FakeQuantize')).toBeGreaterThan(50);
    expect(Object.keys(network.inputInfo)).toEqual(Object.keys(before.inputInfo));
    expect(Object.keys(network.outputs)).toEqual(Object.keys(before.outputs));
    expect(network.inputInfo.input?.shape).toEqual([1, 3, 224, 224]);
    expect(network.rtInfo('model_info', 'resize_type')).toBe(
      before.rtInfo('model_info', 'resize_type'),
    );
    const weights = readFileSync(xml.replace('.xml', '.bin'));
    expect(weights.length).toBeLessThan(5_000_000);
    expect(stages).toEqual(
      new Set(['decoding', 'starting NNCF', 'calibrating', 'correcting biases', 'writing', 'done']),
    );
  });

  test('gives the same class as the original for nearly all photographs', async () => {
    const { images, agreement, largestDifference, speedup } = await compareNetworks(model, xml, {
      images: [photographs],
      config: f32.config,
    });
    expect(images).toHaveLength(10);
    expect(agreement).toBeGreaterThanOrEqual(8);
    expect(agreement).toBe(images.filter(({ classes: [a, b] }) => a === b).length);
    expect(largestDifference).toBeGreaterThan(0);
    expect(largestDifference).toBeLessThan(0.3);
    expect(speedup).toBeGreaterThan(0);
  });

  test('is refused by quantize', async () => {
    await expect(quantize(xml, { images: [photographs] })).rejects.toMatchObject({
      code: 'NETWORK_NOT_CHANGED',
      message: expect.stringMatching(/quantized already/) as string,
    });
  });

  test("gives the same scores as in OpenVINO's Python package", async () => {
    const read = await core.readNetwork(xml);
    const { input, output, imageOptions } = acceptImages(read);
    const exec = await core.loadNetwork(read, 'CPU', f32);
    const image = await loadImage(join(photographs, 'coffee.jpg'), imageOptions);
    const { [output]: scores } = await exec.infer({ [input]: image });
    const pixels = write(join(newFolder(), 'pixels'));
    write(pixels, Buffer.from(image.data).toString('latin1'));
    const code = `import json, sys, numpy, openvino
pixels = open(sys.argv[2], encoding="utf-8", newline="").read().encode("latin1")
x = numpy.frombuffer(pixels, numpy.uint8).reshape(1, 224, 224, 3).transpose(0, 3, 1, 2).astype("f4")
net = openvino.Core().compile_model(sys.argv[1], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
print(json.dumps(net(x)[0].ravel().tolist()))`;
    const expected = ask(code, xml, pixels) as number[];
    const worst = Math.max(...expected.map((v, i) => Math.abs(v - Number(scores?.data[i]))));
    expect(worst).toBeLessThan(1e-4 * Math.max(...expected));
    exec.close();
  });
});

test('calibration computes the same input as the compiled network', async () => {
  const tensor = { dims: [1, 3, 6, 5] };
  const net = await core.readNetwork(
    ir(
      [
        parameter('x', tensor),
        { name: 'y', type: 'ReLU', inputs: [tensor], outputs: [tensor] },
        { name: 'end', type: 'Result', inputs: [tensor] },
      ],
      [
        [0, 0, 1, 0],
        [1, 1, 2, 0],
      ],
    ),
  );
  const preProcess = { mean: [1, 2, 3], scale: [4, 5, 6], reverseChannels: true };
  acceptImages(net, preProcess);
  const exec = await core.loadNetwork(net, 'CPU', f32);
  const pixels = Uint8Array.from({ length: 90 }, (_, i) => (i * 37 + 10) % 256);
  const { y } = await exec.infer({ x: pixels });
  exec.close();
  const code = `import json, sys
sys.path.insert(0, sys.argv[1])
import numpy
from quantize import _reader
wanted = json.loads(sys.argv[2])
image = numpy.array(wanted["data"], numpy.uint8).reshape(6, 5, 3)
value = _reader(wanted, 1, lambda part, stage: None, numpy)(image)
assert value.dtype == numpy.float32 and value.shape == (1, 3, 6, 5)
print(json.dumps(numpy.maximum(value, 0).ravel().tolist()))`;
  const request = {
    data: [...pixels],
    channelsLast: false,
    precision: 'float32',
    ...preProcess,
  };
  const seen = ask(code, join(packageRoot, 'python'), JSON.stringify(request)) as number[];
  seen.forEach((value, i) => expect(value).toBeCloseTo(Number(y?.data[i]), 4));
});

test('a network with nothing to quantize is refused, and no file is left', async () => {
  const tensor = { dims: [1, 3, 8, 8] };
  const net = await core.readNetwork(
    ir([parameter('x', tensor), { name: 'end', type: 'Result', inputs: [tensor] }], [[0, 0, 1, 0]]),
  );
  const outputFile = join(newFolder(), 'int8.xml');
  scratch = newFolder();
  await expect(quantize(net, { images: [photographs], outputFile })).rejects.toEqual(
    coded('NETWORK_NOT_CHANGED'),
  );
  expect(existsSync(outputFile)).toBe(false);
  expect(readdirSync(scratch)).toEqual([]);
});
