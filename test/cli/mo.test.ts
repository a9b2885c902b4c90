import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { fixture } from '../helpers/networks';

const newFolder = temporaryFolders();
const conv = fixture('conv.onnx');
const mo = (...args: string[]) => iecore(['mo', ...args]);

test('prints its arguments and the files that it wrote', () => {
  const folder = join(newFolder(), 'new/folder');
  const { status, stdout, stderr } = mo(
    ...['--input_model', conv, '--model_name', 'net', '--output_dir', folder, '-s', '255'],
    ...['--reverse_input_channels', '--input_shape', '[1,3,32,32]'],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const line of [
    'Model Optimizer arguments:',
    `\t- Path to the Input Model: \t${conv}`,
    `\t- Path for generated IR: \t${folder}`,
    '\t- IR output name: \tnet',
    '\t- Batch: \tNot specified, inherited from the model',
    '\t- Input shapes: \t[1,3,32,32]',
    '\t- Scale factor: \t255',
    '\t- Mean values: \tNot specified',
    '\t- Precision of IR: \tFP32',
    '\t- Reverse input channels: \tTrue',
    '[ SUCCESS ] Generated IR version 11 model.',
    `[ SUCCESS ] XML file: ${join(folder, 'net.xml')}`,
    `[ SUCCESS ] BIN file: ${join(folder, 'net.bin')}`,
  ]) {
    expect(stdout.split('\n')).toContain(line);
  }
  expect(stdout).toMatch(/^\[ SUCCESS \] Total execution time: \d+\.\d\d seconds\. $/m);
  expect(stdout).toMatch(/^\[ SUCCESS \] Memory consumed: \d+ MB\. $/m);
  expect(readdirSync(folder).sort()).toEqual(['net.bin', 'net.xml']);
  expect(readFileSync(join(folder, 'net.xml'), 'utf8')).not.toContain(folder);
});

test('short and long spellings of a flag have the same effect', () => {
  const folder = newFolder();
  const long = ['--input_model', conv, '--output_dir', folder, '--model_name'];
  expect(mo(...long, 'a', '--mean_values', '[1,2,3]', '--scale', '2', '--batch', '2').status).toBe(
    0,
  );
  expect(
    mo('-w', conv, '-o', folder, '-n', 'b', '-ms', '[1,2,3]', '-s', '2', '-b', '2').status,
  ).toBe(0);
  expect(
    mo('-m', conv, '-o', folder, '-n', 'c', '-ms', '[1,2,3]', '-s', '2', '-b', '2').status,
  ).toBe(0);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(folder, `${name}.bin`)));
  expect(b).toEqual(a);
  expect(c).toEqual(a);
});

test.each([
  ['--data_type', 'FP16'],
  ['--data_type', 'half'],
  ['--compress_to_fp16'],
  ['--compress_to_fp16=True'],
])('%s %s halves the size of the weights', (...flags) => {
  const folder = newFolder();
  expect(mo('-w', conv, '-o', folder, '-n', 'full').status).toBe(0);
  expect(mo('-w', conv, '-o', folder, '-n', 'half', ...flags).status).toBe(0);
  const sizes = ['full', 'half'].map((name) => readFileSync(join(folder, `${name}.bin`)).length);
  expect(sizes[1]! / sizes[0]!).toBeLessThan(0.6);
});

test('--silent prints nothing, --json prints one value, --progress prints the progress', () => {
  const folder = newFolder();
  expect(mo('-w', conv, '-o', folder, '--silent')).toEqual({ status: 0, stdout: '', stderr: '' });
  const { stdout } = mo('-w', conv, '-o', folder, '--json', '--output', 'relu1');
  expect(JSON.parse(stdout)).toMatchObject({
    xml: join(folder, 'conv.xml'),
    bin: join(folder, 'conv.bin'),
    inputs: ['input'],
    outputs: ['relu1'],
  });
  const { stderr } = mo('-w', conv, '-o', folder, '--progress');
  expect(stderr).toMatch(/^Progress: \[ {20}\] {3}0\.00% done\n/);
  expect(stderr).toMatch(/Progress: \[\.{20}\] 100\.00% done\n$/);
});

