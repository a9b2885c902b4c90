import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import photographs from '../fixtures/photographs.json';
import { iecore } from '../helpers/cli';
import { packageRoot, shellWord, temporaryFolders, write } from '../helpers/folders';
import { fixture, ir, parameter } from '../helpers/networks';

const newFolder = temporaryFolders();
const photographFolder = join(packageRoot, 'models/photographs');
const photograph = (name: string) => join(photographFolder, `${name}.jpg`);

interface Summary {
  model: string;
  device: string;
  images: {
    image: string;
    milliseconds?: number;
    top?: { index: number; label: string; probability: number }[];
    error?: { code: string; message: string };
  }[];
  seconds: number;
  fps: number;
}

function classify(...args: string[]) {
  return iecore(['classify', ...args]);
}

function summaryOf(...args: string[]): Summary {
  const { status, stdout } = classify(...args, '--json');
  expect(status).toBe(0);
  return JSON.parse(stdout) as Summary;
}

/** Writes a network that returns the channels of an image of one colour as scores. */
function writeColourNetwork(folder: string): string {
  const image = { dims: [1, 3, 8, 8] };
  const scores = { dims: [1, 3] };
  return write(
    join(folder, 'colours.xml'),
    ir(
      [
        parameter('image', image),
        {
          name: 'peak',
          type: 'MaxPool',
          data: 'strides="8,8" pads_begin="0,0" pads_end="0,0" kernel="8,8" rounding_type="floor" auto_pad="explicit"',
          inputs: [image],
          outputs: [{ dims: [1, 3, 1, 1] }],
        },
        {
          name: 'scores',
          type: 'SoftMax',
          data: 'axis="1"',
          inputs: [{ dims: [1, 3, 1, 1] }],
          outputs: [{ dims: [1, 3, 1, 1] }],
        },
        { name: 'result', type: 'Result', inputs: [scores] },
      ],
      [
        [0, 0, 1, 0],
        [1, 1, 2, 0],
        [2, 1, 3, 0],
      ],
    ).toString(),
  );
}

async function writeColour(folder: string, name: string, background: string): Promise<string> {
  const file = join(folder, name);
  await sharp({ create: { width: 20, height: 10, channels: 3, background } }).toFile(file);
  return file;
}

/** Matches the line of an image. */
const imageLine =
  /^FPS : ([\d.]+) \| TIME : ([\d.]+)s \| PREDICT : (.+) \(([\d.]+) %\) \| FILE : (.+)$/;

/** Matches the line of totals. */
const totalLine =
  /^(\d+) images? in ([\d.]+)s: ([\d.]+) FPS, decoding included; an inference took ([\d.]+)s on average, ([\d.]+) at once(?:; (\d+) images? skipped)?$/;

/** Expects the lines and totals of the photographs, with figures that agree with each other. */
function expectPhotographs(lines: readonly string[]): void {
  expect(lines).toHaveLength(photographs.length + 1);
  const seconds = photographs.map(({ image, top }, i) => {
    const [, fps, time, label, percent, file] = imageLine.exec(lines[i]!)!;
    // Both numbers are rounded, the time to 0.1 ms.
    expect(Math.abs(1 / Number(fps) - Number(time))).toBeLessThan(1e-4 + 0.06 / Number(fps) ** 2);
    expect(label).toBe(top[0]!.label);
    // The device may compute in BF16.
    expect(Math.abs(Number(percent) / 100 - top[0]!.probability)).toBeLessThan(0.08);
    expect(file).toBe(image);
    return Number(time);
  });
  const [, count, whole, fps, inference, atOnce] = totalLine.exec(lines.at(-1)!)!.map(Number);
  expect(count).toBe(photographs.length);
  expect(Math.abs(count! / fps! - whole!)).toBeLessThan(0.001 + (0.06 * count!) / fps! ** 2);
  const sum = seconds.reduce((before, time) => before + time, 0);
  expect(Math.abs(inference! - sum / count!)).toBeLessThan(2e-4);
  expect(Math.abs(atOnce! - sum / whole!)).toBeLessThan(0.3);
}

test('without arguments: prints a line for each photograph of the package, and totals', () => {
  const { status, stdout, stderr } = classify();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expectPhotographs(stdout.trimEnd().split('\n'));
});

