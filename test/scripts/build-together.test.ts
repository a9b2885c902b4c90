import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareEnvironment, packageRoot, temporaryFolders, write } from '../helpers/folders';
import { makePackage } from '../helpers/package';

const newFolder = temporaryFolders();
const modules = Array.from({ length: 200 }, (_, i) => `part${i}`);
const compiling = '[openvino-iecore] Compiling the TypeScript\n';

interface Build {
  child: ChildProcess;
  /** Its output on stderr so far. */
  words: () => string;
  ended: Promise<{ status: number | null; words: string }>;
}

function startBuild(root: string, ...args: string[]): Build {
  const child = spawn(process.execPath, [join(root, 'scripts/build.cjs'), ...args], {
    cwd: '/',
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number, words }));
  return { child, words: () => words, ended };
}

/** A checkout with many files in lib/. */
function makeCheckout(root: string): void {
  makePackage(root);
  rmSync(join(root, 'dist'), { recursive: true });
  write(join(root, 'tsconfig.json'), readFileSync(join(packageRoot, 'tsconfig.json'), 'utf8'));
  for (const name of modules) write(join(root, `lib/${name}.ts`), `export const ${name} = 1;\n`);
  write(join(root, 'lib/cli/iecore.ts'), 'export const main = 1;\n');
}

const compiled = (root: string): string[] =>
  readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.js'));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('a checkout', () => {
  const root = join(newFolder(), 'checkout');
  beforeAll(async () => {
    mkdirSync(root);
    makeCheckout(root);
    await startBuild(root, '--addon').ended;
  });

  test('is compiled completely, by only one of several parallel builds', async () => {
    const builds: Build[] = [];
    // The other builds start while the first one compiles or replaces the folder.
    for (let i = 0; i < 5; i += 1) {
      builds.push(startBuild(root));
      await sleep(200);
    }
    const ends = await Promise.all(builds.map(({ ended }) => ended));
    expect(ends.map(({ status }) => status)).toEqual(builds.map(() => 0));
    expect(compiled(root)).toHaveLength(modules.length);
    expect(ends.filter(({ words }) => words.includes(compiling))).toHaveLength(1);
    expect(existsSync(join(root, '.lock'))).toBe(false);
  });

  test.each([
    ['removed', (file: string) => rmSync(file)],
    ['truncated', (file: string) => truncateSync(file, 3)],
    ['overwritten', (file: string) => writeFileSync(file, 'x')],
  ])('is compiled again where a file of dist/ was %s', async (_, damage) => {
    const file = join(root, 'dist/part7.js');
    const before = readFileSync(file, 'utf8');
    damage(file);
    expect(await startBuild(root).ended).toEqual({ status: 0, words: compiling });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(await startBuild(root).ended).toEqual({ status: 0, words: '' });
  });

  test('is complete after a build that was killed while it compiled', async () => {
    write(join(root, 'lib/more.ts'), 'export const more = 1;\n');
    const first = startBuild(root);
    await until(() => first.words().includes(compiling));
    await sleep(500);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(compiled(root)).toHaveLength(modules.length);

    const { status, words } = await startBuild(root).ended;
    expect(status).toBe(0);
    expect(words).toMatch(/Waiting for another setup or build .* 10 seconds\n.*Compiling/);
    expect(compiled(root)).toHaveLength(modules.length + 1);
    // The killed build left no files either.
    expect(readdirSync(join(root, 'build')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('is not locked after an interrupted build, which says so', async () => {
    write(join(root, 'native/more.cpp'), 'int more() { return 1; }\n');
    const first = startBuild(root);
    await until(() => first.words().includes('Building the addon'));
    await sleep(500);
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({
      status: 1,
      words: expect.stringMatching(
        /Interrupted; no incomplete files were left behind\.\n$/,
      ) as string,
    });
    expect((await startBuild(root).ended).words).not.toContain('Waiting');
  });
});

describe('the addon', () => {
  const root = join(newFolder(), 'package');
  const addon = join(root, 'build/Release/openvino_iecore.node');
  beforeAll(() => {
    mkdirSync(root);
    makePackage(root);
  });

  test('is built by one of two builds, while the other waits', async () => {
    const ends = await Promise.all([startBuild(root).ended, startBuild(root).ended]);
    expect(ends.map(({ status }) => status)).toEqual([0, 0]);
    const words = ends.map((end) => end.words).sort();
    expect(words[0]).toMatch(/Building the addon/);
    expect(words[1]).toMatch(/^.*Waiting for another setup or build in .*\n$/);
    expect(existsSync(addon)).toBe(true);
  });

  test('is built again after truncation', async () => {
    const { length } = readFileSync(addon);
    truncateSync(addon, 5000);
    expect((await startBuild(root).ended).words).toContain('Building the addon');
    expect(readFileSync(addon)).toHaveLength(length);
  });

  test('is complete after a build that was killed while it compiled', async () => {
    write(join(root, 'native/more.cpp'), 'int more() { return 1; }\n');
    const first = startBuild(root);
    // The truncated object files and addon below are as new as their sources.
    await until(() => first.words().includes('Building the addon'));
    first.child.kill('SIGKILL');
    await first.ended;
    // Processes that it started may run on for a while.
    await sleep(5000);
    for (const file of readdirSync(join(root, 'build'), { recursive: true, encoding: 'utf8' }))
      if (/cmake.*\.(o|obj|node)$/.test(file)) truncateSync(join(root, 'build', file), 0);

    expect((await startBuild(root).ended).status).toBe(0);
    const ask = spawn(process.execPath, ['-p', 'require(process.argv[1]).version()', addon], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: bareEnvironment(),
    });
    expect(await once(ask, 'close')).toEqual([0, null]);
  });
});
