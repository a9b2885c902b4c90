import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { ExecutableNetwork, IECore, type SharedNetwork } from '../lib';
import { packageRoot } from './helpers/folders';
import { coded, f32, fixture, loadSmall } from './helpers/networks';

const ie = new IECore();
const relu = fixture('relu1x4.xml');

/** The beginning of each worker's program: the package, the shared network, and functions to answer. */
const prelude = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { ExecutableNetwork, IECore } = require(${JSON.stringify(packageRoot)});
  const attach = () => ExecutableNetwork.attach(workerData.shared, workerData.options);
  const send = (value) => parentPort.postMessage(value);
  const ask = async (exec, value) => [...(await exec.infer({ x: new Float32Array(4).fill(value) })).y.data];`;

function start(program: string, data: object = {}): Worker {
  const code = `${prelude} (async () => { ${program} })();`;
  return new Worker(code, { eval: true, workerData: data });
}

/** The first message of a worker. */
async function firstMessage(worker: Worker): Promise<unknown> {
  const [message] = (await once(worker, 'message')) as unknown[];
  return message;
}

const numbersOf = async (exec: ExecutableNetwork, value: number) => {
  const { y } = await exec.infer({ x: new Float32Array(4).fill(value) });
  return [...y!.data];
};

const closed = coded('CLOSED');

test('a worker attaches a network that the main thread loaded', async () => {
  const exec = await loadSmall(ie);
  const shared = exec.share();
  expect(structuredClone(shared)).toEqual({ ticket: expect.any(String) as string });
  expect(exec.share()).toEqual(shared);
  const program = `const exec = attach();
    send([exec.requests.length, (await exec.infer({ x: new Float32Array([-1, 0, 1, 2]) })).x_out.data]);`;
  const options = { numRequests: 3 };
  expect(await firstMessage(start(program, { shared, options }))).toEqual([
    3,
    new Float32Array([0, 0, 1, 2]),
  ]);
  exec.close();
});

test('an attached network has the names, precisions, layouts and shapes of the shared one', async () => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  net.inputInfo['input']!.precision = 'U8';
  net.inputInfo['input']!.layout = 'NHWC';
  for (const output of Object.values(net.outputs)) output.precision = 'FP16';
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const attached = ExecutableNetwork.attach(exec.share());
  expect(attached.inputInfo).toEqual(exec.inputInfo);
  expect(attached.inputInfo['input']).toMatchObject({ precision: 'U8', layout: 'NHWC' });
  expect(attached.outputs).toEqual(exec.outputs);
  expect(attached.requests).toHaveLength(
    Number(exec.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS')),
  );
  const input = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => i % 256);
  expect(await attached.infer({ input })).toEqual(await exec.infer({ input }));
  exec.close();
  attached.close();
});

test('a network of dynamic shape can be attached', async () => {
  const exec = await loadSmall(ie, [-1, 2]);
  const attached = ExecutableNetwork.attach(exec.share());
  expect(attached.inputInfo['x']!.shape).toEqual([-1, 2]);
  const { x_out: out } = await attached.infer({
    x: { data: new Float32Array([1, -1, 2, -2]), dims: [2, 2] },
  });
  expect(out).toMatchObject({ dims: [2, 2], data: new Float32Array([1, 0, 2, 0]) });
  exec.close();
});

test('eight workers and the main thread run one network at once, and results do not mix', async () => {
  const exec = await ie.loadNetwork(relu, 'CPU', { ...f32, numRequests: 2 });
  const program = `const exec = attach();
    const all = [];
    for (let i = 0; i < 200; i += 1) all.push(ask(exec, 1000 * workerData.value + i));
    send((await Promise.all(all)).map(([first]) => first));`;
  const values = [1, 2, 3, 4, 5, 6, 7, 8];
  const workers = values.map((value) => start(program, { shared: exec.share(), value }));
  const here = Promise.all(Array.from({ length: 200 }, async (_, i) => numbersOf(exec, i)));
  const all = await Promise.all(workers.map(firstMessage));
  values.forEach((value, w) => {
    expect(all[w]).toEqual(Array.from({ length: 200 }, (_, i) => 1000 * value + i));
  });
  expect(await here).toEqual(Array.from({ length: 200 }, (_, i) => [i, i, i, i]));
  exec.close();
});

test('a shared network is not garbage-collected until it is closed', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const share = async () => (await ie.loadNetwork(relu, 'CPU', f32)).share();
  const shared = await share();
  for (let i = 0; i < 5; i += 1) {
    collect();
    await new Promise(setImmediate);
  }
  const attached = ExecutableNetwork.attach(shared);
  expect(await numbersOf(attached, 9)).toEqual([9, 9, 9, 9]);
  attached.close();
});

test('closing a network closes no other, and invalidates its ticket', async () => {
  const exec = await ie.loadNetwork(relu, 'CPU', f32);
  const shared = exec.share();
  const first = ExecutableNetwork.attach(shared);
  const second = ExecutableNetwork.attach(shared);
  first.close();
  expect(await numbersOf(second, 3)).toEqual([3, 3, 3, 3]);
  expect(await numbersOf(exec, 4)).toEqual([4, 4, 4, 4]);
  exec.close();
  expect(() => ExecutableNetwork.attach(shared)).toThrow(closed);
  expect(() => exec.share()).toThrow(closed);
  expect(await numbersOf(second, 5)).toEqual([5, 5, 5, 5]);
  const again = second.share();
  expect(await numbersOf(ExecutableNetwork.attach(again), 6)).toEqual([6, 6, 6, 6]);
  second.close();
  expect(() => ExecutableNetwork.attach(again)).toThrow(closed);
});

test('a network outlives the worker that shared it; its ticket does not', async () => {
  const program = `const exec = await new IECore().loadNetwork(${JSON.stringify(relu)}, 'CPU');
    send(exec.share());
    parentPort.once('message', () => undefined);`;
  const worker = start(program);
  const shared = (await firstMessage(worker)) as SharedNetwork;
  const exec = ExecutableNetwork.attach(shared);
  const running = numbersOf(exec, 7);
  worker.postMessage('end');
  await once(worker, 'exit');
  expect(await running).toEqual([7, 7, 7, 7]);
  expect(await numbersOf(exec, 8)).toEqual([8, 8, 8, 8]);
  expect(() => ExecutableNetwork.attach(shared)).toThrow(closed);
  exec.close();
});

test('terminating a worker during an inference harms no other thread', async () => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  net.reshape({ input: [1, 3, 512, 512] });
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const input = new Float32Array(3 * 512 * 512).fill(1);
  const expected = await exec.infer({ input });
  const program = `const exec = attach();
    const input = new Float32Array(3 * 512 * 512).fill(2);
    for (;;) { const all = [1, 2, 3].map(() => exec.infer({ input })); send('busy'); await Promise.all(all); }`;
  for (let round = 0; round < 10; round += 1) {
    const worker = start(program, { shared: exec.share() });
    await firstMessage(worker);
    const running = [1, 2].map(async () => exec.infer({ input }));
    await worker.terminate();
    expect(await Promise.all(running)).toEqual([expected, expected]);
  }
  exec.close();
});

test('attached networks share the configuration, but not the requests', async () => {
  const exec = await ie.loadNetwork(relu, 'CPU', {
    config: { ...f32.config, PERFORMANCE_HINT: 'THROUGHPUT' },
    numRequests: 1,
  });
  const attached = ExecutableNetwork.attach(exec.share(), { numRequests: 2 });
  expect(attached.getMetric('PERFORMANCE_HINT')).toBe(exec.getMetric('PERFORMANCE_HINT'));
  exec.requests[0]!.getBlob('x').as('FP32').data.fill(1);
  attached.requests[0]!.getBlob('x').as('FP32').data.fill(2);
  await Promise.all([exec.requests[0]!.infer(), attached.requests[0]!.infer()]);
  expect(exec.requests[0]!.getBlob('y').data).toEqual(new Float32Array(4).fill(1));
  expect(attached.requests[0]!.getBlob('y').data).toEqual(new Float32Array(4).fill(2));
  exec.close();
  attached.close();
});

test.each([
  ['undefined', undefined, 'INVALID_ARGUMENT'],
  ['another object', ie, 'INVALID_ARGUMENT'],
  ['another kind of ticket', { ticket: 5 }, 'INVALID_ARGUMENT'],
  ['an unknown ticket', { ticket: 'none' }, 'CLOSED'],
])('attach refuses %s', (_, shared, code) => {
  expect(() => ExecutableNetwork.attach(shared as SharedNetwork)).toThrow(coded(code));
});

test.each([{ numRequests: -1 }, { numRequests: 1.5 }, { requests: 2 }])(
  'attach refuses the options %j',
  async (options) => {
    const exec = await loadSmall(ie);
    expect(() => ExecutableNetwork.attach(exec.share(), options as object)).toThrow(
      coded('INVALID_ARGUMENT'),
    );
    exec.close();
  },
);
