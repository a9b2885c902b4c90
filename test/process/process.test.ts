import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type * as lib from '../../lib';
import { bareEnvironment, packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();
const stages = [
  'read',
  'load',
  'query',
  'infer',
  'inferSync',
  'queue',
  'request',
  'close',
  'shared',
  'export',
];
const model = join(__dirname, '../fixtures/networks/relu1x4.xml');

function run(program: string, ...args: string[]) {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', join(__dirname, program), ...args],
    { env: bareEnvironment(), encoding: 'utf8', timeout: 50_000 },
  );
  return { status, signal, stdout, stderr };
}

const runStage = (stage: string, end: string, ...where: string[]) =>
  run('stages.cjs', stage, end, newFolder(), ...where);

const quiet = { signal: null, stdout: '', stderr: '' };

describe.each(stages)('in the middle of %s', (stage) => {
  test.each(['exit', 'later'])('the program may exit (%s)', (end) => {
    expect(runStage(stage, end)).toEqual({ ...quiet, status: 3 });
  });

  test('an uncaught error ends the process as usual', () => {
    const { status, signal, stderr } = runStage(stage, 'throw');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toMatch(/Error: thrown on purpose\n/);
    expect(stderr).not.toMatch(/terminate called|core dumped|FATAL/);
  });

  test('unreferenced objects may be collected', () => {
    expect(runStage(stage, 'natural')).toEqual({ ...quiet, status: 0, stdout: 'done\n' });
  });

  // The program never ends by itself, so only the signal ends it.
  test.each([
    ['SIGTERM', 'never', { status: null, signal: 'SIGTERM' }],
    ['SIGINT', 'never', { status: null, signal: 'SIGINT' }],
    ['SIGTERM', 'handler', { status: 4, signal: null }],
    ['SIGINT', 'handler', { status: 4, signal: null }],
  ] as const)('%s ends it (%s)', async (sent, end, expected) => {
    const child = spawn(
      process.execPath,
      ['--expose-gc', join(__dirname, 'stages.cjs'), stage, end, newFolder()],
      { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], timeout: 50_000 },
    );
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await once(child.stdout, 'data');
    child.kill(sent);
    const [status, signal] = (await once(child, 'close')) as unknown[];
    expect({ status, signal, stderr }).toEqual({ ...expected, stderr: '' });
  });

  test.each([
    ['exit', 'the worker ended with 3\n'],
    ['later', 'the worker ended with 3\n'],
    ['throw', 'thrown on purpose\nthe worker ended with 1\n'],
    ['natural', 'done\nthe worker ended with 0\n'],
  ])('a worker thread may end (%s)', (end, stdout) => {
    expect(runStage(stage, end, 'worker')).toEqual({ ...quiet, status: 0, stdout });
  });

  test('a worker thread may be terminated, twenty times', () => {
    const stdout = 'terminated\n';
    expect(runStage(stage, 'never', 'workers')).toEqual({ ...quiet, status: 0, stdout });
  });

  test('eight worker threads may be terminated at once', () => {
    const stdout = 'terminated\n';
    expect(runStage(stage, 'never', 'crowd')).toEqual({ ...quiet, status: 0, stdout });
  });
});

/** Runs a program that must succeed; returns what it prints. */
function answerOf(program: string): unknown {
  const { stdout, ...end } = run(program);
  expect(end).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(stdout);
}

test('networks, requests and queues may be closed in every order, twice, while they work', () => {
  const counts = answerOf('closing.cjs') as Record<string, number>;
  // In 24 orders with 5 calls each, 2 calls wait and are refused; 3 run and may finish before they are cancelled.
  expect(counts).toMatchObject({ CLOSED: 48, CANCELLED: expect.any(Number) });
  expect((counts['CANCELLED'] ?? 0) + (counts['done'] ?? 0)).toBe(72);
});

test.each([
  ['in a worker that is terminated meanwhile', 'workers'],
  ['with a nearly full stack', 'stack'],
])('the addon may be loaded %s', (_, where) => {
  expect(run('loading.cjs', where)).toEqual({ ...quiet, status: 0, stdout: 'done\n' });
});

describe('threads that use each other’s networks', () => {
  test.each([
    ['exit', { status: 3, stdout: '' }],
    ['close', { status: 0, stdout: 'done\n' }],
    ['terminate', { status: 0, stdout: 'done\n' }],
  ])('may end at any time (%s)', (end, expected) => {
    for (let i = 0; i < 5; i += 1)
      expect(run('sharing.cjs', end)).toEqual({ ...quiet, ...expected });
  });

  test('an uncaught error ends the process as usual', () => {
    const { status, signal, stderr } = run('sharing.cjs', 'throw');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toMatch(/Error: thrown on purpose\n/);
    expect(stderr).not.toMatch(/terminate called|core dumped|FATAL/);
  });
});

test('views stay valid after their owners are gone, and after a transfer', () => {
  const all = [true, true, true];
  expect(answerOf('views.cjs')).toEqual({ kept: all, cloned: all, sent: all });
});

test('the addon works in several contexts of a thread at once', () => {
  expect(answerOf('contexts.cjs')).toEqual({
    right: [true, true, true, true, true],
    refused: ['TypeError', 'TypeError'],
    kept: [1, 2, 3].map((value) => [value, value, value, value]),
  });
});

test('the addon works in modules that Jest isolates', async () => {
  const values = [1, 2, 3].map(async (value) => {
    const modules: (typeof lib)[] = [];
    jest.isolateModules(() => modules.push(jest.requireActual<typeof lib>('../../lib')));
    const { IECore } = modules[0]!;
    const exec = await new IECore().loadNetwork(model, 'CPU');
    const { y } = await exec.infer({ x: new Float32Array(4).fill(value) });
    return { IECore, numbers: [...y!.data] };
  });
  const isolated = await Promise.all(values);
  expect(isolated.map(({ numbers }) => numbers)).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2, 2],
    [3, 3, 3, 3],
  ]);
  expect(new Set(isolated.map(({ IECore }) => IECore)).size).toBe(3);
});

test('eight workers use the addon at the same time and transfer results', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { IECore } = require(workerData.root);
    (async () => {
      const ie = new IECore();
      const exec = await ie.loadNetwork(workerData.model, 'CPU', { numRequests: 2 });
      const value = workerData.value;
      const calls = Array.from({ length: 50 }, async (_, i) =>
        exec.infer({ x: new Float32Array([value, i, 0, 0]) }));
      const results = (await Promise.all(calls)).map(({ y }) => y.data);
      parentPort.postMessage(results, results.map(({ buffer }) => buffer));
    })();`;
  const all = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map(async (value) => {
      const worker = new Worker(program, {
        eval: true,
        workerData: { root: packageRoot, model, value },
      });
      return new Promise<Float32Array[]>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
    }),
  );
  all.forEach((results, i) => {
    expect(results.map((data) => [...data])).toEqual(
      Array.from({ length: 50 }, (_, call) => [i + 1, call, 0, 0]),
    );
  });
});
