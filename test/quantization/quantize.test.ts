import { readdirSync } from 'node:fs';
import type * as os from 'node:os';
import { join } from 'node:path';
import { quantize, type QuantizeOptions } from '../../lib/quantization';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { coded } from '../helpers/networks';

const { tmpdir } = jest.requireActual<typeof os>('node:os');
let scratch = tmpdir();
jest.mock('node:os', () => ({
  ...jest.requireActual<object>('node:os'),
  tmpdir: () => scratch,
}));
// The first call downloads NNCF, so all other errors must come before that.
jest.mock('../../lib/setup/scripts', () => ({
  ...jest.requireActual<object>('../../lib/setup/scripts'),
  provideEnvironment: () => Promise.reject(new Error('the environment was requested')),
}));

const newFolder = temporaryFolders();
const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const good: QuantizeOptions = { images: [join(packageRoot, 'models/photographs')] };

beforeAll(() => {
  scratch = newFolder();
});

test.each([
  ['a missing model', 'nowhere.xml', good, 'FILE_NOT_FOUND'],
  ['missing images', model, { images: ['/nowhere'] }, 'FILE_NOT_FOUND'],
  ['an unknown preset', model, { ...good, preset: 'best' as 'mixed' }, 'INVALID_ARGUMENT'],
  ['a subset of 0 images', model, { ...good, subset: 0 }, 'INVALID_ARGUMENT'],
  ['an unknown option', model, { ...good, data: 1 } as QuantizeOptions, 'INVALID_ARGUMENT'],
  ['a scale of 0', model, { ...good, scale: 0 }, 'INVALID_ARGUMENT'],
  ['a mean of two values', model, { ...good, mean: [1, 2] }, 'SHAPE_MISMATCH'],
  [
    'an output file that does not end in .xml',
    model,
    { ...good, outputFile: '/tmp/int8.bin' },
    'INVALID_ARGUMENT',
  ],
  [
    'a file in place of a folder',
    model,
    { ...good, outputFile: `${model}/a.xml` },
    'FILE_NOT_WRITABLE',
  ],
  ['files that are no images', model, { images: [model] }, 'IMAGE_UNREADABLE'],
  ['a signal that has fired', model, { ...good, signal: AbortSignal.abort() }, 'ABORT_ERR'],
])('%s is refused before anything is downloaded', async (_, source, options, code) => {
  await expect(quantize(source, options)).rejects.toEqual(coded(code));
  expect(readdirSync(scratch)).toEqual([]);
});
