import { join } from 'node:path';
import { Blob, ExecutableNetwork, IECore, StatusCode, type InferRequest } from '../lib';
import { temporaryFolders } from './helpers/folders';
import {
  coded,
  f32,
  fixture,
  ir,
  loadSlow,
  loadSmall,
  loadStateful,
  parameter,
  passthrough,
} from './helpers/networks';

const ie = new IECore();
const newFolder = temporaryFolders();
const x = new Float32Array([1, 2, 3, 4]);

const numbers = (blob: Blob | undefined): number[] => [...(blob!.data as Float32Array)];
const filled = (value: number, length = 4) => new Float32Array(length).fill(value);

async function load(inputs: Parameters<typeof passthrough>[0], config = {}) {
  const net = await ie.readNetwork(passthrough(inputs));
  return ie.loadNetwork(net, 'CPU', { config: { ...f32.config, ...config }, numRequests: 1 });
}

const requestFor = async (inputs: Parameters<typeof passthrough>[0]) =>
  (await load(inputs)).createInferRequest();

describe('an inference', () => {
  let request: InferRequest;
  beforeEach(async () => {
    request = (await loadSmall(ie)).createInferRequest();
  });

  test('runs asynchronously or synchronously', async () => {
    expect(await request.infer({ x })).toBeUndefined();
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
    request.inferSync({ x: filled(7) });
    expect(numbers(request.getBlob('x_out'))).toEqual([7, 7, 7, 7]);
  });

  test('keeps the contents of inputs that are not given', async () => {
    await request.infer({ x });
    request.getBlob('x_out').data.fill(0 as never);
    await request.infer();
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });

  test('of a new request reads zeros', () => {
    request.inferSync();
    expect(numbers(request.getBlob('x_out'))).toEqual([0, 0, 0, 0]);
  });

  test('copies its inputs before it returns', async () => {
    const own = Float32Array.from(x);
    const done = request.infer({ x: own });
    own.fill(0);
    await done;
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });

  test('is started, and wait reports its end', async () => {
    for (const timeout of [-1, 0, 5]) {
      expect(await request.wait(timeout)).toBe(StatusCode.INFER_NOT_STARTED);
      expect(request.waitSync(timeout)).toBe(StatusCode.INFER_NOT_STARTED);
    }
    expect(request.startAsync({ x })).toBeUndefined();
    expect(await request.wait(0)).toBe(StatusCode.RESULT_NOT_READY);
    expect(await request.wait()).toBe(StatusCode.OK);
    expect(await request.wait(0)).toBe(StatusCode.OK);
    expect(await request.wait(1000)).toBe(StatusCode.OK);
    expect(request.waitSync(0)).toBe(StatusCode.OK);
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });

  test('has ended for every caller once waitSync has returned', async () => {
    request.startAsync({ x });
    expect(request.waitSync()).toBe(StatusCode.OK);
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
    request.startAsync({ x: filled(5) });
    expect(await request.wait()).toBe(StatusCode.OK);
    expect(numbers(request.getBlob('x_out'))).toEqual([5, 5, 5, 5]);
  });

  test.each([-2, 1.5, NaN, '1', 2 ** 31])('is not waited for %p milliseconds', async (timeout) => {
    await expect(request.wait(timeout as number)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(() => request.waitSync(timeout as number)).toThrow(coded('INVALID_ARGUMENT'));
  });

  test('reports its latency in milliseconds', async () => {
    expect(request.latency).toBe(0);
    const before = performance.now();
    await request.infer({ x });
    expect(request.latency).toBeGreaterThan(0);
    expect(request.latency).toBeLessThanOrEqual(performance.now() - before);
  });
});

test('the event loop runs while quick inferences follow each other', async () => {
  const [request] = (await loadSmall(ie)).requests as [InferRequest];
  let done = 0;
  const turns = [0];
  const note = (): void => {
    turns.push(done);
    timer = setImmediate(note);
  };
  let timer = setImmediate(note);
  for (; done < 2000; done += 1) {
    await request.infer({ x: filled(done) });
    expect(numbers(request.getBlob('x_out'))).toEqual([done, done, done, done]);
  }
  clearImmediate(timer);
  turns.push(done);
  const between = turns.slice(1).map((count, i) => count - turns[i]!);
  // Every 64th lets it run; on a busy machine this listener may miss some rounds.
  expect(between.reduce((most, count) => Math.max(most, count), 0)).toBeLessThan(1000);
});

test.each(['loaded', 'attached', 'imported'] as const)(
  'an input value that makes an inference slow does not block the event loop (%s)',
  async (way) => {
    const loaded = await ie.loadNetwork(fixture('loop.onnx'), 'CPU', f32);
    const file = join(newFolder(), 'loop.blob');
    await loaded.export(file);
    const exec = {
      loaded: () => loaded,
      attached: () => ExecutableNetwork.attach(loaded.share()),
      imported: () => ie.importNetworkSync(file, 'CPU', f32),
    }[way]();
    const rounds = (n: bigint) => ({ n: new BigInt64Array([n]), x: filled(1) });
    for (let i = 0; i < 300; i += 1) {
      const { y } = await exec.infer(rounds(3n));
      expect(numbers(y)).toEqual([4, 4, 4, 4]);
    }
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 10).unref();
    // This inference takes seconds, and the runtime cannot cancel it earlier.
    const call = exec.infer(rounds(1_000_000n), { signal: AbortSignal.timeout(200) });
    await expect(call).rejects.toMatchObject({ code: 'ABORT_ERR' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    loaded.close();
  },
);

describe('while an inference runs', () => {
  let request: InferRequest;
  let state: { reset: () => void };
  beforeEach(async () => {
    const { exec, inputs } = await loadSlow(ie);
    [request] = exec.requests as [InferRequest];
    request.startAsync(inputs);
  });
  afterEach(async () => request.wait());

  test.each<[string, (blob: Blob) => unknown]>([
    ['inferSync', () => request.inferSync()],
    ['startAsync', () => request.startAsync()],
    ['getBlob', () => request.getBlob('input')],
    ['setBlob', (blob) => request.setBlob('input', blob)],
    ['inputBlobs', () => request.inputBlobs],
    ['outputBlobs', () => request.outputBlobs],
    ['getPerfCounts', () => request.getPerfCounts()],
    ['queryState', () => request.queryState()],
    ['setBatch', () => request.setBatch(1)],
  ])('%s refuses', (_, use) => {
    const blob = new Blob({ precision: 'FP32', dims: [1] });
    expect(() => use(blob)).toThrow(coded('REQUEST_BUSY'));
  });

  test('infer refuses, and a short wait returns before the end', async () => {
    await expect(request.infer()).rejects.toMatchObject({ code: 'REQUEST_BUSY' });
    expect(await request.wait(0)).toBe(StatusCode.RESULT_NOT_READY);
    expect(request.waitSync(0)).toBe(StatusCode.RESULT_NOT_READY);
    expect(request.waitSync(1)).toBe(StatusCode.RESULT_NOT_READY);
    expect(await request.wait(1)).toBe(StatusCode.RESULT_NOT_READY);
  });

  test('a state refuses', async () => {
    const stateful = await loadStateful(ie);
    const other = stateful.createInferRequest();
    state = other.queryState()[0]!;
    other.startAsync();
    expect(() => state.reset()).toThrow(coded('REQUEST_BUSY'));
    await other.wait();
    expect(() => state.reset()).not.toThrow();
  });
});

describe('blobs', () => {
  let exec: ExecutableNetwork;
  let request: InferRequest;
  beforeAll(async () => {
    exec = await loadSmall(ie);
  });
  beforeEach(() => {
    request = exec.createInferRequest();
  });

  test('are views of the memory that inferences read and write', async () => {
    const input = request.getBlob('x');
    const output = request.getBlob('x_out');
    expect(input.tensorDesc).toEqual({ precision: 'FP32', dims: [1, 4], layout: 'NC' });
    for (const value of [1, 2]) {
      input.data.fill(value as never);
      await request.infer();
      expect(numbers(output)).toEqual([...filled(value)]);
    }
    expect(request.inputBlobs).toEqual({ x: input });
    expect(request.inputBlobs['x']).toBe(input);
    expect(request.outputBlobs['x_out']).toBe(output);
  });

  test('of a converted output are views too', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    net.outputs['x_out']!.precision = 'U8';
    const converted = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
    const output = converted.getBlob('x_out');
    const own = new Blob({ precision: 'U8', dims: [1, 4] });
    converted.inferSync({ x });
    expect([...output.data]).toEqual([1, 2, 3, 4]);
    converted.setBlob('x_out', own);
    await converted.infer({ x: filled(300) });
    expect([...own.data]).toEqual([255, 255, 255, 255]);
    expect([...output.data]).toEqual([1, 2, 3, 4]);
  });

  test('may be shared: one request reads what another has written', async () => {
    const next = exec.createInferRequest();
    const shared = new Blob({ precision: 'FP32', dims: [1, 4] });
    request.setBlob('x_out', shared);
    next.setBlob('x', shared);
    await request.infer({ x });
    await next.infer();
    expect(numbers(next.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
    expect(next.getBlob('x')).toBe(shared);
  });

  test('that were set replace the blob that was read before', async () => {
    const before = request.getBlob('x');
    const own = new Blob({ precision: 'FP32', dims: [1, 4] }, filled(9));
    request.setBlob('x', own);
    before.data.fill(1 as never);
    await request.infer();
    expect(numbers(request.getBlob('x_out'))).toEqual([9, 9, 9, 9]);
  });

  test.each([
    ['x', new Blob({ precision: 'I32', dims: [1, 4] }), 'PRECISION_MISMATCH', /FP32.*I32/],
    ['x_out', new Blob({ precision: 'U8', dims: [1, 4] }), 'PRECISION_MISMATCH', /FP32.*U8/],
    ['x', new Blob({ precision: 'FP32', dims: [4, 1] }), 'SHAPE_MISMATCH', /\[1,4\].*\[4,1\]/],
    ['x_out', new Blob({ precision: 'FP32', dims: [4] }), 'SHAPE_MISMATCH', /\[1,4\].*\[4\]/],
    ['x', x, 'INVALID_ARGUMENT', /Blob/],
    ['x', { precision: 'FP32', dims: [1, 4], data: x }, 'INVALID_ARGUMENT', /Blob/],
    ['y', new Blob({ precision: 'FP32', dims: [1, 4] }), 'UNKNOWN_NAME', /'y'.*x, x_out/],
  ])('setBlob(%j, …) refuses a wrong blob: %#', async (name, blob, code, message) => {
    const set = () => request.setBlob(name, blob as Blob);
    expect(set).toThrow(coded(code));
    expect(set).toThrow(message);
    await request.infer({ x });
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });

  test.each(['y', '', '__proto__', 'toString', 0, undefined])('%p is an unknown name', (name) => {
    const get = () => request.getBlob(name as string);
    expect(get).toThrow(coded('UNKNOWN_NAME'));
    expect(get).toThrow(/x, x_out/);
  });
});

describe('inputs', () => {
  test('are found by name in any order, also with other shapes', async () => {
    const request = await requestFor({ b: { dims: [1, 2] }, a: { dims: [2, 1] } });
    const a = { data: new Float32Array([1, 2]), dims: [2, 1] };
    const b = { data: new Float32Array([3, 4]), dims: [1, 2] };
    for (const inputs of [
      { a, b },
      { b, a },
    ]) {
      await request.infer(inputs);
      expect(numbers(request.getBlob('a_out'))).toEqual([1, 2]);
      expect(numbers(request.getBlob('b_out'))).toEqual([3, 4]);
    }
    await expect(request.infer({ a: b, b: a })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  test('with an unknown name are an error that lists the names', async () => {
    const request = await requestFor({ a: { dims: [1, 4] }, b: { dims: [1, 4] } });
    await expect(request.infer({ a: x, b: x, c: x })).rejects.toMatchObject({
      code: 'UNKNOWN_NAME',
      message: expect.stringMatching(/'c'.*a, b/) as string,
    });
  });

  test('are written all or not at all: a wrong one leaves the others unwritten', async () => {
    const request = await requestFor({ a: { dims: [1, 4] }, b: { dims: [1, 4] } });
    await request.infer({ a: filled(1), b: filled(2) });
    for (const b of [new Float32Array(3), new Int32Array(4)]) {
      await expect(request.infer({ a: filled(9), b })).rejects.toMatchObject({
        code: expect.stringMatching('MISMATCH') as string,
      });
    }
    await request.infer();
    expect(numbers(request.getBlob('a_out'))).toEqual([1, 1, 1, 1]);
  });

  test.each([
    ['too short', new Float32Array(3), 'SHAPE_MISMATCH', /4 elements.*\[1,4\].*'x'.*3/],
    ['too long', new Float32Array(5), 'SHAPE_MISMATCH', /4 elements.*\[1,4\].*'x'.*5/],
    ['doubles', new Float64Array(4), 'PRECISION_MISMATCH', /Float32Array.*'x'.*Float64Array/],
    ['integers', new Int32Array(4), 'PRECISION_MISMATCH', /Float32Array.*'x'.*Int32Array/],
    ['bytes', new Uint8Array(16), 'PRECISION_MISMATCH', /Float32Array.*'x'.*Uint8Array/],
    ['a list', [1, 2, 3, 4], 'INVALID_ARGUMENT', /'x'/],
    ['a buffer', new ArrayBuffer(16), 'INVALID_ARGUMENT', /'x'/],
    ['a view', new DataView(new ArrayBuffer(16)), 'INVALID_ARGUMENT', /'x'/],
    ['nothing', undefined, 'INVALID_ARGUMENT', /'x'/],
    ['no dims', { data: x }, 'INVALID_ARGUMENT', /dims/],
    ['wrong dims', { data: x, dims: [4, 1] }, 'SHAPE_MISMATCH', /\[1,4\].*\[4,1\]/],
    ['no data', { dims: [1, 4] }, 'INVALID_ARGUMENT', /'x'/],
    [
      'a blob of integers',
      new Blob({ precision: 'I32', dims: [1, 4] }),
      'PRECISION_MISMATCH',
      /FP32.*'x'.*I32/,
    ],
    ['another blob', new Blob({ precision: 'FP32', dims: [4] }), 'SHAPE_MISMATCH', /\[4\]/],
  ])('%s: refused by infer, inferSync and startAsync', async (_, value, code, message) => {
    const request = (await loadSmall(ie)).createInferRequest();
    const inputs = { x: value } as never;
    const error = { code, message: expect.stringMatching(message) as string };
    await expect(request.infer(inputs)).rejects.toMatchObject(error);
    expect(() => request.inferSync(inputs)).toThrow(expect.objectContaining(error) as Error);
    expect(() => request.startAsync(inputs)).toThrow(expect.objectContaining(error) as Error);
    expect(await request.wait()).toBe(StatusCode.INFER_NOT_STARTED);
    await request.infer({ x });
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });

  test('of integers accept only their own array class', async () => {
    const request = await requestFor({ x: { dims: [1, 2], element: 'i64' } });
    await expect(request.infer({ x: new Int32Array([1, 2]) })).rejects.toMatchObject({
      code: 'PRECISION_MISMATCH',
      message: expect.stringMatching(/BigInt64Array.*Int32Array/) as string,
    });
    await request.infer({ x: new BigInt64Array([1n, 2n]) });
    expect([...request.getBlob('x_out').data]).toEqual([1, 2]);
  });

  test('are typed arrays over any kind of memory, or a Buffer for bytes', async () => {
    const request = (await loadSmall(ie)).createInferRequest();
    const shared = new Float32Array(new SharedArrayBuffer(16));
    shared.set(x);
    const offset = new Float32Array([0, ...x, 0]).subarray(1, 5);
    for (const data of [shared, offset]) {
      request.inferSync({ x: filled(0) });
      await request.infer({ x: data });
      expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
    }
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    net.inputInfo['x']!.precision = 'U8';
    const bytes = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
    await bytes.infer({ x: Buffer.from([1, 2, 3, 255]) });
    expect(numbers(bytes.getBlob('x_out'))).toEqual([1, 2, 3, 255]);
  });
});

test.each([undefined, 1])(
  'synchronous and asynchronous inferences alternate on one request, threads: %p',
  async (threads) => {
    const limit = threads === undefined ? {} : { INFERENCE_NUM_THREADS: threads };
    const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
    const exec = await ie.loadNetwork(net, 'CPU', { config: { ...f32.config, ...limit } });
    const request = exec.createInferRequest();
    let done = 0;
    for (; done < 1000; done++) {
      request.inferSync({ x });
      await request.infer({ x });
    }
    expect(done).toBe(1000);
    exec.close();
  },
);

describe('varying shapes', () => {
  const rows = (count: number, value: number) => ({
    data: filled(value, 2 * count),
    dims: [count, 2],
  });

  test('are passed with the data', async () => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    for (const count of [2, 1, 3]) {
      await request.infer({ x: rows(count, count) });
      const output = request.getBlob('x_out');
      expect(output.dims).toEqual([count, 2]);
      expect(numbers(output)).toEqual([...filled(count, 2 * count)]);
      expect(request.getBlob('x').dims).toEqual([count, 2]);
    }
  });

  test('may have no elements at all', async () => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    for (const count of [0, 2, 0]) {
      await request.infer({ x: rows(count, 1) });
      expect(request.getBlob('x_out').dims).toEqual([count, 2]);
      expect(request.getBlob('x_out').data).toHaveLength(2 * count);
    }
  });

  test('do not change the outputs of earlier inferences', async () => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    await request.infer({ x: rows(2, 1) });
    const first = request.getBlob('x_out');
    await request.infer({ x: rows(2, 5) });
    const second = request.getBlob('x_out');
    await request.infer({ x: rows(3, 7) });
    expect(numbers(first)).toEqual([1, 1, 1, 1]);
    expect(numbers(second)).toEqual([5, 5, 5, 5]);
  });

  test('are unknown until a blob or an inference determines them', async () => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    expect(() => request.getBlob('x')).toThrow(coded('SHAPE_MISMATCH'));
    expect(() => request.getBlob('x')).toThrow(/\[\?,2\]/);
    expect(() => request.getBlob('x_out')).toThrow(/\[\?,2\]/);
    expect(() => request.inferSync()).toThrow(coded('SHAPE_MISMATCH'));
    expect(() => request.startAsync()).toThrow(coded('SHAPE_MISMATCH'));
    await expect(request.infer()).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    request.setBlob('x', new Blob({ precision: 'FP32', dims: [2, 2] }, x));
    await request.infer();
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });

  test.each([
    [{ data: x, dims: [4, 1] }, 'SHAPE_MISMATCH'],
    [{ data: x, dims: [2, 2, 1] }, 'SHAPE_MISMATCH'],
    [{ data: x, dims: [1, 2] }, 'SHAPE_MISMATCH'],
    [{ data: x, dims: [-2, -2] }, 'INVALID_ARGUMENT'],
    [{ data: x, dims: [2.5, 2] }, 'INVALID_ARGUMENT'],
    [{ data: x, dims: '2,2' }, 'INVALID_ARGUMENT'],
    [x, 'SHAPE_MISMATCH'],
  ])('%j is refused', async (value, code) => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    await expect(request.infer({ x: value as never })).rejects.toMatchObject({ code });
  });

  test('stay within their bounds', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [-1, 2] } }));
    net.reshape({ x: [[2, 3], 2] });
    const request = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
    for (const count of [1, 4]) {
      await expect(request.infer({ x: rows(count, 1) })).rejects.toMatchObject({
        code: 'SHAPE_MISMATCH',
        message: expect.stringContaining(`[2..3,2] (NC) for input 'x', received [${count},2]`),
      });
      const blob = new Blob({ precision: 'FP32', dims: [count, 2] });
      expect(() => request.setBlob('x', blob)).toThrow(coded('SHAPE_MISMATCH'));
    }
    await request.infer({ x: rows(3, 1) });
    expect(request.getBlob('x_out').dims).toEqual([3, 2]);
  });

  test('do not allow setBlob() for outputs', async () => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    const blob = new Blob({ precision: 'FP32', dims: [1, 2] });
    expect(() => request.setBlob('x_out', blob)).toThrow(coded('SHAPE_MISMATCH'));
  });

  test('setBatch sets the batch with zeros, and refuses a fixed batch', async () => {
    const request = await requestFor({ x: { dims: [-1, 2] } });
    for (const size of [3, 1]) {
      request.setBatch(size);
      expect(request.getBlob('x').dims).toEqual([size, 2]);
      await request.infer();
      expect(numbers(request.getBlob('x_out'))).toEqual([...filled(0, 2 * size)]);
    }
    for (const size of [0, -1, 1.5, '2']) {
      expect(() => request.setBatch(size as number)).toThrow(coded('INVALID_ARGUMENT'));
    }
    const fixed = await requestFor({ x: { dims: [1, 4] } });
    expect(() => fixed.setBatch(2)).toThrow(/\[1,4\].*reshape/);
    expect(() => fixed.setBatch(1)).not.toThrow();
    const both = await requestFor({ x: { dims: [-1, -1] } });
    expect(() => both.setBatch(2)).toThrow(coded('SHAPE_MISMATCH'));
    await both.infer({ x: rows(1, 1) });
    both.setBatch(2);
    expect(both.getBlob('x').dims).toEqual([2, 2]);
  });
});

