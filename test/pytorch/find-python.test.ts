import { join } from 'node:path';
import { findPython } from '../../lib/pytorch/find-python';
import { shellWord, temporaryFolders, writeProgram } from '../helpers/folders';

const newFolder = temporaryFolders();

/** Writes a program that answers like a Python with these packages; null stands for a missing one. */
function python(packages: Record<string, string | null>, version = '3.12.1'): string {
  const file = join(newFolder(), 'python3');
  const report = JSON.stringify({ version, executable: file, virtual: false, packages });
  return writeProgram(
    file,
    `case "$1" in -I) echo ${shellWord(file)} ;; *) echo ${shellWord(report)} ;; esac`,
  );
}

test('uses the named Python, and reports the versions of its packages', async () => {
  const named = python({ torch: '2.9.0', timm: '1.0.0' });
  expect(await findPython(['torch', 'timm'], named)).toEqual({
    python: named,
    version: '3.12.1',
    packages: { torch: '2.9.0', timm: '1.0.0' },
    virtual: false,
    rejected: [],
  });
});

test.each([
  [{ torch: '1.13.0', timm: null }, /has no timm/],
  [{ torch: null, timm: null }, /has no torch and no timm/],
])('a Python with %j is rejected', async (packages, message) => {
  const named = python(packages);
  await expect(findPython(['torch', 'timm'], named)).rejects.toMatchObject({
    code: 'PYTHON_NOT_FOUND',
    message: expect.stringMatching(message) as string,
  });
  await expect(findPython(['torch', 'timm'], named)).rejects.toThrow(`${named} (Python 3.12.1)`);
});

test.each(['/nowhere/python', '/bin/false', '/bin/echo'])(
  '%s is rejected, because it is no Python',
  async (named) => {
    await expect(findPython(['torch'], named)).rejects.toMatchObject({
      code: 'PYTHON_NOT_FOUND',
      message: expect.stringContaining(`${named}: not found, or it does not run`) as string,
    });
  },
);

describe('without a named Python', () => {
  const saved = process.env['VIRTUAL_ENV'];
  afterEach(() => {
    if (saved === undefined) delete process.env['VIRTUAL_ENV'];
    else process.env['VIRTUAL_ENV'] = saved;
  });

  test('tries the active environment first, and reports why it is rejected', async () => {
    const having = python({ some_package: '1.0' });
    const lacking = python({ some_package: null });
    const active = newFolder();
    process.env['VIRTUAL_ENV'] = active;
    writeProgram(join(active, 'bin/python'), `exec ${shellWord(having)} "$@"`);
    expect(await findPython(['some_package'])).toMatchObject({ python: having, rejected: [] });

    writeProgram(join(active, 'bin/python'), `exec ${shellWord(lacking)} "$@"`);
    await expect(findPython(['some_package'])).rejects.toThrow(
      `Tried:\n  ${lacking} (Python 3.12.1): has no some_package\n`,
    );
  });
});
