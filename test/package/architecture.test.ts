import { spawnSync } from 'node:child_process';
import { packageRoot } from '../helpers/folders';

test('docs/architecture.md lists each file with the sentence from its header', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['scripts/ci/architecture.cjs', '--check'],
    { cwd: packageRoot, encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
