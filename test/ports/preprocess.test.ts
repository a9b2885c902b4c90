import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Blob, IECore, type Layout, type PreProcess, type Precision } from '../../lib';
import { planPreProcess } from '../../lib/ports/preprocess-plan';
import { classic, coded, f32, passthrough } from '../helpers/networks';

const ie = new IECore();

/** Loads a network that returns images of 3×2×2 after preprocessing. */
async function load(preProcess: PreProcess, layout: Layout = 'NHWC', precision: Precision = 'U8') {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }));
  const input = net.inputInfo['x']!;
  Object.assign(input, { precision, layout, preProcess });
  return ie.loadNetwork(net, 'CPU', f32);
}

describe('planPreProcess', () => {
  test('fills in the defaults', () => {
    expect(planPreProcess({ mean: 5 }, 'x', 'NCHW', 3)).toEqual({
      mean: [5],
      scale: [],
      reverseChannels: false,
      color: '',
      resize: '',
    });
  });

  test('one value needs no channels, a list one for each', () => {
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

test('one mean and one scale apply to all channels, also in NCHW', async () => {
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
] as const)('%s is passed to the network as BGR', async (colorFormat, expected) => {
  const exec = await load({ colorFormat });
  const pixel = colorFormat.endsWith('X') ? [1, 2, 3, 99] : [1, 2, 3];
  const { x_out } = await exec.infer({ x: new Uint8Array([pixel, pixel, pixel, pixel].flat()) });
  expect([...x_out!.data]).toEqual(expected.flatMap((value) => [value, value, value, value]));
});

describe.each(['NV12', 'I420'] as const)('%s', (colorFormat) => {
  test.each(['NCHW', 'NHWC'] as const)(
    'is passed as one plane, with the layout %s',
    async (layout) => {
      const exec = await load({ colorFormat }, layout);
      const { shape, tensorDesc } = exec.inputInfo['x']!;
      expect(shape).toEqual([1, 3, 2, 1]);
      expect(tensorDesc).toEqual({ precision: 'U8', dims: [1, 3, 2, 1], layout: 'NHWC' });
      // Y, then U and V: white; ITU-R BT.601 has it at Y = 235.
      const { x_out } = await exec.infer({ x: new Uint8Array([235, 235, 235, 235, 128, 128]) });
      for (const value of x_out!.data) expect(Math.abs(Number(value) - 255)).toBeLessThan(1);
    },
  );

  test.each(['NCHW', 'NHWC'] as const)('is resized, with the layout %s', async (layout) => {
    const exec = await load({ colorFormat, resizeAlgorithm: 'RESIZE_BILINEAR' }, layout);
    expect(exec.inputInfo['x']!.shape).toEqual([1, -1, -1, 1]);
    const data = new Uint8Array(6 * 4).fill(235, 0, 16).fill(128, 16);
    const { x_out } = await exec.infer({ x: { data, dims: [1, 6, 4, 1] } });
    expect(x_out!.dims).toEqual([1, 3, 2, 2]);
    for (const value of x_out!.data) expect(Math.abs(Number(value) - 255)).toBeLessThan(1);
  });

  test('converts colors by BT.601', async () => {
    const exec = await load({ colorFormat }, 'NCHW');
    // Red: Y = 81, U = 90, V = 240.
    const { x_out } = await exec.infer({ x: new Uint8Array([81, 81, 81, 81, 90, 240]) });
    [0, 0, 0, 0, 0, 0, 0, 0, 254, 254, 254, 254].forEach((value, i) => {
      expect(Math.abs(Number(x_out!.data[i]) - value)).toBeLessThanOrEqual(2);
    });
  });
});

test.each([
  [{ colorFormat: 'RGBX' }, [1, 3, 2, 2], 'NCHW', 'INVALID_ARGUMENT', /RGBX.*NHWC.*NCHW.*'NHWC'/],
  [{ colorFormat: 'BGRX' }, [1, 3, 2, 2], 'NCHW', 'INVALID_ARGUMENT', /BGRX.*NHWC.*NCHW.*'NHWC'/],
  [{ colorFormat: 'RGBX' }, [3, 2, 2], 'HWC', 'INVALID_ARGUMENT', /RGBX.*NHWC.*HWC$/],
  [{ colorFormat: 'NV12' }, [3, 2, 2], 'CHW', 'INVALID_ARGUMENT', /NV12.*NCHW or NHWC.*CHW$/],
  [{ colorFormat: 'RGB' }, [1, 1, 2, 2], 'NCHW', 'SHAPE_MISMATCH', /RGB.*three.*takes 1$/],
  [
    { colorFormat: 'NV12', resizeAlgorithm: 'RESIZE_AREA' },
    [1, 4, 2, 2],
    'NCHW',
    'SHAPE_MISMATCH',
    /NV12.*three.*takes 4$/,
  ],
  [{ colorFormat: 'I420' }, [1, 3, 3, 2], 'NCHW', 'SHAPE_MISMATCH', /I420.*even.*3×2.*reshape/],
] as const)('%j for %j as %s is refused: %s', async (preProcess, dims, layout, code, message) => {
  const net = await ie.readNetwork(passthrough({ x: { dims } }));
  Object.assign(net.inputInfo['x']!, { layout, preProcess });
  await expect(ie.loadNetwork(net, 'CPU')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});

describe('mean images', () => {
  const { x, images, y } = classic.meanImages;
  const arrays = images.map((image) => new Float32Array(image));
  const all = new Blob(
    { precision: 'FP32', dims: [3, 4, 6], layout: 'CHW' },
    new Float32Array(images.flat()),
  );

  async function subtract(mean: PreProcess['mean'], layout: Layout = 'NCHW') {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 4, 6] } }));
    Object.assign(net.inputInfo['x']!, { layout });
    net.inputInfo['x']!.preProcess = { mean: mean! };
    return ie.loadNetwork(net, 'CPU', f32);
  }

  test.each([
    ['an array a channel', arrays],
    [
      'one blob for each channel',
      arrays.map((image) => new Blob({ precision: 'FP32', dims: [4, 6] }, image)),
    ],
    ['one blob of all channels', all],
  ])('%s: as the classic API subtracts them', async (_, mean) => {
    const exec = await subtract(mean);
    const { x_out } = await exec.infer({ x: new Float32Array(x) });
    x_out!.as('FP32').data.forEach((value, i) => {
      expect(value).toBeCloseTo(y[i]!, 3);
    });
  });

  test('have one image for each channel in any layout, and scale applies after them', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }));
    const input = net.inputInfo['x']!;
    input.layout = 'NHWC';
    input.preProcess = {
      mean: [0, 10, 20].map((c) => Float32Array.from([0, 1, 2, 3], (i) => c + i)),
      scale: 2,
    };
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const pixels = Float32Array.from({ length: 12 }, () => 100);
    const { x_out } = await exec.infer({ x: pixels });
    expect([...x_out!.data]).toEqual(
      [0, 10, 20].flatMap((c) => [0, 1, 2, 3].map((i) => (100 - c - i) / 2)),
    );
  });

  test('are copied when they are set', async () => {
    const mean = [1, 2, 3].map((c) => new Float32Array(24).fill(c));
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 4, 6] } }));
    net.inputInfo['x']!.preProcess.mean = mean;
    for (const image of mean) image.fill(99);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const { x_out } = await exec.infer({ x: new Float32Array(72).fill(5) });
    expect([0, 24, 48].map((i) => x_out!.data[i])).toEqual([4, 3, 2]);
  });

  test('are distinguished in the cache', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mean images '));
    try {
      for (const value of [1, 2, 1]) {
        const net = await ie.readNetwork(passthrough({ x: { dims: [1, 1, 2, 2] } }));
        net.inputInfo['x']!.preProcess.mean = [new Float32Array(4).fill(value)];
        const config = { ...f32.config, CACHE_DIR: folder };
        const exec = await ie.loadNetwork(net, 'CPU', { config });
        const { x_out } = await exec.infer({ x: new Float32Array(4).fill(5) });
        expect([...x_out!.data]).toEqual(Array(4).fill(5 - value));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ['too few', arrays.slice(1), 'SHAPE_MISMATCH', /Expected 3 images of 4×6.*received 2 of 24/],
    [
      'of another size',
      [1, 2, 3].map(() => new Float32Array(23)),
      'SHAPE_MISMATCH',
      /received 3 of 23/,
    ],
    ['of another precision', [new Uint8Array(24)], 'PRECISION_MISMATCH', /Float32Array/],
    ['mixed with numbers', [1, arrays[0], 3], 'INVALID_ARGUMENT', /one number or one image/],
    ['with what is no number', [new Float32Array([1, NaN])], 'INVALID_ARGUMENT', /\[0\]\[1\].*NaN/],
    [
      'a blob of other dims',
      new Blob({ precision: 'FP32', dims: [24] }),
      'SHAPE_MISMATCH',
      /\[C,H,W\]/,
    ],
    ['something else', [{}], 'INVALID_ARGUMENT', /Float32Array or a Blob/],
  ])('%s: refused', async (_, mean, code, message) => {
    await expect(subtract(mean as never)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('need an input of known size', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, -1, -1] } }));
    net.inputInfo['x']!.preProcess.mean = arrays;
    await expect(ie.loadNetwork(net, 'CPU')).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
      message: expect.stringContaining('reshape') as string,
    });
  });
});

