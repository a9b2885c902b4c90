import { join } from 'node:path';
import { exportOnnx, type ExportOptions } from '../../lib/pytorch';
import { readTable } from '../../lib/base/option-table';
import {
  modelOptions,
  packagesFor,
  toModelSource,
  type ModelOptions,
} from '../../lib/pytorch/model-source';
import { temporaryFolders, write } from '../helpers/folders';
import { coded } from '../helpers/networks';

const newFolder = temporaryFolders();
const sourceOf = (options: ModelOptions) => toModelSource(readTable(modelOptions, options));

test.each([
  ['timm:resnet18', 'timm', 'resnet18', ['torch', 'timm']],
  ['torchvision:resnet50', 'torchvision', 'resnet50', ['torch', 'torchvision']],
  ['my.nets:small', 'factory', 'my.nets:small', ['torch']],
  ['nets:Small.tiny', 'factory', 'nets:Small.tiny', ['torch']],
])('%s is a model of the kind %s', (model, kind, name, packages) => {
  const source = sourceOf({ model });
  expect(source).toEqual({
    kind,
    name,
    pretrained: false,
    weights: null,
    seed: 0,
    trust: false,
  });
  expect(packagesFor(source)).toEqual(packages);
});

test('a model file must exist', () => {
  const file = write(join(newFolder(), 'net.pt'));
  expect(sourceOf({ model: file, trust: true })).toMatchObject({ kind: 'file', name: file });
  expect(() => sourceOf({ model: 'nowhere.pt' })).toThrow(coded('FILE_NOT_FOUND'));
});

test.each<[string, object, string, RegExp]>([
  ['no model', {}, 'INVALID_ARGUMENT', /model/],
  ['a model without a colon', { model: 'resnet18' }, 'INVALID_ARGUMENT', /timm:NAME.*'resnet18'/],
  [
    'a path instead of a Python module',
    { model: '../a:b' },
    'INVALID_ARGUMENT',
    /package\.module:function/,
  ],
  ['code instead of a function', { model: 'os:system("ls")' }, 'INVALID_ARGUMENT', /received/],
  ['a weights file instead of a model', { model: 'mine.pth' }, 'INVALID_ARGUMENT', /only weights/],
  ['a missing weights file', { model: 'timm:a', weights: '/no' }, 'FILE_NOT_FOUND', /\/no/],
  [
    'pretrained weights and a weights file',
    { model: 'timm:a', weights: __filename, pretrained: true },
    'INVALID_ARGUMENT',
    /received both/,
  ],
  [
    'pretrained weights for a model of no library',
    { model: 'nets:small', pretrained: true },
    'INVALID_ARGUMENT',
    /timm or torchvision/,
  ],
  ['a seed that is no number', { model: 'timm:a', seed: 'x' }, 'INVALID_ARGUMENT', /seed/],
  [
    'an output file that does not end in .onnx',
    { model: 'timm:a', output: 'a.xml' },
    'INVALID_ARGUMENT',
    /\.onnx/,
  ],
  [
    'a missing output folder',
    { model: 'timm:a', output: '/no/a.onnx' },
    'FILE_NOT_WRITABLE',
    /\/no/,
  ],
  ['an opset of 0', { model: 'timm:a', opset: 0 }, 'INVALID_ARGUMENT', /opset/],
  [
    'a shape that is a string',
    { model: 'timm:a', inputShape: '1,3' },
    'INVALID_ARGUMENT',
    /inputShape/,
  ],
  ['a shape with -1', { model: 'timm:a', inputShape: [-1, 3] }, 'INVALID_ARGUMENT', /dimension/],
  ['equal names', { model: 'timm:a', inputNames: ['a', 'a'] }, 'INVALID_ARGUMENT', /differ/],
  ['an unknown option', { model: 'timm:a', opsets: 10 }, 'INVALID_ARGUMENT', /opsets/],
])('%s is refused before Python starts', async (_, options, code, message) => {
  const job = exportOnnx({ output: 'a.onnx', python: '/never', ...options } as ExportOptions);
  await expect(job).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});
