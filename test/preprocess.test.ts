import { IECore, type Layout, type PreProcess, type Precision } from '../lib';
import { planPreProcess } from '../lib/preprocess';
import { coded, f32, passthrough } from './helpers/networks';

const ie = new IECore();

/** Loads a network that passes pictures of 3×2×2 on, with that done to them. */
async function load(preProcess: PreProcess, layout: Layout = 'NHWC', precision: Precision = 'U8') {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }));
  const input = net.inputInfo['x']!;
  Object.assign(input, { precision, layout, preProcess });
  return ie.loadNetwork(net, 'CPU', f32);
}

describe('planPreProcess', () => {
  test('completes what the user set', () => {
    expect(planPreProcess({ mean: 5 }, 'x', 'NCHW', 3)).toEqual({
      mean: [5],
      scale: [],
      reverseChannels: false,
      color: '',
      resize: '',
    });
  });

  test('one value needs no channels, a list takes those it finds', () => {
    expect(planPreProcess({ mean: 1 }, 'x', 'BLOCKED', 3).mean).toEqual([1]);
    expect(planPreProcess({ mean: [1, 2, 3] }, 'x', 'NC', -1).mean).toEqual([1, 2, 3]);
  });

  test.each([
    [{ mean: [1, 2, 3] }, 'BLOCKED', 3, 'INVALID_ARGUMENT'],
    [{ reverseChannels: true }, 'HW', -1, 'INVALID_ARGUMENT'],
    [{ reverseChannels: 1 }, 'NCHW', 3, 'INVALID_ARGUMENT'],
    [{ resizeAlgorithm: 'RESIZE_BILINEAR' }, 'NC', 3, 'INVALID_ARGUMENT'],
    [{ resizeAlgorithm: 'NEAREST' }, 'NCHW', 3, 'INVALID_ARGUMENT'],
    [{ mean: [] }, 'NCHW', 3, 'INVALID_ARGUMENT'],
    [{ mean: NaN }, 'NCHW', 3, 'INVALID_ARGUMENT'],
    [{ mean: '1' }, 'NCHW', 3, 'INVALID_ARGUMENT'],
    [{ scale: [1, 0, 1] }, 'NCHW', 3, 'INVALID_ARGUMENT'],
    [{ scale: [1, 2] }, 'NCHW', 3, 'SHAPE_MISMATCH'],
    [null, 'NCHW', 3, 'INVALID_ARGUMENT'],
  ] as const)('%j on %s with %i channels: %s', (preProcess, layout, channels, code) => {
    expect(() => planPreProcess(preProcess as PreProcess, 'x', layout, channels)).toThrow(
      coded(code),
    );
  });
});

test('one mean and one scale hold for all channels, in NCHW too', async () => {
  const exec = await load({ mean: 10, scale: 2 }, 'NCHW');
  const { x_out } = await exec.infer({ x: new Uint8Array(12).map((_, i) => 10 + i) });
  expect([...x_out!.data]).toEqual(Array.from({ length: 12 }, (_, i) => i / 2));
});

test.each([
  ['RGB', [3, 2, 1]],
  ['BGR', [1, 2, 3]],
  ['RAW', [1, 2, 3]],
  ['RGBX', [3, 2, 1]],
  ['BGRX', [1, 2, 3]],
] as const)('%s goes to the network as BGR', async (colorFormat, expected) => {
  const exec = await load({ colorFormat });
  const pixel = colorFormat.endsWith('X') ? [1, 2, 3, 99] : [1, 2, 3];
  const { x_out } = await exec.infer({ x: new Uint8Array([pixel, pixel, pixel, pixel].flat()) });
  expect([...x_out!.data]).toEqual(expected.flatMap((value) => [value, value, value, value]));
});

test.each(['NV12', 'I420'] as const)('%s goes in as one plane', async (colorFormat) => {
  const exec = await load({ colorFormat });
  expect(exec.inputInfo['x']!.shape).toEqual([1, 3, 2, 1]);
  // Y, then U and V: white; ITU-R BT.601 has it at Y = 235.
  const { x_out } = await exec.infer({ x: new Uint8Array([235, 235, 235, 235, 128, 128]) });
  for (const value of x_out!.data) expect(Math.abs(Number(value) - 255)).toBeLessThan(1);
});

test.each(['RESIZE_BILINEAR', 'RESIZE_AREA'] as const)(
  '%s brings pictures of any size to the network',
  async (resizeAlgorithm) => {
    const exec = await load({ resizeAlgorithm });
    expect(exec.inputInfo['x']!.shape).toEqual([1, -1, -1, 3]);
    for (const [height, width] of [
      [4, 4],
      [1, 7],
      [2, 2],
    ] as const) {
      const data = new Uint8Array(height * width * 3).fill(77);
      const { x_out } = await exec.infer({ x: { data, dims: [1, height, width, 3] } });
      expect(x_out!.dims).toEqual([1, 3, 2, 2]);
      for (const value of x_out!.data) expect(value).toBeCloseTo(77, 3);
    }
  },
);

test('bilinear resizing to half takes the mean of four pixels', async () => {
  const exec = await load({ resizeAlgorithm: 'RESIZE_BILINEAR' });
  const data = new Uint8Array(48).map((_, i) => Math.floor(i / 3));
  const { x_out } = await exec.infer({ x: { data, dims: [1, 4, 4, 3] } });
  expect([...x_out!.data]).toEqual([
    2.5, 4.5, 10.5, 12.5, 2.5, 4.5, 10.5, 12.5, 2.5, 4.5, 10.5, 12.5,
  ]);
});
