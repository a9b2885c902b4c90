import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLabels } from '../../lib/image';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'labels-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string) {
  const file = join(folder, 'labels.txt');
  writeFileSync(file, text);
  return file;
}

describe('readLabels', () => {
  test.each([
    ['line ends of Unix', 'tench\ngoldfish\nÄsche\n'],
    ['no last line end', 'tench\ngoldfish\nÄsche'],
    ['line ends of Windows and a byte order mark', '\ufefftench\r\ngoldfish\r\nÄsche\r\n\r\n'],
  ])('reads %s', async (_, text) => {
    expect(await readLabels(fileWith(text), 3)).toEqual(['tench', 'goldfish', 'Äsche']);
  });

  test('keeps the position of a class without a name', async () => {
    expect(await readLabels(fileWith('\ntench\n\ngoldfish\n'))).toEqual([
      '',
      'tench',
      '',
      'goldfish',
    ]);
    expect(await readLabels(fileWith('\n'))).toEqual([]);
  });

  test('refuses another number of labels', async () => {
    const file = fileWith('tench\ngoldfish\n');
    await expect(readLabels(file, 1000)).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
      message: expect.stringContaining(
        `Expected 1000 labels in ${file}, one per line, received 2`,
      ) as string,
    });
  });

  test('refuses a path that is not a file', async () => {
    await expect(readLabels(join(folder, 'none.txt'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    await expect(readLabels(folder)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
    await expect(readLabels('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(readLabels(fileWith('a'), 0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
