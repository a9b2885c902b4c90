import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../helpers/networks';
import { temporaryFolders } from '../helpers/folders';
import { ask, ended, inChild, writeTable } from './child';

const newFolder = temporaryFolders();

/** Reads, loads and infers twice; the weights' file is changed at one of these moments. */
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

function run(moment: string, change: string, mmap = '') {
  const folder = newFolder();
  const graph = writeTable(folder, 64);
  return inChild(program, [graph, join(folder, 'table.bin'), moment, change, mmap]);
}

describe.each(['read', 'loaded', 'inferred'])('once a network is %s', (moment) => {
  test.each(['cut', 'overwritten', 'written anew', 'removed'])(
    'its weights may be %s',
    (change) => {
      expect(run(moment, change)).toEqual(ended([64], [64]));
    },
  );
});

// What the above is about: the same, with the mapping that the runtime has by default.
test('a file that is mapped must be left alone', () => {
  expect(run('loaded', 'overwritten', 'mapped').told).toEqual([[0], [0]]);
  const { status, signal } = run('loaded', 'cut', 'mapped');
  expect(signal === 'SIGBUS' || status === 128 + 7).toBe(true);
});

test.each([
  ['cut', (bin: string) => truncateSync(bin, 1000)],
  ['empty', (bin: string) => truncateSync(bin, 0)],
])('weights that are %s from the start are refused', (_, damage) => {
  const folder = newFolder();
  const graph = writeTable(folder, 64);
  damage(join(folder, 'table.bin'));
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

test.each([0.1, 0.5, 0.9])('a library cut at %d of its length is refused', (part) => {
  const { told } = inChild(
    `tell(fs.readFileSync('/proc/self/maps', 'utf8').match(/\\S+\\/libopenvino\\.so\\S*/)[0]);`,
  );
  const bytes = readFileSync(told[0] as string);
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
