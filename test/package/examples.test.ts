import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bareEnvironment, packageRoot, temporaryFolders, write } from '../helpers/folders';

const newFolder = temporaryFolders();
const photograph = (name: string) => join(packageRoot, 'models/photographs', `${name}.jpg`);
const script = (name: string) => join(packageRoot, 'build/examples', `${name}.js`);

beforeAll(() => {
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(packageRoot, 'examples')]);
});

function run(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script(name), ...args], {
    cwd: packageRoot,
    env: bareEnvironment({}),
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

test('hello-classification classifies images', () => {
  const { status, lines, stderr } = run(
    'hello-classification',
    ...[
      '-m',
      'models/efficientnet-lite0.xml',
      '-d',
      'CPU',
      photograph('dog'),
      photograph('coffee'),
    ],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(lines).toEqual([
    expect.stringMatching(/dog\.jpg: German shepherd/),
    expect.stringMatching(/coffee\.jpg: espresso/),
  ]);
});

test('async-queue keeps the order of the files and skips a file that is not an image', () => {
  const broken = write(join(newFolder(), 'broken.jpg'), 'not an image');
  const { status, lines, stderr } = run(
    'async-queue',
    ...[photograph('coffee'), broken, photograph('dog'), photograph('koala')],
  );
  expect(status).toBe(0);
  expect(stderr).toMatch(/^skipped: .*broken\.jpg.*\n$/);
  expect(lines).toEqual([
    expect.stringMatching(/coffee\.jpg: espresso/),
    expect.stringMatching(/dog\.jpg: German shepherd/),
    expect.stringMatching(/koala\.jpg: koala/),
    expect.stringMatching(/^3 images, \d+ in parallel: [\d.]+ per second$/),
  ]);
});

test('worker-threads classifies images with several threads that share one network', () => {
  const broken = write(join(newFolder(), 'broken.jpg'), 'not an image');
  const { status, lines, stderr } = run(
    'worker-threads',
    ...['--workers', '3', photograph('coffee'), broken, photograph('dog'), photograph('koala')],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(lines.toSorted((a, b) => (a.split('/').at(-1)! < b.split('/').at(-1)! ? -1 : 1))).toEqual([
    expect.stringMatching(/broken\.jpg: .*broken\.jpg cannot be decoded/),
    expect.stringMatching(/coffee\.jpg: espresso/),
    expect.stringMatching(/dog\.jpg: German shepherd/),
    expect.stringMatching(/koala\.jpg: koala/),
  ]);
});

test('query-devices shows devices, their metrics and configuration, and where layers run', () => {
  const { status, lines, stderr } = run('query-devices');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(lines).toContainEqual(expect.stringMatching(/^CPU: .+/));
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}OPTIMIZATION_CAPABILITIES = \[.*"FP32"/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}NUM_STREAMS = /));
  expect(lines.at(-1)).toMatch(/^\d+ of the layers of .+ run on CPU$/);
});

test.each([
  ['hello-classification', ['-m', '/missing.xml'], /\/missing\.xml/],
  ['hello-classification', ['-d', 'TPU'], /TPU/],
  ['hello-classification', ['/missing.jpg'], /\/missing\.jpg/],
  ['async-queue', ['-d', 'MYRIAD'], /MYRIAD/],
  ['worker-threads', ['-m', '/missing.xml'], /\/missing\.xml/],
  ['http-service', ['-m', '/missing.xml'], /\/missing\.xml/],
  ['query-devices', ['-m', '/missing.xml'], /\/missing\.xml/],
])('%s %j says in one line what is wrong', (name, args, message) => {
  const { status, stderr } = run(name, ...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

describe('http-service', () => {
  let service: ChildProcess;
  let address: string;

  beforeAll(async () => {
    service = spawn(process.execPath, [script('http-service')], {
      cwd: packageRoot,
      env: bareEnvironment({ PORT: '0' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(service.stdout!), 'line')) as [string];
    address = line;
  });

  // If an earlier test failed, the service is still running.
  afterAll(() => service.kill('SIGKILL'));

  async function post(body: Buffer) {
    const response = await fetch(address, { method: 'POST', body: new Uint8Array(body) });
    return { status: response.status, value: await response.json() };
  }

  test('answers parallel requests, each with the classes of its own image', async () => {
    const expected = { dog: /German shepherd/, coffee: /espresso/ };
    const names = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'dog' : 'coffee'));
    const answers = await Promise.all(
      names.map(async (name) => post(readFileSync(photograph(name)))),
    );
    answers.forEach(({ status, value }, i) => {
      expect(status).toBe(200);
      const classes = value as { label: string; probability: number }[];
      expect(classes).toHaveLength(5);
      expect(classes[0]!.label).toMatch(expected[names[i] as keyof typeof expected]);
      expect(classes[0]!.probability).toBeGreaterThan(classes[1]!.probability);
    });
  });

  test.each([
    ['a file that is not an image', Buffer.from('not an image'), 422],
    ['nothing', Buffer.alloc(0), 422],
    ['too much', Buffer.alloc(20 * 1024 * 1024 + 1), 413],
  ])('refuses %s', async (_, body, expected) => {
    const { status, value } = await post(body);
    expect(status).toBe(expected);
    expect(value).toEqual({ error: expect.any(String) as string });
  });

  test('accepts images by POST only', async () => {
    expect((await fetch(address)).status).toBe(405);
  });

  test('ends with exit code 0 on SIGTERM', async () => {
    const exit = once(service, 'exit');
    service.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
