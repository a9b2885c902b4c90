import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../helpers/networks';
import { temporaryFolders } from '../helpers/folders';
import { runtimeAtHand } from '../helpers/package';
import { ask, ended, inChild, manyRows, writeTable } from './child';

const newFolder = temporaryFolders();

/** Reads, loads and infers twice; changes the file of the weights after one of these steps. */
const program = `${ask}
  const [, graph, weights, moment, change, mmap] = process.argv;
  if (mmap === 'mapped') ie.setConfig({ ENABLE_MMAP: true });
  const passed = (now) => {
    if (now !== moment) return;
    const { size } = fs.statSync(weights);
    if (change === 'cut') fs.truncateSync(weights, 0);
    if (change === 'overwritten') fs.writeFileSync(weights, Buffer.alloc(size), { flag: 'r+' });
    if (change === 'written anew') fs.writeFileSync(weights, Buffer.alloc(size));
    if (change === 'removed') fs.rmSync(weights);
  };
  const net = await ie.readNetwork(graph);
  passed('read');
  const exec = await ie.loadNetwork(net, 'CPU');
  passed('loaded');
  tell(await ask(exec));
  passed('inferred');
  tell(await ask(exec));`;

function run(moment: string, change: string, { mmap = '', rows = 64 } = {}) {
  const folder = newFolder();
  const graph = writeTable(folder, 64, rows);
  return inChild(program, [graph, join(folder, 'table.bin'), moment, change, mmap]);
}

describe.each(['read', 'loaded', 'inferred'])('once a network is %s', (moment) => {
  test.each(['cut', 'overwritten', 'written anew', 'removed'])(
    'its weights may be %s',
    (change) => {
      expect(run(moment, change)).toEqual(ended([64], [64]));
    },
  );

  test('the file of large weights may be truncated', () => {
    expect(run(moment, 'cut', { rows: manyRows })).toEqual(ended([64], [64]));
  });
});

test('large weights are read completely and in order', () => {
  const graph = writeTable(newFolder(), (row) => row, manyRows);
  const program = `const exec = await ie.loadNetwork(process.argv[1], 'CPU');
    for (let row = 0; row < ${manyRows}; row += 4) {
      const { y } = await exec.infer({ x: new Int32Array([row, row + 1, row + 2, row + 3]) });
      y.data.forEach((value, i) => { if (value !== row + Math.floor(i / 1024)) tell([row, i, value]); });
    }
    tell('all');`;
  expect(inChild(program, [graph])).toEqual(ended('all'));
});

// Shows the problem that the tests above exclude: the runtime maps files by default.
test('changing a mapped file has effects', () => {
  expect(run('loaded', 'overwritten', { mmap: 'mapped' }).told).toEqual([[0], [0]]);
  const { status, signal } = run('loaded', 'cut', { mmap: 'mapped' });
  expect(signal === 'SIGBUS' || status === 128 + 7).toBe(true);
});

test.each([
  ['truncated', 64, 1000],
  ['empty', 64, 0],
  ['large and truncated', manyRows, 16e6],
])('weights that are %s from the start are refused', (_, rows, length) => {
  const folder = newFolder();
  const graph = writeTable(folder, 64, rows);
  truncateSync(join(folder, 'table.bin'), length);
  expect(inChild('tell(await end(() => ie.readNetwork(process.argv[1])));', [graph])).toEqual(
    ended(expect.objectContaining({ name: 'OpenVINOError', code: 'NETWORK_NOT_READ' })),
  );
});

test.each([
  ['IR', 'conv.xml'],
  ['ONNX', 'conv.onnx'],
  ['TensorFlow', 'formats/frozen.pb'],
  ['SavedModel', 'formats/saved-model'],
  ['TensorFlow Lite', 'formats/lite.tflite'],
  ['Paddle', 'formats/paddle.pdmodel'],
])('no file of %s stays mapped', (_, model) => {
  const look = `const net = await ie.readNetwork(process.argv[1]);
    tell(fs.readFileSync('/proc/self/maps', 'utf8').split('\\n').filter((line) => line.includes('fixtures')));`;
  expect(inChild(look, [fixture(model)])).toEqual(ended([]));
});

test.each([0.1, 0.5, 0.9])('a library truncated to %d of its length is refused', (part) => {
  const bytes = readFileSync(runtimeAtHand().library);
  const library = join(newFolder(), 'library.so');
  writeFileSync(library, bytes.subarray(0, bytes.length * part));
  const refused = expect.objectContaining({ code: 'FILE_NOT_READABLE' }) as unknown;
  expect(
    inChild(
      `tell(await end(() => ie.registerPlugin(process.argv[1], 'MINE')));
       tell(await end(() => ie.addExtension(process.argv[1])));`,
      [library],
    ),
  ).toEqual(ended(refused, refused));
});
