import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { bareEnvironment, temporaryFolders, write } from '../helpers/folders';
import { chain, coded, f32, ir, parameter } from '../helpers/networks';

const newFolder = temporaryFolders();
const ie = new IECore();

/** Limit for a delay of the event loop, in ms: a busy machine stays below it, the blocking work would not. */
const bearable = 250;

/** The longest time between two iterations of the event loop during some work, in ms. */
async function longestDelay(work: () => Promise<unknown>): Promise<number> {
  let [last, longest] = [performance.now(), 0];
  const note = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(note, 1);
  try {
    await work();
    note();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

const megabytes = 200;
const elements = (megabytes << 20) / 4;

/** A network that adds x to a constant of 200 MiB. */
const large = ir(
  [
    parameter('x', { dims: [1] }),
    {
      name: 'weights',
      type: 'Const',
      data: `element_type="f32" shape="${elements}" offset="0" size="${4 * elements}"`,
      outputs: [{ dims: [elements] }],
    },
    {
      name: 'y',
      type: 'Add',
      data: 'auto_broadcast="numpy"',
      inputs: [{ dims: [1] }, { dims: [elements] }],
      outputs: [{ dims: [elements] }],
    },
    { name: 'result', type: 'Result', inputs: [{ dims: [elements] }] },
  ],
  [
    [0, 0, 2, 0],
    [1, 0, 2, 1],
    [2, 2, 3, 0],
  ],
);

test('large networks are read, written and read again off the event loop', async () => {
  const weights = randomFillSync(new Uint8Array(4 * elements), 0, 1 << 20);
  const file = join(newFolder(), 'large.blob');
  const delays = { read: 0, export: 0, import: 0 };
  delays.read = await longestDelay(async () => {
    const net = await ie.readNetwork(large, weights);
    const exec = await ie.loadNetwork(net, 'CPU', { ...f32, numRequests: 1 });
    net.close();
    delays.export = await longestDelay(async () => exec.export(file));
    exec.close();
  });
  delays.import = await longestDelay(async () => {
    (await ie.importNetwork(file, 'CPU', { numRequests: 1 })).close();
  });
  for (const delay of Object.values(delays)) expect(delay).toBeLessThan(bearable);
});

test('bytes that are transferred away while they are copied are an error', async () => {
  const weights = new Uint8Array(8 << 20);
  const call = ie.readNetwork(large, weights);
  structuredClone(weights, { transfer: [weights.buffer] });
  await expect(call).rejects.toThrow(coded('INVALID_ARGUMENT'));
});

describe('a network that takes long to free', () => {
  let model: string;
  beforeAll(() => {
    model = write(join(newFolder(), 'chain.xml'), chain(20_000).toString());
  });

  test.each([
    ['exit', 3, ''],
    ['natural', 0, ''],
    ['throw', 1, 'thrown on purpose'],
    ['workers', 0, ''],
  ])(
    'closes at once, and the program may end while it is being freed (%s)',
    (end, status, text) => {
      const child = spawnSync(
        process.execPath,
        [join(__dirname, '../process/freeing.cjs'), end, model],
        {
          env: bareEnvironment(),
          encoding: 'utf8',
        },
      );
      expect({ status: child.status, signal: child.signal }).toEqual({ status, signal: null });
      expect(child.stderr).toContain(text);
      expect(child.stderr).not.toMatch(/terminate called|core dumped|FATAL/);
      expect(Number(child.stdout)).toBeLessThan(bearable);
    },
  );
});
