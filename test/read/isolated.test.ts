import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { IECore, type IENetwork, type IsolationOptions, type ModelSource } from '../../lib';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { fixture, ir, parameter, passthrough } from '../helpers/networks';

const newFolder = temporaryFolders();
const ie = new IECore();
const conv = fixture('conv.xml');
const weights = fixture('conv.bin');
const death = (name: string) => join(__dirname, '../fuzz/deaths', name);

const tensor = { dims: [1, 4] };

/** Reading it crashes the process: the runtime assumes that Assign has an input. */
const assignOfNothing = ir(
  [
    parameter('x', tensor),
    { name: 'kept', type: 'Assign', opset: 6 },
    { name: 'result', type: 'Result', inputs: [tensor] },
  ],
  [[0, 0, 2, 0]],
);

/** Expects this error from reading a model, sync and async. */
async function expectRefused(
  model: ModelSource,
  isolated: IsolationOptions | true,
  expected: { code: string; message: RegExp },
): Promise<void> {
  const matching = { ...expected, message: expect.stringMatching(expected.message) as string };
  await expect(ie.readNetwork(model, { isolated })).rejects.toMatchObject(matching);
  expect(() => ie.readNetworkSync(model, { isolated })).toThrow(
    expect.objectContaining(matching) as Error,
  );
}

describe('a harmless model', () => {
  const expectConv = (net: IENetwork): void => {
    expect(Object.keys(net.inputInfo)).toEqual(['input']);
    expect(Object.keys(net.outputs)).toEqual(['output']);
  };

  test('is read from files, URLs and bytes', async () => {
    const folder = newFolder();
    for (const file of [conv, weights]) copyFileSync(file, join(folder, file.slice(-8)));
    const copy = join(folder, 'conv.xml');
    const bytes = [readFileSync(conv), readFileSync(weights)] as const;
    for (const args of [
      [copy],
      [pathToFileURL(copy)],
      [copy, weights],
      bytes,
      [readFileSync(fixture('conv.onnx'))],
    ] as [ModelSource, ModelSource?][]) {
      const [model, ...more] = args;
      expectConv(await ie.readNetwork(model, ...more, { isolated: true } as never));
      expectConv(ie.readNetworkSync(model, ...more, { isolated: true } as never));
    }
  });

  test('is read as it was tried, although the caller changes its bytes meanwhile', async () => {
    const [graph, bin] = [readFileSync(conv), readFileSync(weights)];
    const reading = ie.readNetwork(graph, bin, { isolated: true });
    graph.fill(0);
    bin.fill(0);
    expectConv(await reading);
  });

  test('may have inputs of dynamic shape', async () => {
    const net = await ie.readNetwork(passthrough({ x: { dims: [-1, 4] } }), { isolated: true });
    expect(net.inputInfo['x']!.shape).toEqual([-1, 4]);
  });

  test('may be read in a worker thread', async () => {
    const program = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { IECore } = require(workerData.root);
      const ie = new IECore();
      ie.readNetworkSync(workerData.conv, { isolated: true });
      ie.readNetwork(workerData.conv, { isolated: true }).then(
        ({ inputInfo }) => parentPort.postMessage(Object.keys(inputInfo)));`;
    const worker = new Worker(program, { eval: true, workerData: { root: packageRoot, conv } });
    const inputs = await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    expect(inputs).toEqual(['input']);
  });

  test('is tried without the environment variables of the program', async () => {
    // With this setting, no Node starts.
    process.env.NODE_OPTIONS = '--require=/none/such.cjs';
    try {
      expectConv(await ie.readNetwork(conv, { isolated: true }));
      expectConv(ie.readNetworkSync(conv, { isolated: true }));
    } finally {
      delete process.env.NODE_OPTIONS;
    }
  });
});

describe('a model that crashes the process', () => {
  test.each([
    [
      'reading it',
      assignOfNothing,
      /^Cannot read the model: .* crashed while it was reading it: SIG/,
    ],
    ['loading it', death('load-interpolate.xml'), /crashed while it was loading it on CPU: SIG/],
    ['running it', death('run-gather-nd.xml'), /crashed while it was running it: SIG/],
  ])('while %s: is refused', async (_, model, message) => {
    await expectRefused(model, true, { code: 'NETWORK_NOT_READ', message });
  });

  test('while running it: is read if the trial only reads', async () => {
    const net = await ie.readNetwork(death('run-gather-nd.xml'), { isolated: { device: null } });
    expect(Object.keys(net.inputInfo)).toEqual(['x']);
  });

  test('a model that takes forever is refused after the timeout', async () => {
    await expectRefused(
      death('read-endless-circle.pb'),
      { timeout: 3000 },
      {
        code: 'NETWORK_NOT_READ',
        message: /did not end within 3000 ms while it was reading it$/,
      },
    );
  });

  test('a model that needs too much memory is refused', async () => {
    const huge = passthrough({ x: { dims: [1024, 1024, 1024] } });
    await expectRefused(
      huge,
      { memory: 2 ** 30 },
      {
        code: 'NETWORK_NOT_READ',
        message: /needed more memory than 1073741824 bytes/,
      },
    );
  });
});

test('an error of the trial is passed on', async () => {
  await expectRefused(fixture('none.xml'), true, { code: 'FILE_NOT_FOUND', message: /none\.xml/ });
  await expectRefused(Buffer.from('<net/>'), true, { code: 'NETWORK_NOT_READ', message: /./ });
  await expectRefused(
    conv,
    { device: 'NOTHING' },
    { code: 'DEVICE_NOT_AVAILABLE', message: /NOTHING/ },
  );
});

test.each([
  { isolated: 1 },
  { isolated: null },
  { isolated: { device: '' } },
  { isolated: { device: 1 } },
  { isolated: { timeout: 0 } },
  { isolated: { timeout: 86_400_001 } },
  { isolated: { memory: 2 ** 27 } },
  { isolated: { limit: 1 } },
  { isolate: true },
])('refuses %j', async (options) => {
  const given = options as never;
  const refused = { code: 'INVALID_ARGUMENT' };
  await expect(ie.readNetwork(conv, given)).rejects.toMatchObject(refused);
  await expect(ie.readNetwork(conv, weights, given)).rejects.toMatchObject(refused);
  expect(() => ie.readNetworkSync(conv, given)).toThrow(expect.objectContaining(refused) as Error);
});
