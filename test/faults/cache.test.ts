import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { makeFifo, temporaryFolders } from '../helpers/folders';
import { unprivileged } from '../helpers/unprivileged';
import { ask, besides, ended, inChild, writeTable } from './child';

const newFolder = temporaryFolders();

/** Loads a network with a cache folder; returns its result, and whether it was loaded from the cache. */
const load = `${ask}
  const load = async (graph, folder, device = 'CPU') => {
    const exec = await ie.loadNetwork(graph, device, { config: { CACHE_DIR: folder } });
    const result = { answer: await ask(exec), cached: exec.getMetric('LOADED_FROM_CACHE') };
    exec.close();
    return result;
  };`;
const once = `${load} tell(await load(process.argv[1], process.argv[2], process.argv[3]));`;

const compiled = { answer: [64], cached: false };
const cached = { answer: [64], cached: true };

/** Loads a network once; returns its file, its cache folder, and the only entry there. */
function filled() {
  const graph = writeTable(newFolder(), 64);
  const folder = join(newFolder(), 'cache');
  expect(inChild(once, [graph, folder])).toEqual(ended(compiled));
  const [name] = readdirSync(folder) as [string];
  const entry = join(folder, name);
  const blob = readdirSync(entry).find((file) => file.endsWith('.blob')) as string;
  return { graph, folder, entry, blob: join(entry, blob) };
}

