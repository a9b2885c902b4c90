import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareWithPyTorch,
  exportOnnx,
  providePyTorch,
  type PyTorchCompareOptions,
} from '../../lib/pytorch';
import { convertModel } from '../../lib/model-optimizer';
import { quantize } from '../../lib/quantization';
import { drawnParts, openPage } from '../helpers/browser';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { coded } from '../helpers/networks';

const newFolder = temporaryFolders();
const photographs = join(packageRoot, 'models/photographs');
const folder = newFolder();
const xml = join(folder, 'net.xml');
const model = 'timm:mobilenetv3_small_050';
let python: string;
beforeAll(async () => {
  ({ python } = await providePyTorch());
  const onnx = join(folder, 'net.onnx');
  await exportOnnx({ model, seed: 5, python, output: onnx });
  await convertModel(onnx, {
    meanValues: [123.675, 116.28, 103.53],
    scaleValues: [58.395, 57.12, 57.375],
    reverseInputChannels: true,
    outputFile: xml,
  });
  await quantize(xml, {
    images: [photographs],
    outputFile: join(folder, 'net-int8.xml'),
  });
});

const options = (): PyTorchCompareOptions => ({
  ...{ network: xml, model, seed: 5, python, rounds: 2 },
  images: [photographs],
});

describe('compareWithPyTorch', () => {
  test('passes the same pixels to all sides, preprocessed in the same way', async () => {
    const results: string[] = [];
    const skipped: string[] = [];
    const { sides, images, threads } = await compareWithPyTorch({
      ...options(),
      images: [photographs, xml],
      batches: [1, 4],
      threads: 2,
      onImage: (image, sides) => results.push(`${image} ${sides.length}`),
      onSkipped: (message) => skipped.push(message),
    });
    expect(images).toHaveLength(10);
    expect(threads).toBe(2);
    const names = sides.map(({ name }) => name);
    const hasBf16 = names.includes('OpenVINO BF16');
    expect(names.filter((name) => name !== 'OpenVINO BF16')).toEqual([
      'PyTorch FP32',
      'OpenVINO FP32',
      'OpenVINO INT8',
    ]);
    const [pytorch, fp32] = sides as [(typeof sides)[0], (typeof sides)[0]];
    const largest = 5;
    expect(pytorch).toMatchObject({ speedup: 1, agreement: 10, difference: 0 });
    // Another channel order, mean or scale on one side would give a large difference.
    expect(fp32.agreement).toBe(10);
    expect(fp32.difference).toBeLessThan(1e-4 * largest);
    for (const side of sides) {
      expect(side.images).toHaveLength(10);
      expect(side.times).toHaveLength(20);
      expect(side.p95).toBeGreaterThanOrEqual(side.median);
      expect(Object.keys(side.fps)).toEqual(['1', '4']);
      expect(side.total).toBeGreaterThan(0);
    }
    expect(results).toHaveLength(10);
    expect(skipped.some((message) => message.startsWith(xml))).toBe(true);
    expect(skipped.some((message) => message.startsWith('BF16'))).toBe(!hasBf16);
  });

  test('finds large differences between two different models', async () => {
    const { sides } = await compareWithPyTorch({ ...options(), seed: 6 });
    expect(sides[1]?.difference).toBeGreaterThan(1e-3);
  });

  test.each<[string, () => Partial<PyTorchCompareOptions>, string]>([
    ['mean values in the network and in the options', () => ({ mean: 1 }), 'INVALID_ARGUMENT'],
    ['missing images', () => ({ images: ['/nowhere'] }), 'FILE_NOT_FOUND'],
    ['a missing network', () => ({ network: '/nowhere.xml' }), 'FILE_NOT_FOUND'],
    ['a missing INT8 network', () => ({ int8: '/nowhere.xml' }), 'FILE_NOT_FOUND'],
    ['an unknown model', () => ({ model: 'timm:nothing' }), 'UNKNOWN_NAME'],
    ['a missing Python', () => ({ python: '/nowhere' }), 'PYTHON_NOT_FOUND'],
    ['a batch of 0', () => ({ batches: [0] }), 'INVALID_ARGUMENT'],
    ['a signal that fires', () => ({ signal: AbortSignal.timeout(300) }), 'ABORT_ERR'],
  ])('rejects with the right code for %s', async (_, change, code) => {
    await expect(compareWithPyTorch({ ...options(), ...change() })).rejects.toEqual(coded(code));
  });
});

describe('iecore compare', () => {
  const page = join(folder, 'page.html');
  const labels = join(folder, 'net.labels.txt');
  const base = ['compare', '-m', xml, '--pytorch', model, '--seed', '5'];

  test('prints a line for each image and side, then a table, and writes a page', () => {
    write(labels, Array.from({ length: 1000 }, (_, i) => `kind <${i}>`).join('\n'));
    const { status, stdout, stderr } = iecore([
      ...[...base, '-i', photographs, '--rounds', '2', '--batch', '1,2', '--report', page],
    ]);
    expect(stderr).toContain('Using ');
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('arch.jpg');
    expect(lines[1]).toMatch(
      /^ {2}PyTorch FP32 +FPS : \d+\.\d \| TIME : \d\.\d{4}s \| PREDICT : kind <\d+>$/,
    );
    expect(stdout).toMatch(
      /\n +total +median +p95 +speed-up +top-1 +difference +FPS, batch 1 +FPS, batch 2\n/,
    );
    expect(stdout).toMatch(/\nPyTorch FP32 .* 1\.00x +10 of 10 +0 /);
    expect(stdout).toMatch(/\nOpenVINO FP32 .*x +10 of 10 /);
    expect(stdout).toMatch(/\nOpenVINO INT8 /);
  });

  test.each([1200, 360])(
    'the page is complete and readable at a width of %i pixels',
    async (width) => {
      await openPage(page, width, async (opened) => {
        expect(await opened.title()).toBe('PyTorch and OpenVINO');
        const parts = await drawnParts(opened);
        expect(parts).toHaveLength(3);
        for (const part of parts) expect(part).toBeGreaterThan(0.01);
        const sizes = await opened.evaluate<number[]>(
          `[document.documentElement.scrollWidth, ...[...document.images].map((i) => i.naturalWidth)]`,
        );
        expect(sizes[0]).toBeLessThanOrEqual(width);
        expect(sizes.slice(1).every((size) => size > 0)).toBe(true);
        expect(sizes).toHaveLength(11);
        const text = await opened.innerText('body');
        expect(text).toContain('OpenVINO INT8: kind <');
        expect(text).toContain('coffee.jpg');
        expect(text).toMatch(/2 threads|1 thread|\d+ threads/);
        expect(text).toMatch(/Node \d+/);
      });
      // The page loads nothing from the network.
      expect(readFileSync(page, 'utf8')).not.toMatch(/(src|href)="?https?:/);
    },
  );

  test('--json prints one JSON value', () => {
    const { status, stdout } = iecore([
      ...[...base, '-i', `${photographs}/dog.jpg`, '--rounds', '1', '--batch', '1', '--json'],
    ]);
    expect(status).toBe(0);
    const result = JSON.parse(stdout) as { sides: { name: string }[]; machine: string[] };
    expect(result.sides[0]?.name).toBe('PyTorch FP32');
    expect(result.machine).toHaveLength(2);
  });

  test.each([
    [['-m', xml], /required option '--pytorch/],
    [['-m', xml, '--pytorch', model], /required option '-i, --images/],
    [['-m', xml, '--pytorch', model, '-i', 'x', '--batch', 'many'], /whole numbers/],
  ])('%j fails with exit code 2', (args, message) => {
    const { status, stderr } = iecore(['compare', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
