import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolders } from '../helpers/folders';
import { ask, ended, inChild, openAllFiles, writeTable } from './child';

const newFolder = temporaryFolders();

test.each(['asynchronous', 'sync'])('a full disk leaves no incomplete file (%s)', (kind) => {
  const graph = writeTable(newFolder(), 64);
  const folder = newFolder();
  const program = `const [, graph, folder, kind] = process.argv;
    const net = await ie.readNetwork(graph);
    const exec = await ie.loadNetwork(net, 'CPU');
    const sync = kind === 'sync';
    tell(await end(() => sync ? net.serializeSync(folder + '/a.xml') : net.serialize(folder + '/a.xml')));
    tell(await end(() => sync ? exec.exportSync(folder + '/a.blob') : exec.export(folder + '/a.blob')));`;
  const full = expect.objectContaining({ name: 'FileError', code: 'FILE_NOT_WRITABLE' }) as unknown;
  expect(inChild(program, [graph, folder, kind], 'ulimit -f 64;')).toEqual(ended(full, full));
  expect(readdirSync(folder)).toEqual([]);
});

/**
 * Reads, loads and exports with only `left` file descriptors. A loaded network keeps working, and everything works
 * again afterwards.
 */
const starve = `${ask}
  const [, graph, folder, left] = process.argv;
  const warm = await ie.loadNetwork(graph, 'CPU');
  ${openAllFiles}
  const net = await end(() => ie.readNetwork(graph));
  const results = [
    net,
    await end(() => ie.readNetworkSync(graph)),
    await end(() => ie.loadNetwork(graph, 'CPU', { config: { CACHE_DIR: folder + '/cache' } })),
    await end(() => ie.importNetwork(folder + '/warm.blob', 'CPU')),
    await end(() => warm.export(folder + '/a.blob')),
  ];
  tell(results.map((result) => result?.code ?? 'ok'));
  tell(await ask(warm));
  for (const file of files) fs.closeSync(file);
  tell(await ask(await ie.loadNetwork(graph, 'CPU', { config: { CACHE_DIR: folder + '/cache' } })));`;

function starved(left: number) {
  const folder = newFolder();
  const graph = writeTable(folder, 64);
  const save = `await (await ie.loadNetwork(process.argv[1], 'CPU')).export(process.argv[2]);`;
  expect(inChild(save, [graph, join(folder, 'warm.blob')])).toEqual(ended());
  return inChild(starve, [graph, folder, String(left)], 'ulimit -n 100;');
}

test('no file descriptors left', () => {
  const unread = 'FILE_NOT_READABLE';
  const codes = [unread, unread, unread, unread, 'FILE_NOT_WRITABLE'];
  expect(starved(0)).toEqual(ended('EMFILE', codes, [64], [64]));
});

test.each([1, 2, 3, 4])('%d file descriptors left', (left) => {
  const known = /^(ok|FILE_NOT_READABLE|FILE_NOT_WRITABLE|NETWORK_NOT_READ)$/;
  const codes = Array.from({ length: 5 }, () => expect.stringMatching(known) as unknown);
  expect(starved(left)).toEqual(ended('EMFILE', codes, [64], [64]));
});

test('8 file descriptors left are enough', () => {
  expect(starved(8)).toEqual(ended('EMFILE', ['ok', 'ok', 'ok', 'ok', 'ok'], [64], [64]));
});

const side = 8192;

/** Writes a network of one product with a matrix of 256 MB. */
function writeLarge(folder: string): string {
  const port = (id: number, rows: number): string =>
    `<port id="${id}" precision="FP32"><dim>${rows}</dim><dim>${side}</dim></port>`;
  writeFileSync(
    join(folder, 'large.xml'),
    `<?xml version="1.0"?><net name="large" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,${side}" element_type="f32"/><output>${port(0, 1)}</output></layer>
<layer id="1" name="w" type="Const" version="opset1"><data element_type="f32" shape="${side},${side}" offset="0" size="${4 * side * side}"/><output>${port(0, side)}</output></layer>
<layer id="2" name="y" type="MatMul" version="opset1"><data transpose_a="false" transpose_b="false"/><input>${port(0, 1)}${port(1, side)}</input><output>${port(2, 1)}</output></layer>
<layer id="3" name="result" type="Result" version="opset1"><input>${port(0, 1)}</input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="2" to-port="0"/><edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
<edge from-layer="2" from-port="2" to-layer="3" to-port="0"/></edges></net>`,
  );
  writeFileSync(join(folder, 'large.bin'), '');
  truncateSync(join(folder, 'large.bin'), 4 * side * side);
  return join(folder, 'large.xml');
}

/**
 * Makes all threads share one heap. Otherwise each reserves 64 MB of addresses, and too few are left for Node's own
 * threads, which end the process if they get no memory.
 */
const oneArena = 'export MALLOC_ARENA_MAX=1;';

/** Limits the memory at a moment. A loaded network keeps working, and everything works again without the limit. */
const hunger = `${ask}
  const [, graph, large, moment, sync] = process.argv;
  const limit = (bytes) => execFileSync('prlimit', ['--pid', process.pid, '--as=' + bytes + ':unlimited']);
  const passed = (now) => {
    if (now !== moment) return;
    const size = /VmSize:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1];
    // Enough for V8 and its threads, which end the process if they get no memory.
    limit(Number(size) * 1024 + 160e6);
  };
  const warm = await ie.loadNetwork(graph, 'CPU');
  await ask(warm);
  passed('reading');
  const net = await end(() => sync ? ie.readNetworkSync(large) : ie.readNetwork(large));
  passed('loading');
  const last = moment === 'reading' ? net : await end(() => sync ? ie.loadNetworkSync(net, 'CPU') : ie.loadNetwork(net, 'CPU'));
  tell({ name: last.name, code: last.code });
  tell(await ask(warm));
  limit('unlimited');
  const again = moment === 'reading' ? await ie.readNetwork(large) : net;
  tell((await ie.loadNetwork(again, 'CPU')).inputInfo.x.shape);`;

// If reading fails because no thread can be started, the runtime's error does not mention memory.
describe.each([
  ['reading', expect.stringMatching(/^(OUT_OF_MEMORY|NETWORK_NOT_READ)$/) as unknown],
  ['loading', 'OUT_OF_MEMORY'],
])('a lack of memory while %s', (moment, expectedCode) => {
  test.each(['', 'sync'])('is an error %s', (sync) => {
    const folder = newFolder();
    const graph = writeTable(folder, 64);
    const large = writeLarge(folder);
    const { told, ...rest } = inChild(hunger, [graph, large, moment, sync], oneArena);
    expect(rest).toEqual({ status: 0, signal: null, stderr: '' });
    const [first, ...others] = told as [object, ...unknown[]];
    expect(others).toEqual([[64], [1, side]]);
    // Some runtimes need less memory and succeed.
    const failure = { name: 'OpenVINOError', code: expectedCode };
    expect([{ name: 'large' }, failure]).toContainEqual(first);
  });
});
