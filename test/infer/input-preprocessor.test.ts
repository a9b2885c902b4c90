import { Blob, IECore, type InferRequest, type PreProcess, type Precision } from '../../lib';
import { classic, coded, f32, passthrough } from '../helpers/networks';

const ie = new IECore();
const resize: PreProcess = { resizeAlgorithm: 'RESIZE_BILINEAR' };

async function load(precision: Precision = 'FP32', loaded: PreProcess = {}) {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 4, 6] } }));
  net.inputInfo['x']!.precision = precision;
  net.inputInfo['x']!.preProcess = loaded;
  return ie.loadNetwork(net, 'CPU', { ...f32, numRequests: 1 });
}

/** An image of one value, in FP32. */
const image = (dims: readonly number[], value: number): Blob<'FP32'> => {
  const blob = new Blob({ precision: 'FP32', dims, layout: 'NCHW' });
  blob.data.fill(value);
  return blob;
};

const output = (request: InferRequest): number[] => [...request.getBlob('x_out').as('FP32').data];

test.each(classic.requests.map((one) => [one.precision, one.layout, one.preProcess, one] as const))(
  '%s in %s with %j: what the classic API gave',
  async (precision, layout, preProcess, { dims, x, y }) => {
    const request = (await load(precision)).createInferRequest();
    const data = precision === 'U8' ? new Uint8Array(x) : new Float32Array(x);
    const blob = new Blob<Precision>({ precision, dims, layout }, data);
    request.setBlob('x', blob, preProcess);
    // The classic API rounds ties up, this package to even.
    const largest = precision === 'U8' ? 1 : 0.01;
    for (const waits of [true, false]) {
      request.getBlob('x_out').as('FP32').data.fill(0);
      if (waits) request.inferSync();
      else await request.infer();
      const difference = output(request).map((value, i) => Math.abs(value - y[i]!));
      expect(Math.max(...difference)).toBeLessThanOrEqual(largest);
    }
    expect(request.getBlob('x')).toBe(blob);
  },
);

test('an NV12 image is one plane, for this request only', async () => {
  const request = (await load('U8')).createInferRequest();
  const plane = new Blob({ precision: 'U8', dims: [1, 6, 6, 1] });
  plane.data.fill(235, 0, 24).fill(128, 24);
  request.setBlob('x', plane, { colorFormat: 'NV12' });
  await request.infer();
  for (const value of output(request)) expect(Math.abs(value - 255)).toBeLessThanOrEqual(1);
});

test('mean, scale and channels work on FP32, before the steps of the loaded network', async () => {
  const request = (await load('FP32', { mean: 1, scale: 2 })).createInferRequest();
  const blob = image([1, 3, 8, 12], 9);
  blob.data.fill(21, 0, 96);
  request.setBlob('x', blob, { ...resize, reverseChannels: true });
  await request.infer();
  expect([0, 24, 48].map((i) => output(request)[i])).toEqual([4, 4, 10]);
  const plain = (await load()).createInferRequest();
  plain.setBlob('x', blob, { ...resize, mean: [20, 0, 0], scale: 3 });
  plain.inferSync();
  expect([0, 24, 48].map((i) => Math.round(1000 * output(plain)[i]!))).toEqual([333, 3000, 3000]);
});

test('each inference reads the current contents of the blob', async () => {
  const request = (await load()).createInferRequest();
  const blob = image([1, 3, 2, 2], 1);
  request.setBlob('x', blob, resize);
  await request.infer();
  expect(output(request)[0]).toBe(1);
  blob.data.fill(2);
  request.startAsync();
  expect(request.waitSync()).toBe(0);
  expect(output(request)[71]).toBe(2);
  await request.infer({ x: new Float32Array(12).fill(3) });
  expect(blob.data[0]).toBe(3);
  expect(output(request)[0]).toBe(3);
});

