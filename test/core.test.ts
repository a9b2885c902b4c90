import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import {
  Blob,
  fromFloat32,
  getVersion,
  IECore,
  InferQueue,
  StatusCode,
  toFloat32,
  type Config,
  type ExecutableNetwork,
  type IENetwork,
  type Precision,
} from '../lib';
import { coded, f32, passthrough } from './helpers/networks';

const ie = new IECore();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'core-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function identity(dims: readonly number[] = [1, 4], precision?: Precision) {
  const net = await ie.readNetwork(passthrough({ x: { dims } }));
  if (precision !== undefined) net.outputs['x_out']!.precision = precision;
  return ie.loadNetwork(net, 'CPU', f32);
}

describe('names and defaults', () => {
  test('inputs and outputs are matched by name, not by order', async () => {
    const net = await ie.readNetwork(passthrough({ z: { dims: [1, 2] }, a: { dims: [1, 2] } }));
    expect(Object.keys(net.inputInfo)).toEqual(['a', 'z']);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const results = await exec.infer({ a: new Float32Array([1, 2]), z: new Float32Array([3, 4]) });
    expect([...results['a_out']!.data]).toEqual([1, 2]);
    expect([...results['z_out']!.data]).toEqual([3, 4]);
  });

  test('FP16 has the default precision FP32; integer outputs have I32', async () => {
    const half = await ie.readNetwork(passthrough({ x: { dims: [1, 2], element: 'f16' } }));
    expect(half.inputInfo['x']!.precision).toBe('FP32');
    expect(half.outputs['x_out']!.precision).toBe('FP32');
    const long = await ie.readNetwork(passthrough({ x: { dims: [1, 2], element: 'i64' } }));
    expect(long.inputInfo['x']!.precision).toBe('I64');
    expect(long.outputs['x_out']!.precision).toBe('I32');
  });

  test.each([
    [{}, 'MISSING_INPUT'],
    [{ y: new Float32Array(4) }, 'UNKNOWN_NAME'],
    [{ x: new Float32Array(3) }, 'SHAPE_MISMATCH'],
    [{ x: new Float64Array(4) }, 'PRECISION_MISMATCH'],
    [{ x: [1, 2, 3, 4] }, 'INVALID_ARGUMENT'],
    [{ x: { data: new Float32Array(4), dims: [4, 1] } }, 'SHAPE_MISMATCH'],
    [null, 'INVALID_ARGUMENT'],
  ])('inputs %j are refused with %s', async (inputs, code) => {
    const exec = await identity();
    await expect(exec.infer(inputs as never)).rejects.toMatchObject({ code });
    expect(() => exec.inferSync(inputs as never)).toThrow(coded(code));
    const { x_out } = await exec.infer({ x: new Float32Array([1, 2, 3, 4]) });
    expect([...x_out!.data]).toEqual([1, 2, 3, 4]);
  });
});

describe('precisions', () => {
  // Measured on the classic API.
  test.each([
    ['U8', [1, 2, 2, 0, 255, 0, 2]],
    ['I32', [1, 2, 2, 0, 300, 0, 2]],
  ] as const)(
    'outputs in %s are rounded half to even and saturate',
    async (precision, expected) => {
      const exec = await identity([1, 7], precision);
      const x = new Float32Array([0.7, 1.7, 2.5, -1, 300, 0.5, 1.5]);
      const { x_out } = await exec.infer({ x });
      expect(x_out!.precision).toBe(precision);
      expect([...x_out!.data]).toEqual(expected);
      expect([...exec.inferSync({ x })['x_out']!.data]).toEqual(expected);
    },
  );

  test('values beyond the range of I32 saturate', async () => {
    const exec = await identity([1, 3], 'I32');
    const { x_out } = await exec.infer({ x: new Float32Array([3e9, Infinity, NaN]) });
    expect([...x_out!.data].slice(0, 2)).toEqual([2147483647, 2147483647]);
  });

  test('16-bit numbers convert both ways', () => {
    expect([...fromFloat32(new Float32Array([1, -2, 65504, 1e6]), 'FP16')]).toEqual([
      0x3c00, 0xc000, 0x7bff, 0x7c00,
    ]);
    expect([...fromFloat32(new Float32Array([1, -2]), 'BF16')]).toEqual([0x3f80, 0xc000]);
    expect([...toFloat32(new Uint16Array([0x3c00, 0x0001]), 'FP16')]).toEqual([1, 2 ** -24]);
  });

  test('an FP16 input accepts the bits of the numbers', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 2] } }));
    net.inputInfo['x']!.precision = 'FP16';
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const { x_out } = await exec.infer({ x: fromFloat32(new Float32Array([1.5, 3]), 'FP16') });
    expect([...x_out!.data]).toEqual([1.5, 3]);
  });
});

