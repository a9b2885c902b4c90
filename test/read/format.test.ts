import { readFileSync } from 'node:fs';
import { IECore, type IENetwork } from '../../lib';
import { f32, fixture, values } from '../helpers/networks';

const ie = new IECore();
const file = (name: string) => fixture(`formats/${name}`);

async function run(net: IENetwork) {
  const [input, ...more] = Object.keys(net.inputInfo);
  expect(more).toEqual([]);
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const [output] = Object.values(await exec.infer({ [input!]: values('formats.x') }));
  expect(output!.dims).toEqual([2, 3]);
  return output!.data as Float32Array;
}

/** Expects the numbers that the original framework computed. */
async function expectValues(net: IENetwork) {
  const data = await run(net);
  values('formats.y').forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 5);
  });
}

test.each([
  ['IR v10', 'v10.xml'],
  ['a TensorFlow SavedModel', 'saved-model'],
  ['a frozen TensorFlow graph', 'frozen.pb'],
  ['TensorFlow Lite', 'lite.tflite'],
  ['Paddle', 'paddle.pdmodel'],
])('reads %s', async (_, name) => {
  await expectValues(await ie.readNetwork(file(name)));
  await expectValues(ie.readNetworkSync(file(name)));
});

test('reads IR v10 from memory', async () => {
  const [model, weights] = ['v10.xml', 'v10.bin'].map((name) => readFileSync(file(name)));
  await expectValues(await ie.readNetwork(model!, weights));
});

test('explains that TensorFlow Lite is read only from files', async () => {
  await expect(ie.readNetwork(readFileSync(file('lite.tflite')))).rejects.toMatchObject({
    code: 'NETWORK_NOT_READ',
    message: expect.stringMatching(/from files only.*\.tflite/) as string,
  });
});

test.each(['conv.onnx', 'conv.xml'])(
  '%s from memory computes the expected values',
  async (name) => {
    const weights = name.endsWith('.xml') ? [readFileSync(fixture('conv.bin'))] : [];
    const net = await ie.readNetwork(readFileSync(fixture(name)), ...weights);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    for (const set of ['conv', 'conv-pixels']) {
      const { output } = await exec.infer({ input: values(`${set}.input`) });
      const expected = values(`${set}.output`);
      const largest = Math.max(...expected.map(Math.abs));
      const data = output!.data as Float32Array;
      expected.forEach((value, i) => {
        expect(Math.abs(data[i]! - value)).toBeLessThan(1e-4 * largest);
      });
    }
  },
);
