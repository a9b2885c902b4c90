import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';

const newFolder = temporaryFolders();

const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const images = join(packageRoot, 'models/photographs');

const classify = ['classify', '-m', model, '-i', images];
const mo = ['mo', '--input_model', model];
const compare = ['compare', '-m', model, '--pytorch', 'timm:resnet18'];

/** Command lines that end with the option for an input file. */
const commands = [
  ['classify', '-m'],
  ['classify', '-m', model, '-i'],
  [...classify, '--labels'],
  ['benchmark', '-m'],
  ['benchmark', '-m', model, '-i'],
  ['benchmark', '-m', model, '-load_config'],
  ['query', '-m'],
  ['query', '-m', model, '--affinity-file'],
  ['mo', '--input_model'],
  [...mo, '--extensions'],
  [...mo, '--data_type', 'INT8', '--data'],
  ['quantize', '--data', images, '-m'],
  ['quantize', '-m', model, '--data'],
  ['export', '-o', '/tmp/never.onnx', '--model'],
  ['export', '-o', '/tmp/never.onnx', '--model', 'timm:resnet18', '--weights'],
  ['compare', '--pytorch', 'timm:resnet18', '-i', images, '-m'],
  ['compare', '-m', model, '-i', images, '--pytorch'],
  [...compare, '-i'],
  [...compare, '-i', images, '--labels'],
  [...compare, '-i', images, '--int8'],
];

const shown = commands.map(
  (args) => [args.map((arg) => arg.replace(packageRoot, '.')).join(' '), args] as const,
);

describe.each(shown)('iecore %s', (_, args) => {
  test.each(['no such folder', 'a file where a folder is needed'])('FILE_NOT_FOUND: %s', (kind) => {
    const folder = newFolder();
    const parent = join(folder, 'parent');
    if (kind !== 'no such folder') write(parent);
    const missing = join(parent, 'missing.pt');
    const { status, stdout } = iecore([...args, missing, '--json'], { env: { HOME: folder } });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'FILE_NOT_FOUND',
        message: expect.stringMatching(/^There is no .* \S*; check the path$/) as string,
      },
    });
    expect(stdout).toContain('missing.pt');
  });
});