describe('layout and preprocessing', () => {
  const pixels = new Uint8Array([10, 20, 30, 40, 50, 60]); // two RGB pixels side by side

  async function loadWith(preProcess: object) {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 1, 2] } }));
    const info = net.inputInfo['x']!;
    info.precision = 'U8';
    info.layout = 'NHWC';
    info.preProcess = preProcess;
    expect(info.shape).toEqual([1, 1, 2, 3]);
    return ie.loadNetwork(net, 'CPU', f32);
  }

  test('an NHWC input accepts NHWC bytes', async () => {
    const { x_out } = await (await loadWith({})).infer({ x: pixels });
    expect([...x_out!.data]).toEqual([10, 40, 20, 50, 30, 60]);
  });

  test('channels are reversed, then the mean is subtracted, then the scale divides', async () => {
    const exec = await loadWith({ mean: [1, 2, 3], scale: [1, 2, 4], reverseChannels: true });
    const { x_out } = await exec.infer({ x: pixels });
    expect([...x_out!.data]).toEqual([29, 59, 9, 24, 1.75, 9.25]);
  });

  test('RGB becomes BGR', async () => {
    const { x_out } = await (await loadWith({ colorFormat: 'RGB' })).infer({ x: pixels });
    expect([...x_out!.data]).toEqual([30, 60, 20, 50, 10, 40]);
  });

  test('RESIZE_AREA computes the mean over the area of each pixel', async () => {
    const exec = await loadWith({ resizeAlgorithm: 'RESIZE_AREA' });
    const data = new Uint8Array(2 * 4 * 3).map((_, i) => i);
    const { x_out } = await exec.infer({ x: { data, dims: [1, 2, 4, 3] } });
    expect([...x_out!.data].map((v) => Math.round(1000 * Number(v)) / 1000)).toEqual([
      7.5, 13.5, 8.5, 14.5, 9.5, 15.5,
    ]);
  });

  test.each([
    [{ mean: [1, 2] }, 'SHAPE_MISMATCH'],
    [{ scale: 0 }, 'INVALID_ARGUMENT'],
    [{ colour: 'RGB' }, 'INVALID_ARGUMENT'],
    [{ colorFormat: 'XYZ' }, 'INVALID_ARGUMENT'],
  ])('%j is refused with %s', async (preProcess, code) => {
    await expect(loadWith(preProcess)).rejects.toMatchObject({ code });
  });
});