test('preProcess shows the preprocessing of each input', async () => {
  const exec = await load('FP32', { scale: 2 });
  const request = exec.createInferRequest();
  expect(request.preProcess['x']).toMatchObject({ scale: 2, resizeAlgorithm: 'NO_RESIZE' });
  const blob = image([1, 3, 2, 2], 1);
  request.setBlob('x', blob, resize);
  expect(request.preProcess['x']).toMatchObject({ resizeAlgorithm: 'RESIZE_BILINEAR' });
  expect(() => {
    Object.assign(request.preProcess['x']!, { mean: 5 });
  }).toThrow(coded('INVALID_ARGUMENT'));
  request.setBlob('x', image([1, 3, 4, 6], 4));
  expect(request.preProcess['x']).toMatchObject({ resizeAlgorithm: 'NO_RESIZE' });
  request.inferSync();
  expect(output(request)[0]).toBe(2);
});

test('steps of the loaded network are not done twice', async () => {
  const request = (await load('FP32', { mean: [1, 2, 3] })).createInferRequest();
  request.setBlob('x', image([1, 3, 4, 6], 4), { mean: [1, 2, 3] });
  request.inferSync();
  expect([0, 24, 48].map((i) => output(request)[i])).toEqual([3, 2, 1]);
});

test('calls that give all inputs pass them in the shape of the network', async () => {
  const exec = await load();
  const [request] = exec.requests;
  const blob = image([1, 3, 2, 2], 7);
  request!.setBlob('x', blob, resize);
  const { x_out } = await exec.infer({ x: new Float32Array(72).fill(5) });
  expect([...x_out!.data]).toEqual(Array(72).fill(5));
  expect(blob.data[0]).toBe(7);
});

test('it can be cancelled or closed before the inference itself has begun', async () => {
  const exec = await load();
  for (const end of ['cancel', 'close'] as const) {
    const request = exec.createInferRequest();
    request.setBlob('x', image([1, 3, 1024, 1024], 1), resize);
    const running = request.infer();
    request[end]();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  }
});

test.each([
  ['U8', {}, { mean: 1 }, [1, 3, 4, 6], 'INVALID_ARGUMENT', /mean in U8.*before loadNetwork/],
  ['FP32', {}, resize, [1, 4, 2, 2], 'SHAPE_MISMATCH', /\[1,3,1\.\.,1\.\.\] \(NCHW\)/],
  ['FP32', {}, { colorFormat: 'RGB' }, [1, 3, 2, 2], 'SHAPE_MISMATCH', /\[1,3,4,6\].*\[1,3,2,2\]/],
  ['FP32', {}, { colorFormat: 'RGBX' }, [1, 4, 4, 6], 'INVALID_ARGUMENT', /RGBX needs.*NHWC/],
  ['FP32', { mean: 1 }, { mean: 2 }, [1, 3, 4, 6], 'INVALID_ARGUMENT', /loaded with mean/],
  ['FP32', { colorFormat: 'RGB' }, resize, [1, 3, 2, 2], 'INVALID_ARGUMENT', /too late/],
  ['FP32', {}, { means: 1 }, [1, 3, 4, 6], 'INVALID_ARGUMENT', /did you mean 'mean'\?/],
] as const)('%s loaded with %j and set with %j, %j: %s', async (...given) => {
  const [precision, loaded, preProcess, dims, code, message] = given;
  const request = (await load(precision, loaded)).createInferRequest();
  const set = (): void => {
    const blob = new Blob<Precision>({ precision, dims, layout: 'NCHW' });
    request.setBlob('x', blob, preProcess as PreProcess);
  };
  expect(set).toThrow(coded(code));
  expect(set).toThrow(message);
  // The request is unchanged.
  request.inferSync({ x: request.getBlob('x').data });
});

test('outputs and inputs of varying shape accept no preprocessing', async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [-1, 3, 4, 6] } }));
  const request = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
  expect(() => {
    request.setBlob('x', image([1, 3, 2, 2], 1), resize);
  }).toThrow(coded('SHAPE_MISMATCH'));
  expect(() => {
    request.setBlob('x_out', image([1, 3, 4, 6], 1), resize);
  }).toThrow(/an output/);
});
