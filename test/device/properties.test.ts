import { IECore } from '../../lib';
import { loadSmall, passthrough } from '../helpers/networks';

// The keys that the classic API lists for a network on the CPU, with their values without configuration.
const classic = {
  CPU_BIND_THREAD: expect.any(Boolean) as boolean,
  CPU_THREADS_NUM: expect.any(Number) as number,
  CPU_THROUGHPUT_STREAMS: 1,
  DUMP_EXEC_GRAPH_AS_DOT: '',
  DYN_BATCH_ENABLED: false,
  DYN_BATCH_LIMIT: 0,
  ENFORCE_BF16: expect.any(Boolean) as boolean,
  EXCLUSIVE_ASYNC_REQUESTS: false,
  PERF_COUNT: false,
};
const classicMetrics = [
  'NETWORK_NAME',
  'SUPPORTED_METRICS',
  'SUPPORTED_CONFIG_KEYS',
  'OPTIMAL_NUMBER_OF_INFER_REQUESTS',
];

test('a loaded network lists the classic keys and has their classic values', async () => {
  const exec = await loadSmall(new IECore());
  const plain = await new IECore().loadNetwork(passthrough({ x: { dims: [1, 4] } }), 'CPU');
  expect(exec.getMetric('SUPPORTED_CONFIG_KEYS')).toEqual(
    expect.arrayContaining(Object.keys(classic)),
  );
  expect(exec.getConfig('ENFORCE_BF16')).toBe(false);
  for (const [key, value] of Object.entries(classic)) expect(plain.getConfig(key)).toEqual(value);
});

test.each(['CPU', 'AUTO:CPU', 'HETERO:CPU', 'MULTI:CPU', 'BATCH:CPU(2)'])(
  'a network on %s can read each key and metric that it lists',
  async (device) => {
    const config = device.startsWith('BATCH') ? { AUTO_BATCH_TIMEOUT: 10 } : {};
    const net = passthrough({ x: { dims: [1, 4] } });
    const exec = await new IECore().loadNetwork(net, device, { config });
    const metrics = exec.getMetric('SUPPORTED_METRICS') as string[];
    const keys = exec.getMetric('SUPPORTED_CONFIG_KEYS') as string[];
    expect(metrics).toEqual(expect.arrayContaining(classicMetrics));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => metrics.includes(key))).toEqual([]);
    for (const name of [...metrics, ...keys]) expect(exec.getMetric(name)).toBeDefined();
    exec.close();
  },
);

test('a device can read each key and metric that it lists', () => {
  const ie = new IECore();
  const metrics = ie.getMetric('CPU', 'SUPPORTED_METRICS') as string[];
  expect(metrics).toEqual(
    expect.arrayContaining([
      'AVAILABLE_DEVICES',
      'FULL_DEVICE_NAME',
      'IMPORT_EXPORT_SUPPORT',
      'OPTIMIZATION_CAPABILITIES',
      'RANGE_FOR_ASYNC_INFER_REQUESTS',
      'RANGE_FOR_STREAMS',
      'SUPPORTED_CONFIG_KEYS',
      'SUPPORTED_METRICS',
    ]),
  );
  const keys = ie.getMetric('CPU', 'SUPPORTED_CONFIG_KEYS') as string[];
  expect(keys).toEqual(expect.arrayContaining([...Object.keys(classic), 'CACHE_DIR']));
  for (const name of [...metrics, ...keys]) expect(ie.getMetric('CPU', name)).toBeDefined();
  for (const device of ['AUTO', 'MULTI', 'HETERO', 'BATCH'])
    expect(ie.getMetric(device, 'SUPPORTED_METRICS')).toContain('SUPPORTED_METRICS');
});

test('a key has the same type for devices and loaded networks', async () => {
  const ie = new IECore();
  const net = passthrough({ x: { dims: [1, 4] } });
  const settings = [{}, { PERF_COUNT: true, PERFORMANCE_HINT_NUM_REQUESTS: 2, NUM_STREAMS: 2 }];
  for (const config of settings) {
    const core = new IECore();
    core.setConfig(config, 'CPU');
    const exec = await core.loadNetwork(net, 'CPU');
    for (const key of exec.getMetric('SUPPORTED_CONFIG_KEYS') as string[])
      expect([key, typeof exec.getConfig(key)]).toEqual([key, typeof core.getConfig('CPU', key)]);
    for (const [key, value] of Object.entries(config)) {
      expect(core.getConfig('CPU', key)).toBe(value);
      expect(exec.getConfig(key)).toBe(value);
    }
  }
  const exec = await ie.loadNetwork(net, 'CPU', { config: { EXCLUSIVE_ASYNC_REQUESTS: true } });
  expect(exec.getConfig('EXCLUSIVE_ASYNC_REQUESTS')).toBe(true);
});