describe('cancel', () => {
  test('ends the running inference, and the request can be used again', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const [request] = exec.requests as [InferRequest];
    const done = request.infer(inputs);
    request.cancel();
    await expect(done).rejects.toMatchObject({ name: 'InferenceError', code: 'CANCELLED' });
    await expect(request.wait()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(() => request.waitSync()).toThrow(coded('CANCELLED'));
    await request.infer(inputs);
    expect(await request.wait()).toBe(StatusCode.OK);
    request.startAsync();
    request.cancel();
    expect(() => request.waitSync()).toThrow(coded('CANCELLED'));
    await expect(request.wait(0)).rejects.toMatchObject({ code: 'CANCELLED' });
    request.inferSync();
    expect(request.waitSync()).toBe(StatusCode.OK);
  });

  test('does nothing to an idle request', async () => {
    const request = (await loadSmall(ie)).createInferRequest();
    request.cancel();
    await request.infer({ x });
    request.cancel();
    await request.infer({ x });
    expect(numbers(request.getBlob('x_out'))).toEqual([1, 2, 3, 4]);
  });
});

describe.each([{}, { INFERENCE_NUM_THREADS: 1 }])('a failure in the network, %j', (threads) => {
  // The lengths of the inputs differ, which the runtime finds only while it computes.
  async function failing() {
    const tensor = { dims: [-1] };
    const net = ir(
      [
        parameter('a', tensor),
        parameter('b', tensor),
        { name: 'sum', type: 'Add', inputs: [tensor, tensor], outputs: [tensor] },
        { name: 'result', type: 'Result', inputs: [tensor] },
      ],
      [
        [0, 0, 2, 0],
        [1, 0, 2, 1],
        [2, 2, 3, 0],
      ],
    );
    const config = { ...f32.config, ...threads };
    const exec = await ie.loadNetwork(await ie.readNetwork(net), 'CPU', { config });
    return exec.createInferRequest();
  }
  const row = (length: number) => ({ data: filled(1, length), dims: [length] });

  test('is reported by each way to infer, and by wait until the next inference', async () => {
    const request = await failing();
    const bad = { a: row(2), b: row(3) };
    await expect(request.infer(bad)).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    await expect(request.wait()).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(() => request.inferSync(bad)).toThrow(coded('INFERENCE_FAILED'));
    request.startAsync(bad);
    expect(() => request.waitSync()).toThrow(coded('INFERENCE_FAILED'));
    expect(() => request.waitSync()).toThrow(coded('INFERENCE_FAILED'));
    await request.infer({ a: row(3), b: row(3) });
    expect(numbers(request.getBlob('sum'))).toEqual([2, 2, 2]);
    expect(await request.wait()).toBe(StatusCode.OK);
    expect(request.waitSync()).toBe(StatusCode.OK);
  });

  test('of inferSync is reported by wait too', async () => {
    const request = await failing();
    request.inferSync({ a: row(2), b: row(2) });
    expect(() => request.inferSync({ b: row(3) })).toThrow(coded('INFERENCE_FAILED'));
    expect(() => request.waitSync()).toThrow(coded('INFERENCE_FAILED'));
    await expect(request.wait()).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
  });

  test('that no call awaits is not an unhandled rejection', async () => {
    const request = await failing();
    const unhandled = jest.fn();
    process.once('unhandledRejection', unhandled);
    request.startAsync({ a: row(2), b: row(3) });
    expect(() => request.waitSync()).toThrow(coded('INFERENCE_FAILED'));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('performance counts', () => {
  test('name each layer with its times in microseconds', async () => {
    const request = (await load({ x: { dims: [1, 4] } }, { PERF_COUNT: true })).requests[0]!;
    await request.infer({ x });
    const counts = request.getPerfCounts();
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['x', 'x_out']));
    expect(counts['x_out']).toMatchObject({ status: 'EXECUTED', layerType: expect.any(String) });
    const { realTime, cpuTime } = counts['x_out']!;
    expect(Number.isInteger(realTime) && Number.isInteger(cpuTime)).toBe(true);
    expect(realTime).toBeLessThanOrEqual(1000 * request.latency);
    const places = Object.values(counts).map(({ executionIndex }) => executionIndex);
    expect(new Set(places).size).toBe(places.length);
  });

  test('are missing unless PERF_COUNT is set', async () => {
    const request = (await loadSmall(ie)).requests[0]!;
    await request.infer({ x });
    expect(() => request.getPerfCounts()).toThrow(coded('UNSUPPORTED_PROPERTY'));
    expect(() => request.getPerfCounts()).toThrow(/PERF_COUNT: true/);
  });
});

describe('states', () => {
  const ones = new Float32Array([1, 1]);
  let exec: ExecutableNetwork;
  beforeAll(async () => {
    exec = await loadStateful(ie);
  });

  test('are kept from one inference to the next, for each request', async () => {
    const [one, other] = [exec.createInferRequest(), exec.createInferRequest()];
    for (const total of [1, 2, 3]) {
      await one.infer({ x: ones });
      expect(numbers(one.getBlob('sum'))).toEqual([total, total]);
    }
    await other.infer({ x: ones });
    expect(numbers(other.getBlob('sum'))).toEqual([1, 1]);
  });

  test('are read, set and reset', async () => {
    const request = exec.createInferRequest();
    const [state, ...rest] = request.queryState();
    expect(rest).toEqual([]);
    expect(state!.name).toBe('total');
    await request.infer({ x: ones });
    const copy = state!.state;
    expect(copy.tensorDesc).toMatchObject({ precision: 'FP32', dims: [1, 2] });
    await request.infer({ x: ones });
    expect(numbers(copy)).toEqual([1, 1]);
    expect(numbers(state!.state)).toEqual([2, 2]);
    state!.state = new Blob({ precision: 'FP32', dims: [1, 2] }, new Float32Array([10, 20]));
    request.inferSync({ x: ones });
    expect(numbers(request.getBlob('sum'))).toEqual([11, 21]);
    state!.reset();
    request.inferSync({ x: ones });
    expect(numbers(request.getBlob('sum'))).toEqual([1, 1]);
  });

  test('are set from a blob, and errors name the state', () => {
    const [state] = exec.createInferRequest().queryState();
    expect(() => {
      state!.state = ones as never;
    }).toThrow(coded('INVALID_ARGUMENT'));
    expect(() => {
      state!.state = new Blob({ precision: 'FP32', dims: [7] });
    }).toThrow(/state total/);
  });

  test('are an empty list for a network without states', async () => {
    expect((await loadSmall(ie)).createInferRequest().queryState()).toEqual([]);
  });
});

describe('close', () => {
  test('refuses later use, and blobs stay readable', async () => {
    const stateful = (await loadStateful(ie)).createInferRequest();
    const [state] = stateful.queryState();
    stateful.close();
    expect(() => state!.state).toThrow(coded('CLOSED'));
    const request = (await loadSmall(ie)).createInferRequest();
    await request.infer({ x });
    const { x_out } = request.outputBlobs;
    const input = request.getBlob('x');
    request.close();
    request.close();
    request[Symbol.dispose]();
    expect(numbers(x_out)).toEqual([1, 2, 3, 4]);
    expect(numbers(input)).toEqual([1, 2, 3, 4]);
    for (const use of [
      () => request.inferSync({ x }),
      () => request.startAsync({ x }),
      () => request.getBlob('x'),
      () => request.setBlob('x', input),
      () => request.inputBlobs,
      () => request.outputBlobs,
      () => request.getPerfCounts(),
      () => request.queryState(),
      () => request.setBatch(1),
    ]) {
      expect(use).toThrow(coded('CLOSED'));
    }
    await expect(request.infer({ x })).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => request.cancel()).not.toThrow();
    expect(request.latency).toBe(0);
  });

  test('cancels the running inference', async () => {
    const { exec, inputs } = await loadSlow(ie);
    const request = exec.createInferRequest();
    const done = request.infer(inputs);
    request.close();
    request.close();
    await expect(done).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(request.infer(inputs)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('after waitSync keeps the result of a call that is still awaited', async () => {
    const exec = await loadSmall(ie);
    const [request] = exec.requests as [InferRequest];
    const done = exec.infer({ x });
    expect(request.waitSync()).toBe(StatusCode.OK);
    request.close();
    expect(numbers((await done)['x_out'])).toEqual([1, 2, 3, 4]);
  });
});

describe('blobs whose shape changes', () => {
  async function varying(dims: Record<string, readonly number[]> = { x: [-1, 2], y: [1, 2] }) {
    const inputs = Object.entries(dims).map(([name, one]) => [name, { dims: one }]);
    const net = await ie.readNetwork(passthrough(Object.fromEntries(inputs) as never));
    return (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
  }

  test('an input without a shape has an empty blob, and the others are listed too', async () => {
    const request = await varying();
    const { x, y } = request.inputBlobs;
    expect(x!.dims).toEqual([0, 2]);
    expect(x!.data).toHaveLength(0);
    expect(y!.dims).toEqual([1, 2]);
    expect(request.outputBlobs['x_out']!.dims).toEqual([0, 2]);
    expect(request.outputBlobs['y_out']!.dims).toEqual([1, 2]);
    expect(() => request.inferSync()).toThrow(coded('SHAPE_MISMATCH'));
  });

  test('setShape sets the shape of an input', async () => {
    const request = await varying();
    const { x } = request.inputBlobs;
    for (const rows of [2, 1, 3]) {
      x!.setShape([rows, 2]);
      x!.as('FP32').data.fill(rows);
      request.inferSync();
      expect(request.getBlob('x')).toBe(x);
      expect(request.outputBlobs['x_out']!.dims).toEqual([rows, 2]);
      expect([...request.outputBlobs['x_out']!.data]).toEqual(Array(2 * rows).fill(rows));
    }
  });

  test('a blob of the caller changes the request only while it is in use', async () => {
    const request = await varying();
    const [one, other] = [
      [1, 2],
      [1, 2],
    ].map((dims) => new Blob({ precision: 'FP32', dims }));
    request.setBlob('x', one!);
    one!.setShape([2, 2]);
    one!.data.fill(4);
    request.inferSync();
    expect([...request.getBlob('x_out').data]).toEqual([4, 4, 4, 4]);
    request.setBlob('x', other!);
    one!.setShape([5, 7]);
    request.inferSync();
    expect(request.getBlob('x_out').dims).toEqual([1, 2]);
  });

  test('only to shapes that the input accepts, and only while no inference runs', async () => {
    const request = await varying();
    const { x, y } = request.inputBlobs;
    expect(() => x!.setShape([2, 3])).toThrow(/'x'.*\[\?,2\].*\[2,3\]/);
    expect(() => y!.setShape([2, 2])).toThrow(coded('SHAPE_MISMATCH'));
    expect(y!.dims).toEqual([1, 2]);
    x!.setShape([2, 2]);
    const running = request.infer();
    expect(() => x!.setShape([3, 2])).toThrow(coded('REQUEST_BUSY'));
    await running;
    expect(() => request.getBlob('x_out').setShape([1, 2])).toThrow(coded('SHAPE_MISMATCH'));
    request.close();
    x!.setShape([7]);
    expect(x!.dims).toEqual([7]);
  });
});
