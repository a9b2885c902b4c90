import { mkdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { findSources } from '../../lib/image/find-images';
import { distinctNames, namesOf } from '../../lib/image/image-names';
import { temporaryFolders, write } from '../helpers/folders';

const newFolder = temporaryFolders();

function folderOf(...files: string[]): string {
  const folder = newFolder();
  for (const file of files) write(join(folder, file));
  return folder;
}

const names = async (...inputs: string[]) => namesOf(await findSources(inputs));

describe('namesOf returns paths', () => {
  const folder = folderOf('a.jpg', 'deep/b.jpg', 'other/b.jpg', 'other/c.jpg', 'we[i]rd/d.jpg');

  test('relative to the given folder', async () => {
    expect(await names(join(folder, 'deep'))).toEqual(['b.jpg']);
    expect(await names(`${folder}/deep/`, join(folder, 'other/c.jpg'))).toEqual(['b.jpg', 'c.jpg']);
    const here = relative('.', folder);
    expect(await names(here)).toEqual(await names(folder));
  });

  test('relative to the fixed part of a glob', async () => {
    expect(await names(`${folder}/**/b.jpg`)).toEqual(['deep/b.jpg', 'other/b.jpg']);
    expect(await names(`${folder}/{deep,other}/b.jpg`)).toEqual(['deep/b.jpg', 'other/b.jpg']);
    expect(await names(`${folder}/other/*.jpg`)).toEqual(['b.jpg', 'c.jpg']);
    expect(await names(join(folder, 'we[i]rd'))).toEqual(['d.jpg']);
  });

  test('relative to the folder that all inputs share, if two would be equal', async () => {
    expect(await names(join(folder, 'deep'), join(folder, 'other'))).toEqual([
      ...['deep/b.jpg', 'other/b.jpg', 'other/c.jpg'],
    ]);
    const far = newFolder();
    mkdirSync(join(far, 'x'));
    write(join(far, 'x/b.jpg'));
    expect(await names(join(folder, 'deep/b.jpg'), join(far, 'x/b.jpg'))).toEqual([
      ...[`${basename(folder)}/deep/b.jpg`, `${basename(far)}/x/b.jpg`],
    ]);
  });
});

test('distinctNames returns names that differ in more than case, and keeps the first', () => {
  expect(
    distinctNames(['d/a.jpg', 'd/A.JPG', 'a.jpg', 'd/a (2).jpg', 'caf\u00e9', 'cafe\u0301']),
  ).toEqual([
    ...['d/a.jpg', 'd/A (2).JPG', 'a.jpg', 'd/a (2) (2).jpg', 'caf\u00e9', 'cafe\u0301 (2)'],
  ]);
});
