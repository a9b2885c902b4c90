import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { packageRoot } from '../helpers/folders';

const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const photographs = join(packageRoot, 'models/photographs');

test.each([
  [['quantize', '--data', photographs], 2, /required option '-m, --model/],
  [['quantize', '-m', model], 2, /required option '--data/],
  [['quantize', '-m', model, '--data', photographs, '--preset', 'x'], 2, /performance, mixed/],
  [['quantize', '-m', model, '--data', '/nowhere'], 1, /^error: .*\/nowhere/],
  [['mo', '--input_model', model, '--data_type', 'INT8'], 1, /--data FOLDER/],
  [['mo', '--input_model', model, '--data', photographs], 1, /only with --data_type INT8/],
  [
    ['mo', '--input_model', model, '--data_type', 'INT8', '--compress_to_fp16', '--data', 'x'],
    1,
    /received both/,
  ],
])('%j is an error', (args, code, message) => {
  const { status, stderr } = iecore(args);
  expect(stderr).toMatch(message);
  expect(status).toBe(code);
  expect(existsSync('/efficientnet-lite0.xml')).toBe(false);
});
