import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { provideEnvironment } from '../../lib/setup/scripts';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();
const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const photographs = join(packageRoot, 'models/photographs');

beforeAll(() => provideEnvironment('quantize'));

test('quantizes, compares, and copies the labels', () => {
  const output = join(newFolder(), 'small.xml');
  const { status, stdout, stderr } = iecore([
    ...['quantize', '-m', model, '--data', photographs, '-o', output],
    ...['--accuracy-report', '--subset', '6', '--preset', 'mixed'],
  ]);
  expect(stderr).toBe(
    'decoding …\nstarting NNCF …\ncalibrating …\ncorrecting biases …\nwriting …\n',
  );
  expect(status).toBe(0);
  const [wrote, ...report] = stdout.trimEnd().split('\n');
  expect(wrote).toMatch(/^Wrote .*small\.xml, 5\.\d MB with its weights$/);
  expect(report[0]).toMatch(/^Top-1 agreement: \d+ of 10$/);
  expect(report.at(-2)).toMatch(/^Largest difference of outputs: 0\.\d+$/);
  expect(report.at(-1)).toMatch(/^Median time of an inference: .* times as fast$/);
  expect(readFileSync(output.replace('.xml', '.labels.txt'), 'utf8')).toContain('espresso');

  const { stdout: classes } = iecore(['classify', '-m', output, '-i', `${photographs}/coffee.jpg`]);
  expect(classes).toContain('PREDICT : espresso');
});

test('prints JSON, and reports skipped images', () => {
  const output = join(newFolder(), 'small.xml');
  const images = ['dog.jpg', 'coffee.jpg'].map((name) => join(photographs, name));
  const { status, stdout, stderr } = iecore([
    ...['quantize', '-m', model, '--data', ...images, model, '-o', output],
    ...['--accuracy-report', '--json', '--no-overflow-fix'],
  ]);
  expect(status).toBe(0);
  expect(stderr).toContain(`skipped: ${model} cannot be decoded`);
  const { xml, bytes, comparison } = JSON.parse(stdout) as {
    xml: string;
    bytes: number;
    comparison: { images: { image: string; classes: number[] }[]; agreement: number };
  };
  expect(xml).toBe(output);
  expect(bytes).toBeGreaterThan(4e6);
  expect(comparison.images.map(({ image }) => image)).toEqual(images);
});

test('mo --data_type INT8 converts, then quantizes', () => {
  const folder = newFolder();
  const { status, stdout } = iecore([
    ...['mo', '--input_model', model, '--output_dir', folder, '--model_name', 'int8'],
    ...['--data_type', 'INT8', '--reverse_input_channels', '--data', photographs],
  ]);
  expect(status).toBe(0);
  expect(stdout).toContain('- Precision of IR: \tINT8');
  const xml = join(folder, 'int8.xml');
  expect(stdout).toContain(`[ SUCCESS ] XML file: ${xml}`);
  expect(readFileSync(xml, 'utf8')).toContain('type="FakeQuantize"');
  const { stdout: classes } = iecore([
    ...['classify', '-m', xml, '--reverse-input-channels', '-i', `${photographs}/coffee.jpg`],
    ...['--labels', join(packageRoot, 'models/efficientnet-lite0.labels.txt')],
  ]);
  expect(classes).toContain('PREDICT : espresso');
});
