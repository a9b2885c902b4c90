import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { passthrough } from '../helpers/networks';

const newFolder = temporaryFolders();
const model = join(packageRoot, 'models/efficientnet-lite0.xml');

test('prints a line for each layer and the number of layers on each device', () => {
  const { status, stdout, stderr } = iecore(['query', '-m', model, '-d', 'HETERO:CPU']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^layer +type +device$/);
  expect(lines[1]).toMatch(/^input +Parameter +CPU$/);
  expect(lines.some((line) => / Convolution +CPU$/.test(line))).toBe(true);
  expect(lines.at(-1)).toMatch(/^CPU: (\d+) of \1 layers$/);
});

test('--perf prints the executed layers with their times', () => {
  const { status, stdout } = iecore(['query', '-m', model, '--perf', '--niter', '2', '--json']);
  expect(status).toBe(0);
  const { executed, summary, layers } = JSON.parse(stdout) as {
    executed: { name: string; type: string; microseconds: number }[];
    summary: Record<string, number>;
    layers: { device: string }[];
  };
  expect(summary).toEqual({ CPU: layers.length });
  expect(executed.length).toBeGreaterThan(20);
  expect(executed.length).toBeLessThan(layers.length);
  expect(Math.max(...executed.map(({ microseconds }) => microseconds))).toBeGreaterThan(0);

  const { stdout: text } = iecore(['query', '-m', model, '--perf', '--niter', '1']);
  expect(text).toMatch(/\nexecuted layer +type +kernel +µs +%\n/);
  expect(text).toMatch(/\n\d+ executed layers, \d+\.\d\d ms\n$/);
});

test('--picture draws the graph; --affinity assigns layers to devices', () => {
  const folder = newFolder();
  const small = write(join(folder, 'small.xml'), passthrough({ x: { dims: [1, 4] } }).toString());
  const svg = join(folder, 'layers.svg');
  const { status, stdout } = iecore([
    ...['query', '-m', small, '-d', 'HETERO:CPU', '--affinity', 'x=CPU', '--picture', svg],
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^x +Parameter +CPU$/m);
  expect(readFileSync(svg, 'utf8')).toMatch(
    /<svg[^]*on CPU[^]*fill="#d7ecd9"|<svg[^]*fill="#d7ecd9"[^]*on CPU/,
  );

  const file = write(join(folder, 'affinity.json'), '{"x": "CPU"}');
  expect(iecore(['query', '-m', small, '--affinity-file', file]).status).toBe(0);
});

test.each([
  [['-m', '/nowhere.xml'], 1, /nowhere\.xml/],
  [['-m', model, '-d', 'MYRIAD'], 1, /2022\.3/],
  [['-m', model, '--affinity', 'conv1'], 2, /layer=device/],
  [['-m', model, '--affinity', 'nowhere=CPU'], 1, /no layer named 'nowhere'/],
  [['-m', model, '--affinity-file', '/nowhere'], 1, /\/nowhere/],
  [['-m', model, '--affinity-file', model], 1, /JSON/],
  [['-m', model, '--picture', '/tmp/a.svg'], 1, /at most 150 layers/],
  [[], 2, /required option '-m/],
])('%j is an error', (args, code, message) => {
  const { status, stderr } = iecore(['query', ...args]);
  expect(stderr).toMatch(message);
  expect(status).toBe(code);
});
