import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { providePyTorch } from '../../lib/pytorch';
import { bareEnvironment, packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();

beforeAll(async () => {
  await providePyTorch();
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(packageRoot, 'examples')]);
});

test('the example pytorch-to-openvino exports, converts, quantizes and compares', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot, 'build/examples/pytorch-to-openvino.js'), '-o', newFolder()],
    { cwd: packageRoot, env: bareEnvironment(), encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^exported: differs from PyTorch by \d\.\de-\d+\n/);
  expect(stdout).toMatch(/PyTorch FP32.*1 .*10 of 10/);
  expect(stdout).toMatch(/OpenVINO FP32.*10 of 10/);
  expect(stdout).toContain('OpenVINO INT8');
});