test('the README shows the output of a run', () => {
  const [, block] = /```\n(FPS : [^`]*)```/.exec(
    readFileSync(join(packageRoot, 'README.md'), 'utf8'),
  )!;
  expectPhotographs(block!.trimEnd().split('\n'));
});

describe('--json', () => {
  test('prints the whole result, the best classes first', () => {
    const { model, device, images, seconds, fps } = summaryOf(
      ...['-i', photograph('dog'), photograph('coffee'), '--top', '3'],
    );
    expect(model).toMatch(/efficientnet-lite0\.xml$/);
    expect(device).toBe('CPU');
    expect(images.map(({ image }) => image)).toEqual([photograph('dog'), photograph('coffee')]);
    for (const { milliseconds, top } of images) {
      expect(milliseconds).toBeGreaterThan(0);
      const probabilities = top!.map(({ probability }) => probability);
      expect(probabilities).toHaveLength(3);
      expect([...probabilities].sort((a, b) => b - a)).toEqual(probabilities);
    }
    expect(images[1]!.top![0]).toMatchObject({ index: 967, label: 'espresso' });
    expect(fps * seconds).toBeCloseTo(2, 6);
  });

  test('lists unreadable images among the others, with an error', () => {
    const folder = newFolder();
    const files = [write(join(folder, 'empty.jpg')), write(join(folder, 'text.png'), 'text')];
    const { images } = summaryOf('-i', ...files, photograph('dog'));
    expect(images.map(({ error }) => error?.code)).toEqual([
      'IMAGE_UNREADABLE',
      'IMAGE_UNREADABLE',
      undefined,
    ]);
  });
});

describe('the same classes', () => {
  const names = (...options: string[]) =>
    summaryOf(...options).images.map(({ top }) => top![0]!.label);
  let expected: string[];
  beforeAll(() => {
    expected = names('--hint', 'latency');
  });

  test.each([[['--batch', '4']], [['--hint', 'throughput', '--batch', '16']]])(
    'with %j',
    (options) => {
      expect(names(...options)).toEqual(expected);
    },
  );

  test('--batch auto prints its choice', () => {
    const { status, stdout, stderr } = classify('--batch', 'auto', '--json');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^batch (1|8|16) \(1: \d+ FPS, 8: \d+ FPS, 16: \d+ FPS\)\n$/);
    const { images } = JSON.parse(stdout) as Summary;
    expect(images.map(({ top }) => top![0]!.label)).toEqual(expected);
  });
});

test('--profile prints the time of each stage', () => {
  const { status, stdout, stderr } = classify('--profile');
  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(11);
  const stages = ['read, decode, resize', 'inference', 'all, from file to class', 'processor time'];
  for (const stage of stages) expect(stderr).toMatch(new RegExp(`^${stage} +\\d`, 'm'));
});

test('files that are not images are skipped, and listed after the results', () => {
  const folder = newFolder();
  const broken = ['one', 'two'].map((name) => write(join(folder, `${name}.jpg`), 'broken'));
  const cli = join(packageRoot, 'dist/cli/iecore.js');
  const files = [broken[0]!, photograph('coffee'), broken[1]!];
  // The shell merges stdout and stderr, as a terminal does.
  const { status, stdout } = spawnSync('sh', [
    '-c',
    `${[process.execPath, cli, 'classify', '-i', ...files].map(shellWord).join(' ')} 2>&1`,
  ]);
  expect(status).toBe(0);
  expect(stdout.toString().trimEnd().split('\n')).toEqual([
    expect.stringMatching(/PREDICT : espresso .*coffee\.jpg$/),
    expect.stringMatching(/^1 image in .*; 2 images skipped$/),
    expect.stringMatching(/^skipped: .*one\.jpg/),
    expect.stringMatching(/^skipped: .*two\.jpg/),
  ]);
});

test('it is a failure if no image can be read', () => {
  const broken = write(join(newFolder(), 'broken.jpg'), 'broken');
  const { status, stdout, stderr } = classify('-i', broken);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/skipped: .*\n.*Could read none of 1 image\n/);
});

test('folders and globs; each file is classified once', () => {
  const { images } = summaryOf('-i', `${photographFolder}/c*.jpg`, photograph('coffee'));
  expect(images.map(({ image }) => image)).toEqual(['coffee', 'crab'].map(photograph));
});

describe('another network', () => {
  const order = async (...options: string[]) => {
    const folder = newFolder();
    const model = writeColourNetwork(folder);
    const red = await writeColour(folder, 'red.png', '#ff0000');
    const { images } = summaryOf('-m', model, '-i', red, ...options);
    return images[0]!.top![0]!;
  };

  test('gets RGB; without labels, classes have numbers', async () => {
    expect(await order()).toMatchObject({ index: 0, label: 'class 0' });
  });

  test('gets BGR with --reverse-input-channels', async () => {
    expect(await order('--reverse-input-channels')).toMatchObject({ index: 2, label: 'class 2' });
  });

  test('applies --mean-values and --scale-values', async () => {
    const { index, probability } = await order(
      '--mean-values',
      '254,0,0',
      '--scale-values',
      '1,2,3',
    );
    expect(index).toBe(0);
    expect(probability).toBeCloseTo(Math.E / (Math.E + 2), 4);
  });

  test('takes labels from the file beside it, or from --labels', async () => {
    const folder = newFolder();
    const model = writeColourNetwork(folder);
    const green = await writeColour(folder, 'green.png', '#00ff00');
    write(join(folder, 'colours.labels.txt'), 'red\ngreen\nblue\n');
    const other = write(join(folder, 'other.txt'), 'rot\ngrün\nblau\n');
    const label = (...options: string[]) =>
      summaryOf('-m', model, '-i', green, ...options).images[0]!.top![0]!.label;
    expect(label()).toBe('green');
    expect(label('--labels', other)).toBe('grün');
  });
});

test('--report writes one page without external resources', () => {
  const folder = newFolder();
  const broken = write(join(folder, '<b>.jpg'), 'broken');
  const report = join(folder, 'report.html');
  const { status } = classify('-i', photograph('coffee'), broken, '--top', '2', '--report', report);
  expect(status).toBe(0);
  const page = readFileSync(report, 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('espresso');
  expect(page.match(/<meter /g)).toHaveLength(2);
  expect(page.match(/src="data:image\/\w+;base64,/g)).toHaveLength(1);
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  expect(page).not.toContain('<b>');
  expect(page).toMatch(/1 image in [\d.]+s: [\d.]+ FPS, decoding included; .*1 image skipped/);
});

describe('an error is printed on one line:', () => {
  const folder = newFolder();
  const short = write(join(folder, 'short.txt'), 'one\ntwo\n');
  mkdirSync(join(folder, 'nothing'));
  copyFileSync(fixture('relu1x4.xml'), join(folder, 'relu1x4.xml'));
  copyFileSync(fixture('relu1x4.bin'), join(folder, 'relu1x4.bin'));

  test.each<[number, string[], RegExp]>([
    [1, ['-m', '/missing.xml'], /\/missing\.xml/],
    [1, ['-m', '/'], /folder|directory/i],
    [1, ['-m', short], /short\.txt/],
    [1, ['-m', join(folder, 'relu1x4.xml')], /4 dimensions/],
    [1, ['-d', 'GPU'], /GPU is not usable/],
    [1, ['-d', 'HDDL'], /2022\.3/],
    [1, ['-i', '/missing.jpg'], /\/missing\.jpg/],
    [1, ['-i', join(folder, 'nothing')], /nothing/],
    [1, ['--labels', short], /1000/],
    [1, ['--labels', '/missing.txt'], /\/missing\.txt/],
    [1, ['--scale-values', '0,1,1'], /scale/],
    [1, ['--mean-values', '1,2'], /mean/],
    [2, ['--mean-values', 'a'], /numbers/],
    [2, ['--top', '0'], /at least 1/],
    [2, ['--batch', 'many'], /at least 1/],
    [2, ['--hint', 'speed'], /throughput, latency/],
    [2, ['--resize', 'squeeze'], /crop, fit, stretch/],
    [2, ['--decode', 'slow'], /accurate, fast/],
    [2, ['--device'], /argument missing/],
  ])('%i for %j', (expected, args, words) => {
    const { status, stderr } = classify('-i', photograph('dog'), ...args);
    expect(stderr).toMatch(words);
    expect(status).toBe(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  });
});

test('leaves no temporary file behind when the page cannot be written', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'report.html'));
  expect(classify('-i', photograph('dog'), '--report', join(folder, 'report.html')).status).toBe(1);
  expect(statSync(join(folder, 'report.html')).isDirectory()).toBe(true);
  expect(readdirSync(folder)).toEqual(['report.html']);
});
