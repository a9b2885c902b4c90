import { join } from 'node:path';
import { benchmark, benchmarkSweep, type BenchmarkOptions } from '../../lib/benchmark';
import { IECore } from '../../lib';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { coded, ir, parameter, passthrough } from '../helpers/networks';

const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const photographs = join(packageRoot, 'models/photographs');
const newFolder = temporaryFolders();
const core = new IECore();

describe('benchmark', () => {
  test('runs the steps of benchmark_app and counts its inferences', async () => {
    const steps: number[] = [];
    const result = await benchmark(model, {
      iterations: 5,
      requests: 2,
      batch: 2,
      threads: 1,
      onStep: (number) => steps.push(number),
    });
    expect(steps).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(result).toMatchObject({
      device: 'CPU',
      executionDevices: ['CPU'],
      hint: 'throughput',
      api: 'async',
      batch: 2,
      requests: 2,
      // Rounded up to a multiple of the requests.
      iterations: 6,
      interrupted: false,
      layers: [],
    });
    const { latency, fps, duration } = result;
    expect(latency.min).toBeGreaterThan(0);
    expect(latency.min).toBeLessThanOrEqual(latency.median);
    expect(latency.median).toBeLessThanOrEqual(latency.max);
    expect(latency.percentile).toBe(latency.median);
    expect(fps).toBeCloseTo((1000 * 12) / duration, 6);
    expect(result.properties['INFERENCE_NUM_THREADS']).toBe(1);
  });

  test.each<[BenchmarkOptions, string, string]>([
    [{ hint: 'latency' }, 'latency', 'sync'],
    [{ api: 'sync' }, 'latency', 'sync'],
    [{ hint: 'latency', api: 'async' }, 'latency', 'async'],
    [{ hint: 'cumulative_throughput' }, 'cumulative_throughput', 'async'],
    [{ hint: 'none' }, 'none', 'async'],
  ])('%j', async (options, hint, api) => {
    const result = await benchmark(model, { ...options, iterations: 2 });
    expect(result).toMatchObject({ hint, api });
    expect(result.config['PERFORMANCE_HINT']).toBe(
      hint === 'none' ? undefined : hint.toUpperCase(),
    );
  });

  test.each(['AUTO', 'MULTI:CPU', 'HETERO:CPU', 'BATCH:CPU(2)'])(
    '%s passes settings on to its device',
    async (device) => {
      const { executionDevices, iterations } = await benchmark(model, {
        device,
        threads: 1,
        iterations: 4,
      });
      expect(iterations).toBeGreaterThanOrEqual(4);
      expect(executionDevices.join()).toContain('CPU');
    },
  );

  test('runs for a given time and reports progress', async () => {
    const parts: number[] = [];
    const result = await benchmark(model, {
      seconds: 0.6,
      onProgress: (part, left) => {
        parts.push(part);
        expect(left).toBeGreaterThanOrEqual(0);
      },
    });
    expect(result.duration).toBeGreaterThan(600);
    expect(parts.length).toBeGreaterThan(1);
    expect([...parts].sort((a, b) => a - b)).toEqual(parts);
  });

  test('fills inputs with images, or with random values and a warning', async () => {
    const told: string[] = [];
    const options = {
      iterations: 1,
      onInfo: (text: string) => told.push(text),
      onWarning: (text: string) => told.push(text),
    };
    await benchmark(model, { ...options, images: [photographs] });
    expect(told).toContain("Fill input 'input' with images");
    await benchmark(model, options);
    expect(told).toContain("Fill input 'input' with random values");
    expect(told.some((text) => text.startsWith('No input files were given'))).toBe(true);
  });

  test('measures layers', async () => {
    const { layers, requests } = await benchmark(model, { iterations: 2, perfCounts: true });
    expect(layers).toHaveLength(requests);
    const times = Object.values(layers[0] ?? {}).map(({ realTime }) => realTime);
    expect(Math.max(...times)).toBeGreaterThan(0);
  });

  test('dynamic shapes need a data shape', async () => {
    const net = () => core.readNetwork(passthrough({ x: { dims: [-1, 3] } }));
    const dynamic = await net();
    await expect(benchmark(dynamic, { iterations: 1 })).rejects.toEqual(coded('SHAPE_MISMATCH'));
    const { batch } = await benchmark(await net(), { iterations: 1, dataShape: [4, 3] });
    expect(batch).toBe(4);
    const fixed = await benchmark(await net(), { iterations: 1, shape: [2, 3] });
    expect(fixed.batch).toBe(2);
  });

  test.each(['FP16', 'I64', 'BOOL', 'I32', 'FP64'] as const)(
    'inputs of %s',
    async (inputPrecision) => {
      const net = await core.readNetwork(passthrough({ x: { dims: [1, 4] } }));
      await expect(
        benchmark(net, { iterations: 1, requests: 1, inputPrecision }),
      ).resolves.toMatchObject({
        iterations: 1,
      });
    },
  );

  test('a signal ends the measurement and keeps its results', async () => {
    for (const api of ['sync', 'async'] as const) {
      const controller = new AbortController();
      const result = await benchmark(model, {
        api,
        seconds: 60,
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      });
      expect(result.interrupted).toBe(true);
      expect(result.iterations).toBeGreaterThan(0);
      expect(result.duration).toBeLessThan(60_000);
    }
  });

  test('keeps the compiled network in cacheDir', async () => {
    const cacheDir = newFolder();
    const first = await benchmark(model, { iterations: 1, cacheDir });
    const second = await benchmark(model, { iterations: 1, cacheDir });
    expect([first.fromCache, second.fromCache]).toEqual([false, true]);
    expect(first.starts?.compiled).toBe(first.loadTime);
    expect(second.starts?.cached).toBe(second.loadTime);
    for (const { starts } of [first, second])
      expect(Object.values(starts!)).toEqual([1, 2, 3].map(() => expect.any(Number) as unknown));
    const auto = await benchmark(model, { iterations: 1, cacheDir, device: 'AUTO' });
    expect(auto.starts?.imported).toBeUndefined();
    const none = await benchmark(model, { iterations: 1 });
    expect([none.fromCache, none.starts]).toEqual([false, undefined]);
  });

  test.each<[string, BenchmarkOptions, string]>([
    ['an unknown hint', { hint: 'speed' as 'latency' }, 'INVALID_ARGUMENT'],
    ['an unknown api', { api: 'both' as 'sync' }, 'INVALID_ARGUMENT'],
    ['a duration of 0', { seconds: 0 }, 'INVALID_ARGUMENT'],
    ['half an inference', { iterations: 0.5 }, 'INVALID_ARGUMENT'],
    ['an unknown precision', { inputPrecision: 'FP8' as 'FP16' }, 'INVALID_ARGUMENT'],
    ['a percentile of 0', { percentile: 0 }, 'INVALID_ARGUMENT'],
    ['two requests with api sync', { api: 'sync', requests: 2 }, 'INVALID_ARGUMENT'],
    ['an unknown option', { nireq: 2 } as BenchmarkOptions, 'INVALID_ARGUMENT'],
    ['a missing device', { device: 'MYRIAD' }, 'DEVICE_NOT_AVAILABLE'],
    ['an unknown configuration key', { config: { SPEED: 'HIGH' } }, 'UNSUPPORTED_PROPERTY'],
    ['an input of another name', { shape: { x: [1] } }, 'UNKNOWN_NAME'],
    ['a shape that does not fit', { shape: [1, 3] }, 'SHAPE_MISMATCH'],
    ['missing images', { images: ['/nowhere'] }, 'FILE_NOT_FOUND'],
  ])('%s is an error', async (_, options, code) => {
    await expect(benchmark(model, { iterations: 1, ...options })).rejects.toEqual(coded(code));
  });

  test('with several inputs, shapes need names', async () => {
    const tensor = { dims: [1, 2] };
    const net = await core.readNetwork(
      ir(
        [
          parameter('a', tensor),
          parameter('b', tensor),
          { name: 'sum', type: 'Add', inputs: [tensor, tensor], outputs: [tensor] },
          { name: 'end', type: 'Result', inputs: [tensor] },
        ],
        [
          [0, 0, 2, 0],
          [1, 0, 2, 1],
          [2, 2, 3, 0],
        ],
      ),
    );
    await expect(benchmark(net, { iterations: 1, shape: [1, 2] })).rejects.toThrow(/a, b/);
  });
});

describe('benchmarkSweep', () => {
  test('measures every combination, and returns an error for each one that cannot run', async () => {
    const told: number[] = [];
    const trials = await benchmarkSweep(
      model,
      { device: ['CPU', 'MYRIAD'], nireq: [1, 2] },
      { iterations: 2 },
      (_, number, total) => {
        told.push(number);
        expect(total).toBe(4);
      },
    );
    expect(told).toEqual([1, 2, 3, 4]);
    expect(trials.map(({ result }) => result?.requests)).toEqual([1, 2, undefined, undefined]);
    expect(trials[2]?.error).toEqual(coded('DEVICE_NOT_AVAILABLE'));
  });
});
