import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bareEnvironment, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();

function runLoops(...args: string[]): unknown {
  const script = join(__dirname, 'loops.cjs');
  const output = execFileSync(process.execPath, ['--expose-gc', script, ...args], {
    env: bareEnvironment({ MALLOC_ARENA_MAX: '1' }),
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

const [control, ...loops] = runLoops() as [string, ...string[]];

/** In bytes: a tenth of the growth if each iteration leaked a tensor. A leak of small networks exceeds it, too. */
const limit = 12 * 1024 * 1024;

test(`${control}`, () => {
  expect(runLoops(control, newFolder(), `${limit}`)).toBeGreaterThan(4 * limit);
});

test.each(loops)('%s: the process does not grow', (name) => {
  expect(runLoops(name, newFolder(), `${limit}`)).toBeLessThan(limit);
});

test('V8 counts the memory of a blob once', () => {
  const output = execFileSync(
    process.execPath,
    ['--expose-gc', '--trace-gc', '--trace-gc-verbose', join(__dirname, 'external.cjs')],
    { env: bareEnvironment(), encoding: 'utf8' },
  );
  const megabytes = [
    ...output.matchAll(/now: ([\w ]+)[^]*?External memory reported: +(-?\d+) KB/g),
  ].map(([, what, kilobytes]) => [what, Math.round(Number(kilobytes) / 1024)]);
  expect(megabytes).toEqual([
    ['before', 0],
    ['blob', 100],
    ['view', 100],
    ['only the view of 104857600', 100],
    ['after', 0],
  ]);
});
