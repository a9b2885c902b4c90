import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bareEnvironment, packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();
const stages = ['read', 'load', 'query', 'infer', 'queue', 'request', 'close', 'export'];

function run(stage: string, end: string) {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', join(__dirname, 'stages.cjs'), stage, end, newFolder()],
    { env: bareEnvironment(), encoding: 'utf8', timeout: 50_000 },
  );
  return { status, signal, stdout, stderr };
}

describe.each(stages)('in the middle of %s', (stage) => {
  test.each(['exit', 'later'])('the program may exit (%s)', (end) => {
    expect(run(stage, end)).toEqual({ status: 0, signal: null, stdout: '', stderr: '' });
  });

  test('an error that nobody catches ends it as any other', () => {
    const { status, signal, stderr } = run(stage, 'throw');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toMatch(/Error: thrown on purpose\n/);
    expect(stderr).not.toMatch(/terminate called|core dumped|FATAL/);
  });

  test('collecting what nobody holds any more does no harm', () => {
    expect(run(stage, 'natural')).toEqual({
      status: 0,
      signal: null,
      stdout: 'done\n',
      stderr: '',
    });
  });

  test('a worker thread may be terminated', () => {
    expect(run(stage, 'workers')).toEqual({
      status: 0,
      signal: null,
      stdout: 'done\n',
      stderr: '',
    });
  });
});

test('workers use the addon side by side, and hand over results', async () => {
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
  const model = join(__dirname, '../fixtures/networks/relu1x4.xml');
  const all = await Promise.all(
    [1, 2, 3, 4].map(async (value) => {
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