describe('the settings of an input', () => {
  const settings = async (): Promise<PreProcess> =>
    (await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }))).inputInfo['x']!.preProcess;

  test('show the defaults if nothing is set', async () => {
    const steps = await settings();
    expect(steps.colorFormat).toBe('RAW');
    expect(steps.resizeAlgorithm).toBe('NO_RESIZE');
    expect(steps.reverseChannels).toBe(false);
    expect(steps.mean).toBeUndefined();
    expect(steps.scale).toBeUndefined();
  });

  test('may be set one by one, and all at once', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }));
    const input = net.inputInfo['x']!;
    input.preProcess.mean = 1;
    Object.assign(input.preProcess, { scale: [1, 2, 3], colorFormat: 'RGB' });
    expect({ ...input.preProcess }).toEqual({
      colorFormat: 'RGB',
      resizeAlgorithm: 'NO_RESIZE',
      reverseChannels: false,
      mean: 1,
      scale: [1, 2, 3],
    });
    input.preProcess = { reverseChannels: true };
    expect(input.preProcess).toMatchObject({ colorFormat: 'RAW', reverseChannels: true });
    expect(input.preProcess.mean).toBeUndefined();
  });

  test.each([
    ['means', 1, /no input 'x'.preProcess.means; .*; did you mean 'mean'\?/],
    ['resize_algorithm', 'RESIZE_AREA', /did you mean 'resizeAlgorithm'\?/],
    ['colorFormat', 'rgb', /; did you mean 'RGB'\?/],
    ['resizeAlgorithm', 'BILINEAR', /RESIZE_BILINEAR/],
    ['reverseChannels', 1, /a boolean/],
    ['mean', '5', /a finite number/],
    ['scale', 1e-50, /other than 0/],
    ['mean', 1e50, /a finite number/],
  ])('%s = %j is refused at once', async (step, value, message) => {
    const steps = await settings();
    const before = { ...steps };
    expect(() => {
      Object.assign(steps, { [step]: value });
    }).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
    expect(() => {
      Object.assign(steps, { [step]: value });
    }).toThrow(message);
    expect({ ...steps }).toEqual(before);
  });
});

test.each(['RESIZE_BILINEAR', 'RESIZE_AREA'] as const)(
  '%s accepts images of any size',
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

test('bilinear resizing to half the size averages four pixels', async () => {
  const exec = await load({ resizeAlgorithm: 'RESIZE_BILINEAR' });
  const data = new Uint8Array(48).map((_, i) => Math.floor(i / 3));
  const { x_out } = await exec.infer({ x: { data, dims: [1, 4, 4, 3] } });
  expect([...x_out!.data]).toEqual([
    2.5, 4.5, 10.5, 12.5, 2.5, 4.5, 10.5, 12.5, 2.5, 4.5, 10.5, 12.5,
  ]);
});
