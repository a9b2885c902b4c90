import { IECore, type Config } from '../../lib';
import { coded, passthrough } from '../helpers/networks';
import { isSince } from '../helpers/runtime';

const network = passthrough({ x: { dims: [1, 4] } });
const x = new Float32Array([1, 2, 3, 4]);

/** Expects that loading on a device and inferring still work after a refusal. */
async function expectWorks(ie: IECore, device: string): Promise<void> {
  const exec = await ie.loadNetwork(network, device, { numRequests: 1 });
  const { x_out } = await exec.infer({ x });
  expect([...x_out!.data]).toEqual([1, 2, 3, 4]);
  exec.close();
}

describe('setConfig before the plugin is used', () => {
  test.each<[string, Config, string | undefined, RegExp]>([
    ['an unknown key', { FOO_KEY: 1 }, 'CPU', /FOO_KEY/],
    ['an unknown key for all', { FOO_KEY: 1 }, undefined, /FOO_KEY/],
    ['a misspelt key', { INFERENCE_NUM_THREAD: 1 }, 'CPU', /did you mean 'INFERENCE_NUM_THREADS'/],
    ['a misspelt key for all', { NUM_STREAM: 1 }, undefined, /did you mean 'NUM_STREAMS'/],
    ['a misspelt classic key', { CPU_THREAD_NUM: 1 }, 'CPU', /did you mean 'CPU_THREADS_NUM'/],
    ['a wrong value', { NUM_STREAMS: 'many' }, 'CPU', /many/],
    ['a wrong value for all', { PERFORMANCE_HINT: 'FAST' }, undefined, /FAST/],
    ['a right and a wrong key', { NUM_STREAMS: 2, FOO_KEY: 1 }, 'CPU', /FOO_KEY/],
    ['a key of another device', { NUM_STREAMS: 2 }, 'HETERO', /NUM_STREAMS/],
    ['an unknown key of AUTO', { FOO_KEY: 1 }, 'AUTO', /FOO_KEY/],
    ['an unknown key of MULTI', { FOO_KEY: 1 }, 'MULTI', /FOO_KEY/],
    ['an unknown key of BATCH', { FOO_KEY: 1 }, 'BATCH', /FOO_KEY/],
    ['properties of devices', { DEVICE_PROPERTIES: { CPU: { NUM_STREAMS: 1 } } }, 'AUTO', /once/],
    ['a list of devices', { PERFORMANCE_HINT: 'LATENCY' }, 'AUTO:CPU', /AUTO:CPU/],
    ['a feature that no longer exists', { DYN_BATCH_ENABLED: 'YES' }, 'CPU', /reshape/],
    ['a limit that no longer exists', { KEY_DYN_BATCH_LIMIT: 8 }, 'CPU', /reshape/],
  ])('%s is refused at once, and every device still works', async (_, config, device, words) => {
    const ie = new IECore();
    const before = ie.getConfig('CPU', 'NUM_STREAMS');
    const fresh = new IECore();
    for (const core of [fresh, ie]) {
      expect(() => {
        core.setConfig(config, device);
      }).toThrow(coded('UNSUPPORTED_PROPERTY', words));
      expect(core.availableDevices).toContain('CPU');
      expect(core.getConfig('CPU', 'NUM_STREAMS')).toEqual(before);
      core.unregisterPlugin('CPU');
      for (const name of ['CPU', 'AUTO', 'HETERO:CPU', 'MULTI:CPU']) await expectWorks(core, name);
    }
  });

  test.each(['NOTHING', 'MYRIAD', 'CPU,GPU', ':', 'CPU.0', 'CPU.7'])(
    'the missing device %s is refused, and CPU still works',
    async (device) => {
      const ie = new IECore();
      expect(() => {
        ie.setConfig({ PERF_COUNT: true }, device);
      }).toThrow(coded('DEVICE_NOT_AVAILABLE', device));
      await expectWorks(ie, 'CPU');
    },
  );

  test('a registered plugin is a known device', async () => {
    const ie = new IECore();
    ie.registerPlugin('openvino_intel_cpu_plugin', 'CPU2');
    ie.setConfig({ NUM_STREAMS: 2 }, 'CPU2');
    expect(ie.getConfig('CPU2', 'NUM_STREAMS')).toBe(2);
    expect(() => {
      ie.setConfig({ FOO_KEY: 1 }, 'CPU2');
    }).toThrow(coded('UNSUPPORTED_PROPERTY', 'FOO_KEY'));
    await expectWorks(ie, 'CPU2');
  });

  test('without a device, each device gets the keys that it has', async () => {
    const ie = new IECore();
    ie.setConfig({ CPU_THROUGHPUT_STREAMS: 2, PERF_COUNT: true, ENABLE_MMAP: false });
    expect(ie.getConfig('CPU', 'NUM_STREAMS')).toBe(2);
    for (const device of ['CPU', 'AUTO', 'MULTI', 'BATCH'])
      expect(ie.getConfig(device, 'PERF_COUNT')).toBe(true);
    for (const name of ['CPU', 'AUTO', 'HETERO:CPU', 'MULTI:CPU']) await expectWorks(ie, name);
  });

  test('classic keys may turn off features that no longer exist', () => {
    const ie = new IECore();
    // The values that the classic API reports for a CPU without configuration.
    const off = {
      DYN_BATCH_ENABLED: 'NO',
      DYN_BATCH_LIMIT: '0',
      DUMP_EXEC_GRAPH_AS_DOT: '',
      EXCLUSIVE_ASYNC_REQUESTS: 'NO',
    };
    ie.setConfig(off, 'CPU');
    ie.setConfig(off);
    expect(ie.loadNetworkSync(network, 'CPU', { config: off }).getConfig('PERF_COUNT')).toBe(false);
    expect(ie.getConfig('CPU', 'DYN_BATCH_ENABLED')).toBe(false);
    expect(ie.getConfig('CPU', 'DYN_BATCH_LIMIT')).toBe(0);
    expect(ie.getConfig('CPU', 'DUMP_EXEC_GRAPH_AS_DOT')).toBe('');
  });
});