describe('shapes', () => {
  test('an input of dynamic shape accepts { data, dims }', async () => {
    const exec = await identity([-1, 2]);
    for (const rows of [1, 3, 2]) {
      const data = Float32Array.from({ length: 2 * rows }, (_, i) => i);
      const { x_out } = await exec.infer({ x: { data, dims: [rows, 2] } });
      expect(x_out!.dims).toEqual([rows, 2]);
      expect([...x_out!.data]).toEqual([...data]);
    }
    await expect(exec.infer({ x: new Float32Array(2) })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
  });

  test('reshape, batchSize and addOutputs change the network', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }));
    net.batchSize = 5;
    expect(net.inputInfo['x']!.shape).toEqual([5, 3, 2, 2]);
    net.reshape({ x: [2, 3, 4, 4] });
    expect(net.outputs['x_out']!.shape).toEqual([2, 3, 4, 4]);
    expect(() => {
      net.addOutputs('nothing');
    }).toThrow(coded('UNKNOWN_NAME'));
    expect(() => {
      net.reshape({ y: [1] });
    }).toThrow(coded('UNKNOWN_NAME'));
    expect(() => {
      net.reshape({ x: [1] });
    }).toThrow(coded('SHAPE_MISMATCH'));
  });

  test('setBatch sets a dynamic batch size', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [-1, 2] } }));
    const request = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
    request.setBatch(3);
    request.getBlob('x').data.set([1, 2, 3, 4, 5, 6] as never);
    await request.infer();
    expect([...request.getBlob('x_out').data]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('requests', () => {
  const x = new Float32Array([1, 2, 3, 4]);

  test('calls beyond the number of requests wait, and results do not mix', async () => {
    const exec = await ie.loadNetwork(
      await ie.readNetwork(passthrough({ x: { dims: [1, 4] } })),
      'CPU',
      {
        ...f32,
        numRequests: 2,
      },
    );
    const results = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => exec.infer({ x: new Float32Array(4).fill(i) })),
    );
    results.forEach(({ x_out }, i) => {
      expect([...x_out!.data]).toEqual([i, i, i, i]);
    });
  });

  test('blobs share the memory of the request, and stay readable after it is closed', async () => {
    const request = (await identity()).createInferRequest();
    request.getBlob('x').data.set(x as never);
    request.inferSync();
    const { data } = request.getBlob('x_out');
    expect([...data]).toEqual([1, 2, 3, 4]);
    request.close();
    expect([...data]).toEqual([1, 2, 3, 4]);
    expect(() => request.getBlob('x')).toThrow(coded('CLOSED'));
  });

  test('setBlob uses the memory of the caller', async () => {
    const request = (await identity()).createInferRequest();
    const input = new Blob({ precision: 'FP32', dims: [1, 4] }, x);
    const output = new Blob({ precision: 'FP32', dims: [1, 4] });
    request.setBlob('x', input);
    request.setBlob('x_out', output);
    await request.infer();
    expect([...output.data]).toEqual([1, 2, 3, 4]);
  });

  test('startAsync and wait report the state', async () => {
    const exec = await identity();
    expect(await exec.requests[0]!.wait()).toBe(StatusCode.INFER_NOT_STARTED);
    const request = exec.startAsync(0, { x });
    expect(() => exec.startAsync(0)).toThrow(coded('REQUEST_BUSY'));
    expect(request.waitSync()).toBe(StatusCode.OK);
    expect(await exec.wait()).toBe(StatusCode.OK);
    expect(exec.getIdleRequestId()).toBe(0);
    expect([...request.outputBlobs['x_out']!.data]).toEqual([1, 2, 3, 4]);
    expect(request.latency).toBeGreaterThan(0);
  });

  test('a queue keeps the order, drains and closes', async () => {
    const queue = new InferQueue(await identity(), { size: 3 });
    function* items() {
      for (let i = 0; i < 50; i += 1) yield { x: new Float32Array(4).fill(i) };
    }
    let next = 0;
    for await (const { x_out } of queue.map(items())) expect(x_out!.data[0]).toBe(next++);
    expect(next).toBe(50);
    const runs = [1, 2, 3, 4, 5].map(async () => queue.run({ x }));
    await queue.drain();
    await Promise.all(runs);
    queue.close();
    await expect(queue.run({ x })).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('an aborted signal rejects the call', async () => {
    const exec = await identity();
    await expect(exec.infer({ x }, { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: 'why',
    });
  });

  test('a closed network refuses calls; closing it again does nothing', async () => {
    const exec = await identity();
    exec.close();
    exec.close();
    await expect(exec.infer({ x })).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('files', () => {
  test('serialize writes a network that can be read, and a failure leaves no file', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    await net.serialize(join(folder, 'net.xml'));
    const again = await ie.readNetwork(join(folder, 'net.xml'));
    expect(Object.keys(again.inputInfo)).toEqual(['x']);
    await expect(net.serialize(join(folder, 'none', 'net.xml'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
    expect(readdirSync(folder).sort()).toEqual(['net.bin', 'net.xml']);
  });

  test('an exported network keeps its names and precisions', async () => {
    const file = join(folder, 'net.blob');
    const exec = await identity([1, 4], 'U8');
    await exec.export(file);
    const imported = await ie.importNetwork(file, 'CPU', f32);
    const { x_out } = await imported.infer({ x: new Float32Array([0.5, 1.5, 300, -1]) });
    expect(x_out!.precision).toBe('U8');
    expect([...x_out!.data]).toEqual([0, 2, 255, 0]);
    rmSync(file);
  });

  test.each([
    ['missing.onnx', undefined, 'FILE_NOT_FOUND'],
    ['empty.onnx', '', 'NETWORK_NOT_READ'],
    ['garbage.onnx', 'hello', 'NETWORK_NOT_READ'],
    ['garbage.xml', '<html>', 'NETWORK_NOT_READ'],
    ['short.xml', '<?xml version="1.0"?><net name="a" version="11"><layers>', 'NETWORK_NOT_READ'],
    ['garbage.tflite', 'hello', 'NETWORK_NOT_READ'],
    ['model.foo', 'hello', 'NETWORK_NOT_READ'],
  ])('%s is refused, and the runtime prints nothing', (name, content, code) => {
    const file = join(folder, name);
    if (content !== undefined) writeFileSync(file, content);
    const script = `new (require(${JSON.stringify(join(__dirname, '../dist'))}).IECore)()
      .readNetwork(${JSON.stringify(file)}).catch((error) => console.log(error.code))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: code, stderr: '' });
  });
});

describe('devices', () => {
  const x = new Float32Array([1, 2, 3, 4]);

  test.each<[string, Config?]>([
    ['AUTO'],
    ['MULTI:CPU'],
    ['HETERO:CPU'],
    // Its thread waits this long for more work, in ms, also when the process exits.
    ['BATCH:CPU(2)', { AUTO_BATCH_TIMEOUT: 10 }],
    ['HETERO:CPU2,CPU'],
    ['MULTI:CPU2,CPU'],
  ])('a network runs on %s', async (device, config = {}) => {
    const core = new IECore();
    core.registerPlugin('openvino_intel_cpu_plugin', 'CPU2');
    const exec = await core.loadNetwork(
      await core.readNetwork(passthrough({ x: { dims: [1, 4] } })),
      device,
      { config },
    );
    const { x_out } = await exec.infer({ x });
    expect([...x_out!.data]).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['MYRIAD', /2022\.3 .*NPU or GPU/],
    ['HETERO:HDDL,CPU', /2022\.3/],
    ['NOTHING', /knows no device NOTHING; usable here: .*CPU/],
  ])('the error for the missing device %s explains it', async (device, words) => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    await expect(ie.loadNetwork(net, device)).rejects.toMatchObject({
      code: 'DEVICE_NOT_AVAILABLE',
      message: expect.stringMatching(words) as string,
    });
  });

  test('classic and current keys work', async () => {
    const core = new IECore();
    core.setConfig({ CPU_THROUGHPUT_STREAMS: 2 }, 'CPU');
    expect(core.getConfig('CPU', 'NUM_STREAMS')).toBe(2);
    expect(core.getMetric('CPU', 'SUPPORTED_METRICS')).toContain('FULL_DEVICE_NAME');
    expect(core.getMetric('CPU', 'SUPPORTED_CONFIG_KEYS')).toContain('NUM_STREAMS');
    expect(core.getMetric('CPU', 'IMPORT_EXPORT_SUPPORT')).toBe(true);
    expect(() => core.getMetric('CPU', 'FOO')).toThrow(coded('UNSUPPORTED_PROPERTY'));
    const net = await core.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    await expect(core.loadNetwork(net, 'CPU', { config: { FOO: 1 } })).rejects.toMatchObject({
      code: 'UNSUPPORTED_PROPERTY',
    });
    expect(await core.queryNetwork(net, 'CPU')).toMatchObject({ x: 'CPU', x_out: 'CPU' });
    expect(core.getVersions('CPU')['CPU']!.major).toBeGreaterThanOrEqual(2024);
  });

  test('getPerfCounts reports times of layers', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    const exec = await ie.loadNetwork(net, 'CPU', { config: { PERF_COUNT: true } });
    const request = exec.createInferRequest();
    await request.infer({ x });
    expect(request.getPerfCounts()['x_out']).toMatchObject({ status: 'EXECUTED' });
    expect(exec.getExecGraphInfo().layers.length).toBeGreaterThan(0);
  });
});

describe('loadNetwork without a device', () => {
  test.each<[string, (net: IENetwork) => Promise<ExecutableNetwork> | ExecutableNetwork]>([
    ['no arguments', (net) => ie.loadNetwork(net)],
    ['undefined', (net) => ie.loadNetwork(net, undefined, { numRequests: 2 })],
    ['only options', (net) => ie.loadNetwork(net, { numRequests: 2 })],
    ['sync, no arguments', (net) => ie.loadNetworkSync(net)],
    ['sync, only options', (net) => ie.loadNetworkSync(net, { numRequests: 2 })],
  ])('%s: AUTO chooses', async (_, load) => {
    const exec = await load(await ie.readNetwork(passthrough({ x: { dims: [1, 4] } })));
    const { x_out } = await exec.infer({ x: new Float32Array([-1, 0, 1, 2]) });
    expect([...x_out!.data]).toEqual([0, 0, 1, 2]);
    expect(exec.getMetric('EXECUTION_DEVICES')).toEqual(
      expect.arrayContaining([expect.stringContaining('CPU')]),
    );
  });

  test('options apply', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    expect((await ie.loadNetwork(net, { numRequests: 3 })).requests).toHaveLength(3);
  });

  test.each([
    [null, /a non-empty string for device/],
    ['', /a non-empty string for device/],
    [{ numRequest: 2 }, /did you mean 'numRequests'\?/],
  ])('%j is refused', async (device, message) => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    await expect(ie.loadNetwork(net, device as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('new IECore(path)', () => {
  test('has the effect of the option pluginsXml', () => {
    const file = join(folder, 'plugins.xml');
    writeFileSync(file, '<ie><plugins></plugins></ie>');
    expect(new IECore(file).availableDevices).toEqual(
      new IECore({ pluginsXml: file }).availableDevices,
    );
  });

  test.each([
    ['nowhere.xml', 'FILE_NOT_FOUND'],
    ['', 'INVALID_ARGUMENT'],
  ])('%j is refused with %s', (path, code) => {
    expect(() => new IECore(path)).toThrow(coded(code));
  });
});

test('getVersion returns the version of the runtime, which is that of each device', () => {
  expect(getVersion()).toMatch(/^20\d\d\.\d+\.\d+/);
  expect(ie.getVersions('CPU')['CPU']!.buildNumber.split('-')[0]).toBe(getVersion().split('-')[0]);
});
