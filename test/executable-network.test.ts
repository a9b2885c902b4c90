import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import {
  Blob,
  ExecutableNetwork,
  IECore,
  IENetwork,
  InferRequest,
  StatusCode,
  type Outputs,
} from '../lib';
import { temporaryFolders } from './helpers/folders';
import { coded, f32, fixture, loadSlow, loadSmall, passthrough, values } from './helpers/networks';
import { testSince2026 } from './helpers/runtime';

const ie = new IECore();
const newFolder = temporaryFolders();
const x = new Float32Array([1, 2, 3, 4]);

const filled = (value: number, length = 4) => new Float32Array(length).fill(value);
const numbers = (outputs: Outputs, name = 'x_out') => [...(outputs[name]!.data as Float32Array)];

/** The result of a promise: 'done', or the code of its error. */
const ending = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );

describe('infer', () => {
  test.each([1, 2, 3])(
    'never mixes the results of many calls over %i requests',
    async (numRequests) => {
      const exec = await loadSmall(ie, [1, 64], numRequests);
      const calls = Array.from({ length: 60 }, async (_, i) => exec.infer({ x: filled(i, 64) }));
      (await Promise.all(calls)).forEach((outputs, i) => {
        expect(numbers(outputs)).toEqual([...filled(i, 64)]);
      });
    },
  );

  test('returns outputs that later inferences do not change', async () => {
    const exec = await loadSmall(ie);
    const first = await exec.infer({ x });
    const second = exec.inferSync({ x: filled(9) });
    exec.inferSync({ x: filled(0) });
    exec.close();
    expect(numbers(first)).toEqual([1, 2, 3, 4]);
    expect(numbers(second)).toEqual([9, 9, 9, 9]);
    expect(first['x_out']!.tensorDesc).toEqual({ precision: 'FP32', dims: [1, 4], layout: 'NC' });
  });

  test('computes the values of another runtime, by each method', async () => {
    const exec = await ie.loadNetwork(fixture('conv.xml'), 'CPU', f32);
    const inputs = { input: values('conv.input') };
    const expected = [...values('conv.output')];
    const [request] = exec.requests as [InferRequest];
    request.inferSync(inputs);
    for (const outputs of [await exec.infer(inputs), exec.inferSync(inputs), request.outputBlobs]) {
      numbers(outputs, 'output').forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    }
  });

  test('returns its own result if waitSync and other calls come in between', async () => {
    const exec = await loadSmall(ie);
    const [request] = exec.requests as [InferRequest];
    const first = exec.infer({ x });
    expect(request.waitSync()).toBe(StatusCode.OK);
    const second = exec.inferSync({ x: filled(5) });
    const third = exec.infer({ x: filled(6) });
    expect(numbers(await first)).toEqual([1, 2, 3, 4]);
    expect(numbers(second)).toEqual([5, 5, 5, 5]);
    expect(numbers(await third)).toEqual([6, 6, 6, 6]);
  });

  test('inferSync needs an idle request', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const running = exec.infer(inputs);
    expect(() => exec.inferSync(inputs)).toThrow(coded('REQUEST_BUSY'));
    await running;
    expect(Object.keys(exec.inferSync(inputs))).toEqual(['output']);
  });

  test('refuses bad inputs and continues with the next call', async () => {
    const exec = await loadSmall(ie);
    const bad = [
      {},
      { y: x },
      { x, y: x },
      { x: new Float32Array(3) },
      { x: new Int32Array(4) },
      null,
      'x',
    ];
    const calls = bad.flatMap((inputs, i) => [
      ending(exec.infer(inputs as never)),
      exec.infer({ x: filled(i) }).then(({ x_out }) => x_out!.data[0]),
    ]);
    expect(await Promise.all(calls)).toEqual([
      'MISSING_INPUT',
      0,
      'UNKNOWN_NAME',
      1,
      'UNKNOWN_NAME',
      2,
      'SHAPE_MISMATCH',
      3,
      'PRECISION_MISMATCH',
      4,
      'INVALID_ARGUMENT',
      5,
      'INVALID_ARGUMENT',
      6,
    ]);
    expect(exec.getIdleRequestId()).toBe(0);
  });

  test.each([null, 1, { sginal: undefined }, { signal: {} }, { signal: 'abort' }])(
    'refuses the options %j',
    async (options) => {
      const exec = await loadSmall(ie);
      await expect(exec.infer({ x }, options as never)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
      expect(numbers(await exec.infer({ x }, { signal: undefined }))).toEqual([1, 2, 3, 4]);
    },
  );
});

