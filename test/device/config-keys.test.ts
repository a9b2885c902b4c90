import {
  currentKey,
  nestedConfigs,
  readProperty,
  toNativeConfig,
} from '../../lib/device/config-keys';
import { coded } from '../helpers/networks';

test.each([
  [{ CPU_THREADS_NUM: 4 }, { INFERENCE_NUM_THREADS: '4' }],
  [{ KEY_CPU_THROUGHPUT_STREAMS: 'CPU_THROUGHPUT_AUTO' }, { NUM_STREAMS: 'AUTO' }],
  [{ GPU_THROUGHPUT_STREAMS: 'GPU_THROUGHPUT_AUTO' }, { NUM_STREAMS: 'AUTO' }],
  [{ CPU_BIND_THREAD: 'NUMA' }, { ENABLE_CPU_PINNING: 'YES' }],
  [{ CPU_BIND_THREAD: false }, { ENABLE_CPU_PINNING: 'NO' }],
  [{ ENFORCE_BF16: true }, { INFERENCE_PRECISION_HINT: 'bf16' }],
  [{ ENFORCE_BF16: 'NO' }, { INFERENCE_PRECISION_HINT: 'f32' }],
  [{ TARGET_FALLBACK: ['GPU', 'CPU'] }, { MULTI_DEVICE_PRIORITIES: 'GPU,CPU' }],
  [{ PERF_COUNT: true }, { PERF_COUNT: 'YES' }],
  [{ ANYTHING_ELSE: 'x' }, { ANYTHING_ELSE: 'x' }],
  [
    { DEVICE_PROPERTIES: { CPU: { CPU_THREADS_NUM: 2, PERF_COUNT: false } } },
    { DEVICE_PROPERTIES: '{CPU:{INFERENCE_NUM_THREADS:2,PERF_COUNT:NO}}' },
  ],
])('%j becomes %j', (config, native) => {
  expect(toNativeConfig(config)).toEqual(native);
});

test.each([
  null,
  [],
  'NUM_STREAMS',
  { A: undefined },
  { A: NaN },
  { A: () => 1 },
  { A: { B: null } },
])('%p is refused', (config) => {
  expect(() => toNativeConfig(config as never)).toThrow(coded('INVALID_ARGUMENT'));
});

test('a key keeps its name unless it has a classic one', () => {
  expect(currentKey('KEY_CPU_THREADS_NUM')).toBe('INFERENCE_NUM_THREADS');
  expect(currentKey('NUM_STREAMS')).toBe('NUM_STREAMS');
  expect(currentKey('KEY_CACHE_GROUP_SIZE')).toBe('KEY_CACHE_GROUP_SIZE');
  expect(currentKey('toString')).toBe('toString');
});

test('classic values are translated in nested records too', () => {
  const config = { DEVICE_PROPERTIES: { CPU: { ENFORCE_BF16: 'NO', DYN_BATCH_ENABLED: 'NO' } } };
  const { DEVICE_PROPERTIES: text } = toNativeConfig(config);
  expect(text).toBe('{CPU:{INFERENCE_PRECISION_HINT:f32}}');
});

test('nestedConfigs finds the nested records in the text', () => {
  expect(nestedConfigs('{CPU:{A_B:1,C:x,y},GPU.1:{D:LOW}}')).toEqual([
    ['CPU', { A_B: '1', C: 'x,y' }],
    ['GPU.1', { D: 'LOW' }],
  ]);
  expect(nestedConfigs('')).toEqual([]);
});

describe('readProperty', () => {
  const values: Record<string, unknown> = {
    SUPPORTED_PROPERTIES: { NUM_STREAMS: 'RW', FULL_DEVICE_NAME: 'RO', AVAILABLE_DEVICES: 'RO' },
    OPTIMIZATION_CAPABILITIES: ['FP32', 'EXPORT_IMPORT'],
    INFERENCE_PRECISION_HINT: 'bf16',
    NUM_STREAMS: 3,
    PERF_COUNT: 'NO',
    PERFORMANCE_HINT_NUM_REQUESTS: '4',
    NETWORK_NAME: '4',
  };
  const source = { read: (name: string) => values[name], devices: () => ['CPU'], isNetwork: false };

  test.each([
    [
      'SUPPORTED_METRICS',
      ['AVAILABLE_DEVICES', 'FULL_DEVICE_NAME', 'SUPPORTED_CONFIG_KEYS', 'SUPPORTED_METRICS'],
    ],
    [
      'METRIC_SUPPORTED_CONFIG_KEYS',
      [
        'CPU_THROUGHPUT_STREAMS',
        'DUMP_EXEC_GRAPH_AS_DOT',
        'DYN_BATCH_ENABLED',
        'DYN_BATCH_LIMIT',
        'NUM_STREAMS',
      ],
    ],
    ['IMPORT_EXPORT_SUPPORT', true],
    ['ENFORCE_BF16', true],
    ['KEY_ENFORCE_BF16', true],
    ['CPU_THROUGHPUT_STREAMS', 3],
    ['NUM_STREAMS', 3],
    ['PERF_COUNT', false],
    ['PERFORMANCE_HINT_NUM_REQUESTS', 4],
    ['NETWORK_NAME', '4'],
    ['KEY_DYN_BATCH_ENABLED', false],
  ])('%s', (name, expected) => {
    expect(readProperty(source, name)).toEqual(expected);
  });
});
