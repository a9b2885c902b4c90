import { setImmediate } from 'node:timers/promises';
import { IECore, InferQueue, type ExecutableNetwork, type Inputs, type Outputs } from '../lib';
import { conversation, unending } from './helpers/sources';
import {
  coded,
  f32,
  ir,
  type Layer,
  loadSlow,
  loadSmall,
  loadStateful,
  parameter,
  passthrough,
} from './helpers/networks';

const ie = new IECore();
const filled = (value: number) => new Float32Array(4).fill(value);
const valueOf = ({ x_out }: Outputs) => x_out!.data[0];

let exec: ExecutableNetwork;
beforeAll(async () => {
  exec = await loadSmall(ie);
});

async function collect(outputs: AsyncIterable<Outputs>) {
  const all = [];
  for await (const each of outputs) all.push(valueOf(each));
  return all;
}

describe('size', () => {
  test('is the optimal number for the device, or the given one', () => {
    const optimal = Number(exec.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS'));
    expect(new InferQueue(exec).size).toBe(optimal + 1);
    expect(new InferQueue(exec, { size: 3 }).size).toBe(3);
  });

  test.each([{ size: 0 }, { size: 1.5 }, { size: '2' }, { sise: 2 }, null, 3])(
    'refuses %j',
    (options) => {
      expect(() => new InferQueue(exec, options as never)).toThrow(coded('INVALID_ARGUMENT'));
    },
  );

  test.each([undefined, {}, 'net.xml'])('refuses the network %j', (network) => {
    expect(() => new InferQueue(network as never)).toThrow(coded('INVALID_ARGUMENT'));
  });
});

describe('run', () => {
  test.each([1, 2, 4])('never mixes the results of calls over %i requests', async (size) => {
    const queue = new InferQueue(exec, { size });
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    const outputs = await Promise.all(numbers.map(async (i) => queue.run({ x: filled(i) })));
    expect(outputs.map(valueOf)).toEqual(numbers);
    queue.close();
  });

  test('a call with wrong inputs harms no other call', async () => {
    const queue = new InferQueue(exec, { size: 1 });
    const calls = [{ x: filled(1) }, { y: filled(2) }, {}, { x: filled(3) }] as Inputs[];
    const ends = await Promise.allSettled(calls.map(async (inputs) => queue.run(inputs)));
    expect(
      ends.map((end) =>
        end.status === 'fulfilled' ? valueOf(end.value) : (end.reason as { code: string }).code,
      ),
    ).toEqual([1, 'UNKNOWN_NAME', 'MISSING_INPUT', 3]);
  });

  test('a signal removes a waiting call, and cancels a running one', async () => {
    const slow = await loadSlow(ie);
    const queue = new InferQueue(slow.exec, { size: 1 });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const calls = [running.signal, waiting.signal, undefined].map(async (signal) =>
      queue.run(slow.inputs, { signal }).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    waiting.abort();
    running.abort();
    expect(await Promise.all(calls)).toEqual(['ABORT_ERR', 'ABORT_ERR', 'done']);
    queue.close();
    slow.exec.close();
  });
});

describe('map', () => {
  async function* counted(length: number, taken: { count: number }): AsyncGenerator<Inputs> {
    for (let i = 0; i < length; i += 1) {
      taken.count += 1;
      await Promise.resolve();
      yield { x: filled(i) };
    }
  }

  test.each([1, 2, 5])('keeps the order over %i requests', async (size) => {
    const queue = new InferQueue(exec, { size });
    const expected = Array.from({ length: 30 }, (_, i) => i);
    expect(await collect(queue.map(counted(30, { count: 0 })))).toEqual(expected);
    expect(await collect(queue.map(expected.map((i) => ({ x: filled(i) }))))).toEqual(expected);
    expect(await collect(queue.map([]))).toEqual([]);
    queue.close();
  });

  test('takes items no faster than the caller takes results', async () => {
    const queue = new InferQueue(exec, { size: 2 });
    const taken = { count: 0 };
    const results = queue.map(counted(Infinity, taken));
    for (let i = 0; i < 5; i += 1) {
      const { value } = await results.next();
      expect(valueOf(value as Outputs)).toBe(i);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(taken.count).toBeLessThanOrEqual(i + queue.size);
    }
    await results.return();
    await queue.drain();
    queue.close();
  });

  test('closes the source when the caller stops taking results', async () => {
    const queue = new InferQueue(exec, { size: 2 });
    let ended = false;
    function* source(): Generator<Inputs> {
      try {
        for (;;) yield { x: filled(1) };
      } finally {
        ended = true;
      }
    }
    for await (const outputs of queue.map(source())) {
      expect(valueOf(outputs)).toBe(1);
      break;
    }
    expect(ended).toBe(true);
    queue.close();
  });

  test('ends with the error of an inference, or of the source', async () => {
    const queue = new InferQueue(exec, { size: 2 });
    const wrong = [{ x: filled(1) }, { x: new Float32Array(3) }, { x: filled(2) }];
    await expect(collect(queue.map(wrong))).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    async function* failing(): AsyncGenerator<Inputs> {
      yield { x: filled(1) };
      await Promise.reject(new Error('no more images'));
    }
    await expect(collect(queue.map(failing()))).rejects.toThrow('no more images');
    expect(valueOf(await queue.run({ x: filled(7) }))).toBe(7);
    queue.close();
  });

  test.each([{ size: 3 }, { size: 2, assemble: true }])(
    'yields each result before the source yields the next item, with %j',
    async (options) => {
      const net = await loadSmall(ie, [4, 3]);
      const queue = new InferQueue(net, options);
      const length = options.assemble === true ? 3 : 12;
      const items = [1, 2, 3, 4, 5].map((i) => ({ x: new Float32Array(length).fill(i) }));
      const { source, answer } = conversation<Inputs>(items);
      const seen = [];
      for await (const outputs of queue.map(source)) {
        seen.push(valueOf(outputs));
        answer();
      }
      expect(seen).toEqual([1, 2, 3, 4, 5]);
      queue.close();
      net.close();
    },
  );

  test('ends at once when the caller stops or a signal fires while the source waits', async () => {
    const queue = new InferQueue(exec, { size: 4 });
    const results = queue.map(unending<Inputs>({ x: filled(1) }));
    expect(valueOf((await results.next()).value as Outputs)).toBe(1);
    const waiting = results.next();
    await results.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const controller = new AbortController();
    const others = queue.map(unending<Inputs>(), { signal: controller.signal });
    const next = others.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ code: 'ABORT_ERR' });
    queue.close();
  });

  test('ends when its signal fires', async () => {
    const queue = new InferQueue(exec, { size: 2 });
    const controller = new AbortController();
    const results = queue.map(counted(Infinity, { count: 0 }), { signal: controller.signal });
    await results.next();
    controller.abort();
    await expect(collect(results)).rejects.toMatchObject({ name: 'AbortError' });
    queue.close();
  });
});

