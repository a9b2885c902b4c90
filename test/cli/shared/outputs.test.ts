import { copyFileSync, linkSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../../helpers/cli';
import { packageRoot, temporaryFolders, write } from '../../helpers/folders';
import { fixture } from '../../helpers/networks';

const newFolder = temporaryFolders();
const photographs = join(packageRoot, 'models/photographs');

function copyNetwork(folder: string): string {
  for (const ending of ['xml', 'bin'])
    copyFileSync(fixture(`relu1x4.${ending}`), join(folder, `relu1x4.${ending}`));
  return join(folder, 'relu1x4.xml');
}

const contents = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );

describe('no command overwrites its inputs:', () => {
  test.each<[string, (model: string, folder: string) => string[]]>([
    ['mo', (model, folder) => ['mo', '--input_model', model, '--output_dir', folder]],
    ['mo --report', (model) => ['mo', '--input_model', model, '-n', 'new', '--report', model]],
    ['quantize', (model) => ['quantize', '-m', model, '--data', photographs, '-o', model]],
    ['query --picture', (model) => ['query', '-m', model, '--picture', model]],
    ['benchmark --report', (model) => ['benchmark', '-m', model, '-niter', '1', '--report', model]],
    [
      'benchmark -dump_config',
      (model) => ['benchmark', '-m', model, '-niter', '1', '-dump_config', model],
    ],
    [
      'compare --report',
      (model) => ['compare', '-m', model, '--pytorch', 'x', '-i', photographs, '--report', model],
    ],
    [
      'export',
      (model, folder) => [
        ...['export', '--model', 'timm:x', '--weights', model],
        ...['-o', join(folder, 'link.onnx')],
      ],
    ],
  ])('%s', (_, argsOf) => {
    const folder = newFolder();
    const model = copyNetwork(folder);
    linkSync(model, join(folder, 'link.onnx'));
    const before = contents(folder);
    const { status, stderr } = iecore(argsOf(model, folder));
    expect(stderr).toMatch(/Cannot write .*: it is the input .*; choose another name/);
    expect(status).toBe(1);
    expect(contents(folder)).toEqual(before);
  });
});

describe('where nothing can be written is said before the work:', () => {
  const file = write(join(newFolder(), 'file'));

  test.each([
    ['query', '--picture', join(file, 'x.svg')],
    ['benchmark', '--report', join(file, 'x.html')],
    ['benchmark', '-dump_config', join(newFolder(), 'none/x.json')],
    ['benchmark', '-report_type', 'no_counters', '-report_folder', file],
  ])('%s %s %s', (command, ...args) => {
    const model = copyNetwork(newFolder());
    const { status, stdout, stderr } = iecore([command, '-m', model, ...args]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: Cannot write .*\n$/);
    expect(stderr).not.toMatch(/open '|mkdir/);
  });
});
