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

  test('an error that nobody catches ends it as any other', () => {
    const { status, signal, stderr } = runStage(stage, 'throw');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toMatch(/Error: thrown on purpose\n/);
    expect(stderr).not.toMatch(/terminate called|core dumped|FATAL/);
  });

  test('collecting what nobody holds any more does no harm', () => {
    expect(runStage(stage, 'natural')).toEqual({ ...quiet, status: 0, stdout: 'done\n' });
  });

  // The program works on and on, so only the signal ends it.
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

/** What a program writes that ends well. */
function answerOf(program: string): unknown {
  const { stdout, ...end } = run(program);
  expect(end).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(stdout);
}

test('everything may be closed in every order, twice, while it works', () => {
  const counts = answerOf('closing.cjs') as Record<string, number>;
  // Of 24 orders with five calls each, those that wait are refused; those that run may just be done.
  expect(counts).toMatchObject({ CLOSED: 48, CANCELLED: expect.any(Number) });
  expect((counts['CANCELLED'] ?? 0) + (counts['done'] ?? 0)).toBe(72);
});

test.each([
  ['a worker that is terminated meanwhile', 'workers'],
  ['a stack that is used up', 'stack'],
])('the addon may be loaded in %s', (_, where) => {
  expect(run('loading.cjs', where)).toEqual({ ...quiet, status: 0, stdout: 'done\n' });
});

describe('threads that work with each other’s networks', () => {
  test.each([
    ['exit', { status: 3, stdout: '' }],
    ['close', { status: 0, stdout: 'done\n' }],
    ['terminate', { status: 0, stdout: 'done\n' }],
  ])('may end in every way (%s)', (end, expected) => {
    for (let i = 0; i < 5; i += 1)
      expect(run('sharing.cjs', end)).toEqual({ ...quiet, ...expected });
  });

  test('an error that nobody catches ends them as any other', () => {
    const { status, signal, stderr } = run('sharing.cjs', 'throw');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toMatch(/Error: thrown on purpose\n/);
    expect(stderr).not.toMatch(/terminate called|core dumped|FATAL/);
  });
});

test('views stay good when their owners are gone, and when they are handed over', () => {
  const all = [true, true, true];
  expect(answerOf('views.cjs')).toEqual({ kept: all, cloned: all, sent: all });
});

test('the addon works in several contexts at once', () => {
  expect(answerOf('contexts.cjs')).toEqual({
    right: [true, true, true, true, true],
    refused: ['TypeError', 'TypeError'],
    kept: [1, 2, 3].map((value) => [value, value, value, value]),
  });
});

test('the addon works in modules that jest isolates', async () => {
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

test('eight workers use the addon side by side, and hand over results', async () => {
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