describe('config of one call', () => {
  test.each<[string, Config, RegExp]>([
    ['CPU', { FOO_KEY: 1 }, /FOO_KEY/],
    ['CPU', { NUM_STREAM: 1 }, /did you mean 'NUM_STREAMS'/],
    ['CPU', { NUM_STREAMS: 'many' }, /many/],
    ['CPU', { PERFORMANCE_HINT: 'FAST' }, /FAST/],
    ['CPU', { DYN_BATCH_ENABLED: true }, /reshape/],
    // The runtime ignores these.
    ['AUTO', { FOO_KEY: 1 }, /FOO_KEY/],
    ['AUTO:CPU', { FOO_KEY: 1 }, /FOO_KEY/],
    ['HETERO:CPU', { FOO_KEY: 1 }, /FOO_KEY/],
    ['MULTI:CPU', { FOO_KEY: 1 }, /FOO_KEY/],
    ['AUTO:CPU', { PERFORMANCE_HINTS: 'LATENCY' }, /did you mean 'PERFORMANCE_HINT'/],
    ['AUTO:CPU', { DEVICE_PROPERTIES: { CPU: { FOO_KEY: 1 } } }, /FOO_KEY/],
    ['HETERO:CPU', { DEVICE_PROPERTIES: { CPU: { NUM_STREAM: 1 } } }, /'NUM_STREAMS'/],
    ['AUTO:CPU', { NUM_STREAMS: 'many' }, /many/],
    ['BATCH:CPU(2)', { FOO_KEY: 1 }, /FOO_KEY/],
  ])('%s refuses %j', async (device, config, words) => {
    const ie = new IECore();
    await expect(ie.loadNetwork(network, device, { config })).rejects.toThrow(
      coded('UNSUPPORTED_PROPERTY', words),
    );
    expect(() => ie.loadNetworkSync(network, device, { config })).toThrow(
      coded('UNSUPPORTED_PROPERTY', words),
    );
    await expectWorks(ie, 'CPU');
  });

  // In older runtimes it is a key of the core only.
  const mappable: Config = isSince('2026.0') ? { ENABLE_MMAP: true } : {};
  test.each<[string, Config]>([
    ['AUTO:CPU', { NUM_STREAMS: 2, PERF_COUNT: true }],
    ['HETERO:CPU', { CPU_THREADS_NUM: 1 }],
    ['HETERO', { TARGET_FALLBACK: 'CPU' }],
    ['MULTI', { MULTI_DEVICE_PRIORITIES: ['CPU'] }],
    ['MULTI:CPU', { DEVICE_PROPERTIES: { CPU: { NUM_STREAMS: 2 }, GPU: { NUM_STREAMS: 2 } } }],
    ['AUTO:CPU', { ENABLE_MMAP: true, EXCLUSIVE_ASYNC_REQUESTS: false }],
    ['CPU', { ...mappable, EXCLUSIVE_ASYNC_REQUESTS: false }],
  ])('%s accepts %j', async (device, config) => {
    const exec = await new IECore().loadNetwork(network, device, { config });
    const { x_out } = await exec.infer({ x });
    expect([...x_out!.data]).toEqual([1, 2, 3, 4]);
  });

  test('queryNetwork refuses an unknown key too', async () => {
    const ie = new IECore();
    const net = await ie.readNetwork(network);
    for (const device of ['CPU', 'HETERO:CPU'])
      await expect(ie.queryNetwork(net, device, { FOO_KEY: 1 })).rejects.toThrow(
        coded('UNSUPPORTED_PROPERTY', /FOO_KEY/),
      );
  });
});
