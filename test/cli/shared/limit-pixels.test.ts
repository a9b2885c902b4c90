import { join } from 'node:path';
import { iecore } from '../../helpers/cli';
import { packageRoot } from '../../helpers/folders';

const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const image = join(packageRoot, 'test/fixtures/images/rgb.png'); // 24 x 16

test.each(['classify', 'compare', 'quantize', 'mo', 'benchmark'])(
  '%s has the option',
  (command) => {
    expect(iecore([command, '--help']).stdout).toContain('--limit-pixels <number>');
  },
);

test('an image above the limit is refused, with the name of the option', () => {
  const classify = (limit: number) =>
    iecore(['classify', '-m', model, '-i', image, '--limit-pixels', String(limit)]);
  expect(classify(384)).toMatchObject({ status: 0 });
  const { status, stdout, stderr } = classify(383);
  expect(status).toBe(1);
  expect(stdout + stderr).toContain('24 x 16 pixels, more than the pixel limit of 383');
  expect(stdout + stderr).toContain('--limit-pixels');
});

test('the benchmark refuses it too', () => {
  const { stdout, stderr } = iecore([
    ...['benchmark', '-m', model, '-i', image, '--limit-pixels', '383'],
    ...['--niter', '1', '--nireq', '1'],
  ]);
  expect(stdout + stderr).toContain('more than the pixel limit of 383');
});

test.each(['0', '1.5', 'many'])('%s is wrong usage', (limit) => {
  const { status, stderr } = iecore(['classify', '--limit-pixels', limit]);
  expect(status).toBe(2);
  expect(stderr).toContain('Expected a whole number of at least 1.');
});
