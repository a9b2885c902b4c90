import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AtomicIr } from '../../lib/read/atomic-ir';
import { temporaryFolders } from '../helpers/folders';
import { fixture } from '../helpers/networks';

const newFolder = temporaryFolders();
const graph = readFileSync(fixture('conv.xml'));
const weights = readFileSync(fixture('conv.bin'));

function writeAtomically(folder: string): AtomicIr {
  const files = new AtomicIr(join(folder, 'net.xml'));
  writeFileSync(files.paths[0]!, weights);
  writeFileSync(files.paths[1]!, graph);
  return files;
}

test('complete files are moved into place', async () => {
  for (const commit of [
    async (files: AtomicIr) => files.commit(),
    async (files: AtomicIr) => {
      files.commitSync();
      return Promise.resolve();
    },
  ]) {
    const folder = newFolder();
    await commit(writeAtomically(folder));
    expect(readdirSync(folder).sort()).toEqual(['net.bin', 'net.xml']);
  }
});

test.each([
  ['weights', 0],
  ['graph', 1],
])('a truncated file is not moved into place: %s', async (_, which) => {
  const folder = newFolder();
  const files = writeAtomically(folder);
  const path = files.paths[which]!;
  truncateSync(path, statSync(path).size - 8);
  await expect(files.commit()).rejects.toThrow('not written completely');
  expect(() => {
    files.commitSync();
  }).toThrow('not written completely');
  expect(files.discard(new Error('not written completely')).code).toBe('FILE_NOT_WRITABLE');
  expect(readdirSync(folder)).toEqual([]);
});