test('a network is loaded from the cache the second time, on every device', () => {
  const { graph, folder, entry } = filled();
  expect(inChild(once, [graph, folder])).toEqual(ended(cached));
  expect(readdirSync(folder)).toHaveLength(1);
  expect(readdirSync(entry)).toEqual([expect.stringMatching(/^\d+\.blob$/), 'checksums']);
  for (const device of ['HETERO:CPU', 'AUTO:CPU', 'MULTI:CPU']) {
    const ends = Array.from({ length: 4 }, () => inChild(once, [graph, folder, device]));
    for (const { told } of ends) expect(told).toEqual([expect.objectContaining({ answer: [64] })]);
    // A network that AUTO compiles after loadNetwork() has returned is not cached.
    expect(ends).toContainEqual(ended(cached));
  }
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('setConfig sets the folder for networks that are loaded later', async () => {
  const graph = writeTable(newFolder(), 64);
  const folder = join(newFolder(), 'cache');
  const core = new IECore();
  expect(core.getConfig('CPU', 'CACHE_DIR')).toBe('');
  core.setConfig({ CACHE_DIR: folder });
  expect(core.getConfig('CPU', 'CACHE_DIR')).toBe(folder);
  for (const fromCache of [false, true]) {
    const exec = await core.loadNetwork(graph, 'CPU');
    expect(exec.getMetric('LOADED_FROM_CACHE')).toBe(fromCache);
    const sync = core.loadNetworkSync(graph, 'CPU');
    expect(sync.getMetric('LOADED_FROM_CACHE')).toBe(true);
  }
  expect(readdirSync(folder)).toHaveLength(1);
  core.setConfig({ CACHE_DIR: '' }, 'CPU');
  const exec = await core.loadNetwork(graph, 'CPU');
  expect(exec.getMetric('LOADED_FROM_CACHE')).toBe(false);
});

test('networks that differ only in their weights have different entries', () => {
  const folder = newFolder();
  const graphs = [1, 2, 3].map((value) => writeTable(newFolder(), value));
  for (const isCached of [false, true]) {
    graphs.forEach((graph, i) => {
      expect(inChild(once, [graph, folder])).toEqual(ended({ answer: [i + 1], cached: isCached }));
    });
  }
  expect(readdirSync(folder)).toHaveLength(graphs.length);
});

test('damage anywhere in an entry is detected, and the network compiled again', () => {
  const { graph, folder, entry, blob } = filled();
  const program = `${load}
    const [, graph, folder, entry, blob] = process.argv;
    const [bytes, sums] = [fs.readFileSync(blob), fs.readFileSync(entry + '/checksums')];
    const damages = { cut: (at) => bytes.subarray(0, at) };
    for (const [name, width] of [['flipped', 1], ['zeroed', 64]])
      damages[name] = (at) => {
        const copy = Buffer.from(bytes);
        for (let i = at; i < at + width && i < copy.length; i += 1) copy[i] = width === 1 ? ~copy[i] : 0;
        return copy;
      };
    const wrong = [];
    let tried = 0;
    for (const [name, damage] of Object.entries(damages))
      for (let step = 0; step < 40; step += 1) {
        const at = Math.floor((bytes.length * step) / 40);
        const damaged = damage(at);
        if (damaged.equals(bytes)) continue;
        fs.rmSync(entry, { recursive: true, force: true });
        fs.mkdirSync(entry);
        fs.writeFileSync(blob, damaged);
        fs.writeFileSync(entry + '/checksums', sums);
        const { answer, cached } = await load(graph, folder);
        tried += 1;
        if (cached || answer.length !== 1 || answer[0] !== 64) wrong.push([name, at, answer, cached]);
      }
    tell({ wrong, enough: tried > 80 });
    tell(await load(graph, folder));`;
  expect(inChild(program, [graph, folder, entry, blob])).toEqual(
    ended({ wrong: [], enough: true }, cached),
  );
});

test.each<[string, (place: ReturnType<typeof filled>) => void]>([
  ['without its checksums', ({ entry }) => rmSync(join(entry, 'checksums'))],
  ['with its checksums damaged', ({ entry }) => writeFileSync(join(entry, 'checksums'), 'x')],
  ['without its network', ({ blob }) => rmSync(blob)],
  ['with an additional file', ({ entry }) => writeFileSync(join(entry, 'stray'), '')],
  ['with a folder in it', ({ entry }) => mkdirSync(join(entry, 'folder'))],
  ['with a FIFO in it', ({ entry }) => makeFifo(join(entry, 'fifo'))],
  [
    'with a FIFO for its checksums',
    ({ entry }) => {
      rmSync(join(entry, 'checksums'));
      makeFifo(join(entry, 'checksums'));
    },
  ],
  [
    'with a FIFO for its network',
    ({ blob }) => {
      rmSync(blob);
      makeFifo(blob);
    },
  ],
  ['with a link in it', ({ entry }) => symlinkSync('/dev/zero', join(entry, 'link'))],
  [
    'that is a FIFO',
    ({ entry }) => {
      rmSync(entry, { recursive: true });
      makeFifo(entry);
    },
  ],
  [
    'that is a file',
    ({ entry }) => {
      rmSync(entry, { recursive: true });
      writeFileSync(entry, '');
    },
  ],
  [
    'with a renamed network',
    ({ blob }) => {
      const bytes = readFileSync(blob);
      rmSync(blob);
      writeFileSync(blob.replace(/\d\.blob$/, 'x.blob'), bytes);
    },
  ],
])('an entry %s is replaced', (_, damage) => {
  const place = filled();
  damage(place);
  expect(inChild(once, [place.graph, place.folder])).toEqual(ended(compiled));
  expect(inChild(once, [place.graph, place.folder])).toEqual(ended(cached));
  expect(readdirSync(place.folder)).toHaveLength(1);
});

test('processes that fill the cache at the same time leave one complete entry', async () => {
  const graph = writeTable(newFolder(), 64);
  const folder = join(newFolder(), 'cache');
  const many = `${load} for (let i = 0; i < 5; i += 1) tell((await load(process.argv[1], process.argv[2])).answer);`;
  const ends = await Promise.all([1, 2, 3, 4].map(async () => besides(many, [graph, folder])));
  for (const end of ends) expect(end).toEqual(ended([64], [64], [64], [64], [64]));
  expect(readdirSync(folder)).toHaveLength(1);
  expect(inChild(once, [graph, folder])).toEqual(ended(cached));
});

test('a killed process leaves no incomplete entry', async () => {
  const graph = writeTable(newFolder(), 64);
  const folder = join(newFolder(), 'cache');
  const fill = `${load} for (;;) { tell(await load(process.argv[1], process.argv[2])); fs.rmSync(process.argv[2], { recursive: true, force: true }); }`;
  for (let i = 0; i < 6; i += 1) {
    await besides(fill, [graph, folder], (kill) => setTimeout(kill, 150 + 40 * i));
    const entries = existsSync(folder)
      ? readdirSync(folder).filter((name) => !name.startsWith('.'))
      : [];
    for (const entry of entries) expect(readdirSync(join(folder, entry))).toContain('checksums');
    expect(inChild(once, [graph, folder]).told).toEqual([
      expect.objectContaining({ answer: [64] }),
    ]);
  }
});

test('folders of killed processes are removed after a day', () => {
  const { graph, folder } = filled();
  const [old, young] = [join(folder, '.partial-1'), join(folder, '.partial-2')];
  for (const left of [old, young]) mkdirSync(left);
  const dayBefore = Date.now() / 1000 - 25 * 3600;
  utimesSync(old, dayBefore, dayBefore);
  expect(inChild(once, [graph, folder])).toEqual(ended(cached));
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

test('on a full disk the network is loaded, and no incomplete file stays', () => {
  const graph = writeTable(newFolder(), 64);
  const folder = join(newFolder(), 'cache');
  expect(inChild(once, [graph, folder], 'ulimit -f 64;')).toEqual(ended(compiled));
  const left = readdirSync(folder, { recursive: true }).filter((name) =>
    String(name).endsWith('.blob'),
  );
  expect(left).toEqual([]);
  expect(inChild(once, [graph, folder])).toEqual(ended(compiled));
  expect(inChild(once, [graph, folder])).toEqual(ended(cached));
});

test('the entries of a read-only folder are used', () => {
  const { graph, folder, entry, blob } = filled();
  chmodSync(blob, 0o444);
  for (const path of [entry, folder]) chmodSync(path, 0o555);
  const other = writeTable(newFolder(), 3);
  const prefix = unprivileged(...[graph, folder, other].map((path) => join(path, '..')));
  const program = `${load}
    tell(await load(process.argv[1], process.argv[3]));
    tell(await load(process.argv[2], process.argv[3]));`;
  expect(inChild(program, [graph, other, folder], `set -- ${prefix.join(' ')} "$@";`)).toEqual(
    ended(cached, { answer: [3], cached: false }),
  );
  for (const path of [folder, entry]) chmodSync(path, 0o755);
});

test.each(['file', 'file/cache'])('%s cannot be the cache folder', async (name) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), '');
  const graph = writeTable(folder, 64);
  const config = { CACHE_DIR: join(folder, name) };
  await expect(new IECore().loadNetwork(graph, 'CPU', { config })).rejects.toMatchObject({
    name: 'FileError',
    code: 'FILE_NOT_WRITABLE',
    message: expect.stringContaining(join(folder, name)) as string,
  });
});