describe('requests', () => {
  test('have the length numRequests, by default the optimal number of the device', async () => {
    const three = await loadSmall(ie, [1, 4], 3);
    expect(three.requests).toHaveLength(3);
    expect(three.requests.every((request) => request instanceof InferRequest)).toBe(true);
    expect(three.requests).toEqual(three.requests);
    for (const [i, request] of three.requests.entries()) expect(three.requests[i]).toBe(request);
    for (const options of [{}, { numRequests: 0 }]) {
      const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
      const exec = await ie.loadNetwork(net, 'CPU', options);
      expect(exec.requests).toHaveLength(
        exec.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS') as number,
      );
    }
  });

  test('startAsync takes an index, wait a number of requests', async () => {
    const { exec, inputs } = await loadSlow(ie, 2);
    expect(await exec.wait()).toBe(StatusCode.OK);
    expect(exec.getIdleRequestId()).toBe(0);
    expect(exec.startAsync(0, inputs)).toBe(exec.requests[0]);
    expect(exec.getIdleRequestId()).toBe(1);
    expect(await exec.wait(1)).toBe(StatusCode.OK);
    exec.startAsync(1, inputs);
    expect(exec.getIdleRequestId()).toBe(-1);
    expect(() => exec.startAsync(1)).toThrow(coded('REQUEST_BUSY'));
    expect(await exec.wait(1, 0)).toBe(StatusCode.RESULT_NOT_READY);
    expect(await exec.wait(2, 0)).toBe(StatusCode.RESULT_NOT_READY);
    expect(await exec.wait(0, 0)).toBe(StatusCode.OK);
    expect(await exec.wait(2, 60_000)).toBe(StatusCode.OK);
    expect([0, 1]).toContain(exec.getIdleRequestId());
    expect(await exec.wait(undefined, 0)).toBe(StatusCode.OK);
  });

  test('infer does not use a request that the caller started', async () => {
    const exec = await loadSmall(ie, [1, 4], 2);
    const [first] = exec.requests as [InferRequest];
    first.startAsync({ x: filled(8) });
    const results = await Promise.all([1, 2, 3].map(async (i) => exec.infer({ x: filled(i) })));
    expect(results.map((result) => numbers(result)[0])).toEqual([1, 2, 3]);
    expect(await exec.wait()).toBe(StatusCode.OK);
  });

  test('wait rejects with the error of a request', async () => {
    const { exec, inputs } = await loadSlow(ie, 2);
    exec.startAsync(0, inputs).cancel();
    await expect(exec.wait()).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(exec.wait()).rejects.toMatchObject({ code: 'CANCELLED' });
    exec.startAsync(0);
    expect(await exec.wait()).toBe(StatusCode.OK);
  });

  test.each([
    ['startAsync', [2]],
    ['startAsync', [-1]],
    ['startAsync', ['0']],
  ] as const)('%s(%p) is refused', async (_, [id]) => {
    const exec = await loadSmall(ie, [1, 4], 2);
    expect(() => exec.startAsync(id as number)).toThrow(coded('INVALID_ARGUMENT'));
  });

  test.each([[3], [-1], ['1'], [1, -2], [1, '0']])('wait(%j, %j) is refused', async (...args) => {
    const exec = await loadSmall(ie, [1, 4], 2);
    await expect(exec.wait(...(args as [number, number]))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  test('createInferRequest makes requests outside the pool', async () => {
    const exec = await loadSmall(ie);
    const [one, other] = [exec.createInferRequest(), exec.createInferRequest()];
    one.startAsync({ x });
    other.startAsync({ x: filled(2) });
    expect(exec.getIdleRequestId()).toBe(0);
    await Promise.all([one.wait(), other.wait()]);
    expect(numbers(one.outputBlobs)).toEqual([1, 2, 3, 4]);
    expect(numbers(other.outputBlobs)).toEqual([2, 2, 2, 2]);
  });
});

describe('a signal', () => {
  test('that is aborted already prevents the inference', async () => {
    const exec = await loadSmall(ie);
    const reason = new Error('enough');
    await expect(exec.infer({ x }, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: reason,
    });
    expect(await exec.requests[0]!.wait()).toBe(StatusCode.INFER_NOT_STARTED);
  });

  // Older runtimes do not cancel a running inference.
  testSince2026('cancels the running inference, and the request stays usable', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const controller = new AbortController();
    const aborted = ending(exec.infer(inputs, { signal: controller.signal }));
    controller.abort();
    expect(await aborted).toBe('ABORT_ERR');
    await expect(exec.requests[0]!.wait()).rejects.toMatchObject({ code: 'CANCELLED' });
    const expected = exec.inferSync(inputs);
    expect(numbers(await exec.infer(inputs), 'output')).toEqual(numbers(expected, 'output'));
  });

  test('ends the wait for a request, and later calls are served earlier', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const order: string[] = [];
    const run = async (name: string, signal?: AbortSignal) => {
      const end = await ending(exec.infer(inputs, { signal }));
      order.push(name);
      return end;
    };
    const [second, third] = [new AbortController(), new AbortController()];
    const calls = [
      run('first'),
      run('second', second.signal),
      run('third', third.signal),
      run('fourth'),
    ];
    third.abort();
    second.abort();
    expect(await Promise.all(calls)).toEqual(['done', 'ABORT_ERR', 'ABORT_ERR', 'done']);
    expect(order.slice(-2)).toEqual(['first', 'fourth']);
    expect(exec.getIdleRequestId()).toBe(0);
  });

  test('may abort many calls at once, and no request is lost', async () => {
    const { exec, inputs } = await loadSlow(ie, 2);
    const controller = new AbortController();
    const { signal } = controller;
    const doomed = Array.from({ length: 10 }, async () => ending(exec.infer(inputs, { signal })));
    const kept = exec.infer(inputs);
    controller.abort();
    expect(new Set(await Promise.all(doomed))).toEqual(new Set(['ABORT_ERR']));
    await kept;
    await Promise.all([exec.infer(inputs), exec.infer(inputs), exec.infer(inputs)]);
    expect(exec.getIdleRequestId()).toBe(0);
  });

  test('does nothing after the inference, and keeps no listener', async () => {
    const exec = await loadSmall(ie);
    const controller = new AbortController();
    const { signal } = controller;
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    expect(numbers(await exec.infer({ x }, { signal }))).toEqual([1, 2, 3, 4]);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    const next = exec.infer({ x });
    controller.abort();
    expect(numbers(await next)).toEqual([1, 2, 3, 4]);
  });
});

describe('maxQueue', () => {
  test('refuses calls beyond it with QUEUE_FULL; stats counts each call', async () => {
    const { exec, inputs } = await loadSlow(ie, 1, { maxQueue: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [undefined, signal, undefined].map(async (one) =>
      exec.infer(inputs, { signal: one }),
    );
    const ends = Promise.all(calls.map(ending));
    expect([exec.pending, exec.running]).toEqual([2, 1]);
    const refused = exec.infer(inputs);
    await expect(refused).rejects.toMatchObject({
      name: 'InferenceError',
      code: 'QUEUE_FULL',
      message: expect.stringContaining('maxQueue = 2') as string,
    });
    expect(() => exec.inferSync(inputs)).toThrow(coded('REQUEST_BUSY'));
    expect(await ending(exec.infer(inputs, { signal: AbortSignal.abort() }))).toBe('ABORT_ERR');
    controller.abort();
    // Now another call may wait.
    const last = exec.infer(inputs);
    expect([exec.pending, exec.running]).toEqual([2, 1]);
    expect(await ends).toEqual(['done', 'ABORT_ERR', 'done']);
    await last;
    expect(await ending(exec.infer({}))).toBe('MISSING_INPUT');
    exec.close();
    const { latency, ...counts } = exec.stats();
    expect(counts).toEqual({
      ...{ completed: 3, failed: 1, cancelled: 2, refused: 2 },
      ...{ pending: 0, running: 0 },
    });
    expect(latency.count).toBe(3);
    expect(latency.p50).toBeGreaterThan(0);
    // The second waited for the first, the third for both.
    expect(latency.max).toBeGreaterThan(latency.p50);
  });

  test('of 0 lets no call wait', async () => {
    const { exec, inputs } = await loadSlow(ie, 1, { maxQueue: 0 });
    const call = exec.infer(inputs);
    expect(await ending(exec.infer(inputs))).toBe('QUEUE_FULL');
    await call;
    await exec.infer(inputs);
    exec.close();
  });

  test('is an option of importNetwork and attach, too', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const options = { numRequests: 1, maxQueue: 0 };
    const file = join(newFolder(), 'slow.blob');
    await exec.export(file);
    const others = [
      ExecutableNetwork.attach(exec.share(), options),
      await ie.importNetwork(file, 'CPU', { ...f32, ...options }),
      ie.importNetworkSync(file, 'CPU', { ...f32, ...options }),
    ];
    for (const other of others) {
      const call = other.infer(inputs);
      expect(await ending(other.infer(inputs))).toBe('QUEUE_FULL');
      other.close();
      expect(await ending(call)).toBe('CANCELLED');
    }
    exec.close();
  });

  test.each([-1, 1.5, NaN, '3', null, -Infinity])('refuses %p', async (maxQueue) => {
    const wrong = loadSmall(ie, [1, 4], 1, { maxQueue: maxQueue as number });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('is unlimited by default', async () => {
    const exec = await loadSmall(ie);
    const calls = Array.from({ length: 5000 }, async () => exec.infer({ x }));
    await Promise.all(calls);
    expect(exec.stats()).toMatchObject({ completed: 5000, refused: 0, pending: 0, running: 0 });
  });
});

describe('under overload', () => {
  test('after an abort, calls with a signal are served newest first', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const order: string[] = [];
    const signals = new Map<string, AbortController>();
    const calls = [...'abcde'].map(async (name) => {
      const controller = new AbortController();
      signals.set(name, controller);
      return ending(exec.infer(inputs, { signal: controller.signal })).then((end) => {
        order.push(name);
        return end;
      });
    });
    signals.get('b')!.abort();
    expect(await Promise.all(calls)).toEqual(['done', 'ABORT_ERR', 'done', 'done', 'done']);
    expect(order).toEqual([...'baedc']);
    exec.close();
  });

  test('a late abort does not cancel the next inference of the request', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const controller = new AbortController();
    const first = exec.infer(inputs, { signal: controller.signal });
    const second = exec.infer(inputs);
    // The first inference is done and the second is running, but no callback of the first was called yet.
    await exec.requests[0]!.wait();
    controller.abort();
    expect(['done', 'ABORT_ERR']).toContain(await ending(first));
    expect(await ending(second)).toBe('done');
    exec.close();
  });
});

test('ten thousand calls on one signal leave no listener and no warning', async () => {
  const exec = await loadSmall(ie);
  const warned = jest.fn();
  process.on('warning', warned);
  const { signal } = new AbortController();
  const calls = Array.from({ length: 10_000 }, async () => exec.infer({ x }, { signal }));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await Promise.all(calls);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

describe('close', () => {
  test('refuses waiting calls and cancels running inferences', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const calls = [1, 2, 3].map(async () => ending(exec.infer(inputs)));
    exec.close();
    expect(await Promise.all(calls)).toEqual(['CANCELLED', 'CLOSED', 'CLOSED']);
  });

  test('may be called again; every other use is refused', async () => {
    const exec = await loadSmall(ie);
    const [request] = exec.requests as [InferRequest];
    await request.infer({ x });
    const blob = request.getBlob('x_out');
    exec.close();
    exec[Symbol.dispose]();
    expect([...blob.data]).toEqual([1, 2, 3, 4]);
    for (const use of [
      () => exec.inferSync({ x }),
      () => exec.requests,
      () => exec.startAsync(0),
      () => exec.getIdleRequestId(),
      () => exec.createInferRequest(),
      () => exec.getMetric('NETWORK_NAME'),
      () => exec.getConfig('NUM_STREAMS'),
      () => exec.getExecGraphInfo(),
      () => exec.exportSync('net.blob'),
      () => request.inferSync(),
    ]) {
      expect(use).toThrow(coded('CLOSED'));
    }
    for (const use of [exec.infer({ x }), exec.wait(), exec.export('net.blob')]) {
      await expect(use).rejects.toMatchObject({ code: 'CLOSED' });
    }
    expect(Object.keys(exec.inputInfo)).toEqual(['x']);
  });

  test('does not close requests outside the pool', async () => {
    const exec = await loadSmall(ie);
    const request = exec.createInferRequest();
    exec.close();
    await request.infer({ x });
    expect(numbers(request.outputBlobs)).toEqual([1, 2, 3, 4]);
  });
});

describe('the ports of a loaded network are read-only', () => {
  /** Writes like sloppy code, where a write to a frozen object is no error. */
  const sloppily = (object: object, name: string, value: unknown): boolean =>
    Reflect.set(object, name, value);

  test.each([
    ['inputInfo', 'x', 'precision', 'U8'],
    ['inputInfo', 'x', 'layout', 'CN'],
    ['inputInfo', 'x', 'shape', [1, 8]],
    ['outputs', 'x_out', 'precision', 'FP16'],
    ['outputs', 'x_out', 'name', 'y'],
  ] as const)('exec.%s.%s.%s', async (kind, port, property, value) => {
    const exec = await loadSmall(ie);
    const before = { ...exec[kind][port] };
    const write = (): void => {
      sloppily(exec[kind][port]!, property, value);
    };
    expect(write).toThrow(coded('INVALID_ARGUMENT'));
    expect(write).toThrow(`set net.${kind}['${port}'].${property} before loadNetwork`);
    expect(exec[kind][port]).toEqual(before);
    expect(() => {
      sloppily(exec[kind][port]!.tensorDesc, 'precision', 'U8');
    }).toThrow(coded('INVALID_ARGUMENT'));
    expect(() => {
      sloppily(exec[kind], port, {});
    }).toThrow(coded('INVALID_ARGUMENT'));
  });

  test('they can be sent to other threads', async () => {
    const exec = await loadSmall(ie);
    expect(structuredClone({ ...exec.inputInfo })).toEqual({ ...exec.inputInfo });
  });
});

describe('a loaded network reports', () => {
  test('its inputs and outputs', async () => {
    const net = await ie.readNetwork(passthrough({ b: { dims: [-1, 2] }, a: { dims: [1, 3] } }));
    net.outputs['a_out']!.precision = 'FP16';
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    expect(Object.keys(exec.inputInfo)).toEqual(['a', 'b']);
    expect(exec.inputInfo['b']).toEqual({
      name: 'b',
      precision: 'FP32',
      layout: 'NC',
      shape: [-1, 2],
      tensorDesc: { precision: 'FP32', dims: [-1, 2], layout: 'NC' },
    });
    expect(exec.outputs['a_out']).toMatchObject({ precision: 'FP16', shape: [1, 3] });
  });

  test('its metrics and configuration, by classic and current keys', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    const exec = await ie.loadNetwork(net, 'CPU', {
      config: { CPU_THROUGHPUT_STREAMS: 2, CPU_THREADS_NUM: 2, ENFORCE_BF16: false },
    });
    for (const key of ['NUM_STREAMS', 'CPU_THROUGHPUT_STREAMS', 'KEY_CPU_THROUGHPUT_STREAMS']) {
      expect(exec.getConfig(key)).toBe(2);
    }
    expect(exec.getConfig('CPU_THREADS_NUM')).toBe(exec.getConfig('INFERENCE_NUM_THREADS'));
    expect(exec.getConfig('ENFORCE_BF16')).toBe(false);
    expect(exec.getConfig('INFERENCE_PRECISION_HINT')).toBe('f32');
    expect(exec.getMetric('NETWORK_NAME')).toBe('small');
    expect(exec.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS')).toBe(2);
    expect(exec.getMetric('SUPPORTED_METRICS')).toContain('NETWORK_NAME');
    expect(exec.getMetric('SUPPORTED_CONFIG_KEYS')).toEqual(expect.any(Array));
  });

  test('an unknown key by its name', async () => {
    const exec = await loadSmall(ie);
    for (const get of [() => exec.getMetric('NO_KEY'), () => exec.getConfig('NO_KEY')]) {
      expect(get).toThrow(coded('UNSUPPORTED_PROPERTY'));
      expect(get).toThrow(/NO_KEY/);
    }
    for (const name of [undefined, '', 1]) {
      expect(() => exec.getMetric(name as string)).toThrow(coded('INVALID_ARGUMENT'));
    }
  });

  test('the executed graph, in which a layer names the layers that were fused into it', async () => {
    const exec = await ie.loadNetwork(fixture('conv.xml'), 'CPU', f32);
    const graph = exec.getExecGraphInfo();
    expect(graph).toBeInstanceOf(IENetwork);
    expect(graph.layers.map(({ name }) => name)).not.toContain('relu1');
    const convolution = graph.layers.find(({ rtInfo }) =>
      rtInfo['originalLayersNames']?.split(',').includes('relu1'),
    );
    expect(convolution!.rtInfo).toMatchObject({
      layerType: 'Convolution',
      originalLayersNames: expect.stringContaining('bn1,relu1') as string,
    });
  });
});

test('a result can be transferred to another thread, and a blob of it is a valid input', async () => {
  const exec = await loadSmall(ie);
  const { x_out } = await exec.infer({ x });
  const copy = structuredClone(x_out!.data, { transfer: [x_out!.data.buffer] });
  expect([...copy]).toEqual([1, 2, 3, 4]);
  const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, copy as Float32Array<ArrayBuffer>);
  expect(numbers(await exec.infer({ x: blob }))).toEqual([1, 2, 3, 4]);
});
