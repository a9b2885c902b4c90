import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { FreshFiles } from '../lib/fresh-files';
import { temporaryFolders, write } from './helpers/folders';
import { coded } from './helpers/networks';

const newFolder = temporaryFolders();

test('moves all files into place, over those that stood there', () => {
  const folder = newFolder();
  const targets = ['net.xml', 'net.bin'].map((name) => join(folder, name));
  writeFileSync(targets[0]!, 'old');
  const files = new FreshFiles(...targets);
  files.paths.forEach((path, i) => {
    expect(extname(path)).toBe(extname(targets[i]!));
    expect(basename(path)).not.toBe(basename(targets[i]!));
    writeFileSync(path, `new ${i}`);
  });
  expect(readFileSync(targets[0]!, 'utf8')).toBe('old');
  files.commit();
  expect(targets.map((target) => readFileSync(target, 'utf8'))).toEqual(['new 0', 'new 1']);
  expect(readdirSync(folder).sort()).toEqual(['net.bin', 'net.xml']);
});

test('leaves nothing of what was given up, and what stood there as it was', () => {
  const folder = newFolder();
  const target = write(join(folder, 'net.xml'), 'old');
  const files = new FreshFiles(target, join(folder, 'net.bin'));
  writeFileSync(files.paths[0]!, 'half');
  const cause = new Error('the disk is full');
  expect(files.discard(cause)).toMatchObject({
    code: 'FILE_NOT_WRITABLE',
    message: expect.stringMatching(/net\.xml.*net\.bin.*the disk is full/) as string,
    cause,
  });
  expect(readdirSync(folder)).toEqual(['net.xml']);
  expect(readFileSync(target, 'utf8')).toBe('old');
});

test.each(['missing/net.xml', 'file/net.xml', 'folder'])('refuses %s before any work', (name) => {
  const folder = newFolder();
  write(join(folder, 'file'));
  mkdirSync(join(folder, 'folder'));
  expect(() => new FreshFiles(join(folder, name))).toThrow(coded('FILE_NOT_WRITABLE'));
});