test('--report prints operations and fused layers, and draws them', async () => {
  const folder = newFolder();
  const image = join(folder, 'layers.svg');
  const { status, stdout } = mo('-w', conv, '-o', folder, '--silent', '--report', image);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}operations +before +after\n/);
  expect(stdout).toMatch(/^ {2}Convolution +2 +2$/m);
  expect(stdout).toMatch(/^ {2}Convolution: .*bn1,? ?.*relu1$/m);
  expect(readFileSync(image, 'utf8')).toMatch(/\+ .*relu1/);
  const { format, width, height } = await sharp(image).metadata();
  expect(format).toBe('svg');
  expect(Math.min(width, height)).toBeGreaterThan(100);
  const { stdout: json } = mo('-w', conv, '-o', folder, '--json', '--report');
  expect(JSON.parse(json)).toMatchObject({
    report: { operations: expect.any(Array) as unknown[], layers: expect.any(Array) as unknown[] },
  });
  expect(mo('-w', conv, '-o', folder, '--report', join(folder, 'no/x.svg')).stderr).toMatch(
    /^\[ ERROR \] {2}Cannot write .*x\.svg/,
  );
});

test('--version', () => {
  expect(mo('--version').stdout).toMatch(/^Version of Model Optimizer is: \d+\.\d+\.\d+\n$/);
});

test('a flag without effect causes a warning', () => {
  const { status, stderr } = mo(
    ...[
      '-w',
      conv,
      '-o',
      newFolder(),
      '--disable_fusing',
      '--finegrain_fusing',
      'a',
      '--keep_shape_ops',
    ],
  );
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^\[ WARNING \] {2}--disable_fusing has no effect: .*\n\[ WARNING \] {2}--finegrain_fusing .*\n\[ WARNING \] {2}--keep_shape_ops .*\n$/,
  );
  expect(mo('-w', conv, '-o', newFolder(), '--disable_fusing', '--log_level', 'ERROR').stderr).toBe(
    '',
  );
});

test('a full disk leaves no partial files and keeps the old files', () => {
  const folder = newFolder();
  const old = write(join(folder, 'conv.xml'), 'old');
  const command = join(packageRoot, 'dist/cli/iecore.js');
  // With a limit on the file size, a write fails as it does on a full disk.
  const { status, stderr } = spawnSync(
    'bash',
    [
      ...['-c', 'trap "" XFSZ; ulimit -f 4; exec "$@"', 'bash', process.execPath, command],
      ...['mo', '-w', conv, '-o', folder],
    ],
    { encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/^\[ ERROR \] {2}Cannot write .*: the file was not written completely/);
  expect(readdirSync(folder)).toEqual(['conv.xml']);
  expect(readFileSync(old, 'utf8')).toBe('old');
});

describe('an error is one line and leaves no files:', () => {
  const folder = newFolder();
  const file = write(join(folder, 'file'), '');
  const half = write(join(folder, 'half.onnx'), 'half');
  mkdirSync(join(folder, 'out'));

  test.each<[number, string[], RegExp]>([
    [1, [], /--input_model FILE/],
    [1, ['-w', '/missing.onnx'], /\/missing\.onnx/],
    [1, ['-w', half], /half\.onnx/],
    [1, ['-w', folder], /saved_model\.pb/],
    [1, ['-w', conv, '--framework', 'tf'], /tf/],
    [1, ['-w', conv, '--output', 'relu3'], /nearest names are: relu/],
    [1, ['-w', conv, '--input', 'input{f31}'], /f31/],
    [1, ['-w', conv, '--input', 'input[1,3,32,32]', '--input_shape', '[1,3,32,32]'], /both/],
    [1, ['-w', conv, '--input_shape', '[1,3'], /--input_shape/],
    [1, ['-w', conv, '-s', '2', '--scale_values', '[1,2,3]'], /both/],
    [1, ['-w', conv, '-o', join(file, 'x')], /file\/x/],
    [1, ['-w', conv, '--transform', 'Pruning'], /LowLatency2, MakeStateful/],
    [1, ['-w', conv, '--extensions', '/missing.so'], /\/missing\.so/],
    [2, ['-w', conv, '-b', '0'], /at least 1/],
    [2, ['-w', conv, '-s', 'x'], /a number/],
    [2, ['-w', conv, '--data_type', 'FP8'], /FP32, FP16, half, float/],
    [2, ['-w', conv, '--silent=perhaps'], /True or False/],
    [2, ['-w', conv, '--ouput', 'x'], /Did you mean --output\?/],
  ])('exit code %i for %j', (expected, args, words) => {
    const { status, stderr } = mo('-o', join(folder, 'out'), ...args);
    expect(stderr).toMatch(words);
    expect(status).toBe(expected);
    expect(stderr).toMatch(expected === 1 ? /^\[ ERROR \] {2}.+\n$/ : /^error: /);
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });
});
