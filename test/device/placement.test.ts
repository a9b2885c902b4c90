import { join } from 'node:path';
import { IECore } from '../../lib';
import { coded, expectClose, f32 } from '../helpers/networks';

const model = join(__dirname, '../../models/efficientnet-lite0.xml');
const ie = new IECore();

beforeAll(() => ie.registerPlugin('openvino_intel_cpu_plugin', 'CPU2'));

describe('setAffinity', () => {
  /** A network for images in NHWC, and the names of the layers that compute. */
  async function network() {
    const net = await ie.readNetwork(model);
    const passive = ['Constant', 'Parameter', 'Result'];
    const layers = net.layers.filter(({ type }) => !passive.includes(type)).map(({ name }) => name);
    net.inputInfo.input!.precision = 'U8';
    net.inputInfo.input!.layout = 'NHWC';
    return { net, layers };
  }
  const image = Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => (i * 37) % 256);
  const hetero = {
    config: { DEVICE_PROPERTIES: { CPU: f32.config, CPU2: f32.config } },
  };

  test('splits a network between two devices; the result is that of one device', async () => {
    const { net, layers } = await network();
    const whole = await ie.loadNetwork(net, 'CPU', f32);
    const expected = (await whole.infer({ input: image })).output!;
    whole.close();

    const second = layers.slice(layers.length / 2);
    net.setAffinity(Object.fromEntries(second.map((name) => [name, 'CPU2'])));
    const split = await ie.loadNetwork(net, 'HETERO:CPU,CPU2', hetero);
    expect(split.getMetric('EXECUTION_DEVICES')).toEqual(['CPU', 'CPU2']);
    const { output } = await split.infer({ input: image });
    expectClose(output!.data as Float32Array, expected.data as Float32Array);
    split.close();

    const placed = await ie.queryNetwork(net, 'HETERO:CPU,CPU2');
    expect(placed[layers[0]!]).toBe('CPU');
    expect(placed[layers.at(-1)!]).toBe('CPU2');
  });

  test('moves one layer in the middle to another device', async () => {
    const { net, layers } = await network();
    net.setAffinity({ [layers[layers.length >> 1]!]: 'CPU2' });
    expect(Object.values(net.affinity)).toEqual(['CPU2']);
    const exec = ie.loadNetworkSync(net, 'HETERO:CPU,CPU2', hetero);
    expect(exec.getMetric('EXECUTION_DEVICES')).toEqual(['CPU', 'CPU2']);
    exec.close();
  });

  test('is refused on a device without the assigned ones, and can be removed', async () => {
    const { net, layers } = await network();
    expect(() => net.setAffinity({ nowhere: 'CPU2' })).toThrow(coded('UNKNOWN_NAME'));
    expect(() => net.setAffinity({ [layers[0]!]: 3 } as never)).toThrow(coded('INVALID_ARGUMENT'));
    expect(() => net.setAffinity(['CPU'] as never)).toThrow(coded('INVALID_ARGUMENT'));
    expect(net.affinity).toEqual({});

    net.setAffinity({ [layers[0]!]: 'CPU2' });
    for (const device of ['CPU', 'HETERO:CPU', 'AUTO'])
      await expect(ie.loadNetwork(net, device)).rejects.toThrow(
        /HETERO device that contains CPU2.*setAffinity/,
      );
    expect(() => ie.loadNetworkSync(net, 'CPU')).toThrow(coded('INVALID_ARGUMENT'));
    net.setAffinity({});
    const exec = await ie.loadNetwork(net, 'CPU');
    exec.close();
  });
});

describe('MULTI and AUTO over two devices', () => {
  test.each([
    ['MULTI:CPU,CPU2', {}, ['CPU', 'CPU2']],
    ['AUTO:CPU2,CPU', { PERFORMANCE_HINT: 'CUMULATIVE_THROUGHPUT' }, ['CPU2', 'CPU']],
  ])('%s gives the same result on each device', async (device, config, devices) => {
    const net = await ie.readNetwork(model);
    const exec = await ie.loadNetwork(net, device, { config });
    const used = exec.getMetric('EXECUTION_DEVICES') as string[];
    // The runtime may use only one of two devices whose names contain CPU.
    expect(used.length).toBeGreaterThan(0);
    expect(devices).toEqual(expect.arrayContaining(used));
    const input = Float32Array.from({ length: 150528 }, (_, i) => (i * 37) % 256);
    const all = await Promise.all(Array.from({ length: 12 }, () => exec.infer({ input })));
    for (const { output } of all)
      expectClose(output!.data as Float32Array, all[0]!.output!.data as Float32Array);
    exec.close();
  });

  test.each(['LATENCY', 'THROUGHPUT', 'CUMULATIVE_THROUGHPUT'])('AUTO with %s', async (hint) => {
    const exec = await ie.loadNetwork(model, 'AUTO:CPU', { config: { PERFORMANCE_HINT: hint } });
    const { output } = await exec.infer({ input: new Float32Array(150528).fill(100) });
    expect(output!.dims).toEqual([1, 1000]);
    exec.close();
  });

  test('AUTO skips a device that is missing', async () => {
    const exec = await ie.loadNetwork(model, 'AUTO:GPU,CPU2');
    expect(exec.getMetric('EXECUTION_DEVICES')).toEqual(['CPU2']);
    exec.close();
  });
});
