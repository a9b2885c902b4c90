import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../lib/base/system-error';
import { temporaryFolders, write } from '../helpers/folders';

const newFolder = temporaryFolders();

function reasonFor(action: () => void): string {
  try {
    action();
  } catch (error) {
    return reasonOf(error);
  }
  return 'none';
}

test('a system error is described in words, with its code', () => {
  const folder = newFolder();
  const file = write(join(folder, 'file'));
  expect(reasonFor(() => mkdirSync(file))).toBe('a file of this name exists already (EEXIST)');
  expect(reasonFor(() => readFileSync(folder))).toBe('it is a folder (EISDIR)');
  expect(reasonFor(() => writeFileSync(join(file, 'x'), ''))).toMatch(
    /^a part of the path .*\(ENOTDIR\)$/,
  );
});

test('any other error keeps its own message', () => {
  expect(reasonOf(new Error('no luck'))).toBe('no luck');
  expect(reasonOf('text')).toBe('text');
  expect(reasonOf(Object.assign(new Error('strange'), { code: 'ESTRANGE' }))).toBe('strange');
});