describe('maxQueue', () => {
  test('limits the calls of run but not the items of map, and stats() counts all', async () => {
    const { exec: slow, inputs } = await loadSlow(ie);
    const queue = new InferQueue(slow, { size: 1, maxQueue: 1 });
    const calls = [queue.run(inputs), queue.run(inputs)];
    expect([queue.pending, queue.running]).toEqual([1, 1]);
    await expect(queue.run(inputs)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    let count = 0;
    for await (const outputs of queue.map([inputs, inputs, inputs])) count += Number(!!outputs);
    expect(count).toBe(3);
    await Promise.all(calls);
    queue.close();
    expect(queue.stats()).toMatchObject({
      ...{ completed: 5, failed: 0, cancelled: 0, refused: 1, pending: 0, running: 0 },
      latency: { count: 5 },
    });
    slow.close();
  });

  test.each([-1, 0.5, '1', null])('refuses %p', (maxQueue) => {
    expect(() => new InferQueue(exec, { maxQueue: maxQueue as number })).toThrow(
      coded('INVALID_ARGUMENT'),
    );
  });
});

describe('drain', () => {
  test('waits for all calls, whether they fail or not', async () => {
    const queue = new InferQueue(exec, { size: 2 });
    let ended = 0;
    const calls = Array.from({ length: 9 }, async (_, i) =>
      queue
        .run({ x: i === 4 ? new Float32Array(1) : filled(i) })
        .then(
          () => undefined,
          () => undefined,
        )
        .then(() => (ended += 1)),
    );
    await queue.drain();
    // Lets the event loop run the callbacks of the last call.
    await setImmediate();
    expect(ended).toBe(9);
    await Promise.all(calls);
    await queue.drain();
    queue.close();
  });
});

describe('close', () => {
  test('refuses waiting calls, cancels running ones, ends a drain, and refuses later calls', async () => {
    const { exec: slow, inputs } = await loadSlow(ie);
    const queue = new InferQueue(slow, { size: 1 });
    const ends = Promise.allSettled([queue.run(inputs), queue.run(inputs)]);
    const drained = queue.drain();
    queue.close();
    queue[Symbol.dispose]();
    expect(await ends).toMatchObject([
      { status: 'rejected', reason: { code: 'CANCELLED' } },
      { status: 'rejected', reason: { code: 'CLOSED' } },
    ]);
    await drained;
    await expect(queue.run(inputs)).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(queue.drain()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(collect(queue.map([inputs]))).rejects.toMatchObject({ code: 'CLOSED' });
    slow.close();
  });
});

describe('assemble', () => {
  let batch: ExecutableNetwork;
  beforeAll(async () => {
    batch = await loadSmall(ie, [4, 3]);
  });
  const three = (value: number) => ({ x: new Float32Array(3).fill(value) });

  test.each([1, 3, 4, 5, 40])('%i calls of one item each get their own results', async (count) => {
    const queue = new InferQueue(batch, { size: 2, assemble: true });
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const outputs = await Promise.all(numbers.map(async (i) => queue.run(three(i))));
    expect(outputs.map(({ x_out }) => x_out!.dims)).toEqual(numbers.map(() => [1, 3]));
    expect(outputs.map(({ x_out }) => [...x_out!.data])).toEqual(numbers.map((i) => [i, i, i]));
    queue.close();
  });

  test('calls that wait at the same time share an inference', async () => {
    // Each inference adds the input, 1, to the state, so a sum is the number of inferences so far.
    const queue = new InferQueue(await loadStateful(ie, [4, 1]), { size: 1, assemble: true });
    const runs = async (calls: number) => {
      const all = await Promise.all(
        Array.from({ length: calls }, async () => queue.run({ x: new Float32Array([1]) })),
      );
      return all.map(({ sum }) => sum!.data[0]);
    };
    expect(await runs(4)).toEqual([1, 1, 1, 1]);
    expect(await runs(6)).toEqual([2, 2, 2, 2, 3, 3]);
    queue.close();
  });

  test('maxQueue counts the calls that idle requests will not take', async () => {
    const queue = new InferQueue(batch, { size: 2, assemble: true, maxQueue: 3 });
    const ends = Array.from({ length: 12 }, async (_, i) =>
      queue.run(three(i)).then(
        ({ x_out }) => x_out!.data[0],
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    expect([queue.pending, queue.running]).toEqual([11, 0]);
    expect(await Promise.all(ends)).toEqual([...Array.from({ length: 11 }).keys(), 'QUEUE_FULL']);
    expect(queue.stats()).toMatchObject({ completed: 11, refused: 1, pending: 0, running: 0 });
    queue.close();
  });

  test('after a call was aborted, the newest calls are served first', async () => {
    const queue = new InferQueue(batch, { size: 1, assemble: true });
    const order: number[] = [];
    const controllers = Array.from({ length: 9 }, () => new AbortController());
    const calls = controllers.map(async ({ signal }, i) =>
      queue.run(three(i), { signal }).then(
        () => order.push(i),
        () => undefined,
      ),
    );
    controllers[0]!.abort();
    await Promise.all(calls);
    // The calls are served in batches of four.
    const groups = [order.slice(0, 4), order.slice(4)].map((group) => group.toSorted());
    expect(groups).toEqual([
      [5, 6, 7, 8],
      [1, 2, 3, 4],
    ]);
    queue.close();
  });

  test('a call that is wrong or aborted harms no other call', async () => {
    const queue = new InferQueue(batch, { size: 1, assemble: true });
    const controller = new AbortController();
    const calls: [Inputs, AbortSignal?][] = [
      [three(1)],
      [{ x: filled(2) }],
      [{ y: filled(2) }],
      [three(3), controller.signal],
      [three(4)],
    ];
    const ends = calls.map(async ([inputs, signal]) =>
      queue.run(inputs, { signal }).then(
        ({ x_out }) => x_out!.data[0],
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    controller.abort();
    expect(await Promise.all(ends)).toEqual([
      ...[1, 'SHAPE_MISMATCH', 'UNKNOWN_NAME', 'ABORT_ERR', 4],
    ]);
    queue.close();
  });

  test('map keeps the order, drain waits, close refuses waiting calls', async () => {
    const queue = new InferQueue(batch, { size: 2, assemble: true });
    const items = Array.from({ length: 30 }, (_, i) => three(i));
    expect(await collect(queue.map(items))).toEqual(items.map((_, i) => i));
    let done = 0;
    const calls = items.map(async (item) => queue.run(item).then(() => (done += 1)));
    await queue.drain();
    await Promise.resolve();
    expect(done).toBe(30);
    await Promise.all(calls);
    const refused = queue.run(three(1));
    queue.close();
    await expect(refused).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(queue.run(three(1))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('every call reports that the network is closed', async () => {
    const closed = await loadSmall(ie, [4, 3]);
    const queue = new InferQueue(closed, { size: 1, assemble: true });
    closed.close();
    for (let i = 0; i < 3; i += 1)
      await expect(queue.run(three(i))).rejects.toMatchObject({ code: 'CLOSED' });
    await queue.drain();
  });

  test('a call with refused values harms no other call, and none in the next inference', async () => {
    // Selects one of the three numbers of each item; the runtime does not check the index.
    const x = { dims: [4, 3] };
    const index = { dims: [4, 1], element: 'i64' as const };
    const layers: Layer[] = [
      parameter('x', x),
      parameter('index', index),
      {
        name: 'picked',
        type: 'GatherND',
        opset: 8,
        data: 'batch_dims="1"',
        inputs: [x, index],
        outputs: [{ dims: [4] }],
      },
      { name: 'result', type: 'Result', inputs: [{ dims: [4] }] },
    ];
    const edges = [
      [0, 0, 2, 0],
      [1, 0, 2, 1],
      [2, 2, 3, 0],
    ];
    const net = await ie.readNetwork(ir(layers, edges));
    net.inputInfo.index!.precision = 'I64';
    const queue = new InferQueue(await ie.loadNetwork(net, 'CPU', f32), {
      size: 1,
      assemble: true,
    });
    const pick = async (at: number) =>
      queue.run({ x: new Float32Array([5, 6, 7]), index: new BigInt64Array([BigInt(at)]) }).then(
        ({ picked }) => picked!.data[0],
        (error: unknown) => (error as Error).message,
      );
    // The minimum is 0 with runtimes before 2025.3.
    const refused = /Expected a number from (-3|0) to 2 in element 0 of input 'index'/;
    expect(await Promise.all([0, 1, 99, 2].map(pick))).toEqual([
      5,
      6,
      expect.stringMatching(refused),
      7,
    ]);
    expect(await Promise.all([2, -99].map(pick))).toEqual([7, expect.stringMatching(refused)]);
    expect(await pick(1)).toBe(6);
    queue.close();
  });

  test('needs the same batch for inputs and outputs', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [2, 3] }, y: { dims: [3, 3] } }));
    const uneven = await ie.loadNetwork(net, 'CPU', f32);
    expect(() => new InferQueue(uneven, { assemble: true })).toThrow(coded('SHAPE_MISMATCH'));
    expect(() => new InferQueue(batch, { assemble: 1 as never })).toThrow(
      coded('INVALID_ARGUMENT'),
    );
  });
});
