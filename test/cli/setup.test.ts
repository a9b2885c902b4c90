import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { temporaryFolders } from '../helpers/folders';
import { makePackage } from '../helpers/package';

const newFolder = temporaryFolders();

test('builds what is missing, reports the runtime, and does nothing the second time', () => {
  // An installed package: TypeScript is compiled, the addon is not built yet.
  const root = makePackage(newFolder());
  const first = iecore(['setup'], { root });
  expect(first).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /^OpenVINO 2026\.4\.\S+ is ready: .*\/runtime\/openvino-2026\.4\.1\/openvino \(iecore setup\)\n$/,
    ) as string,
    stderr: expect.stringContaining('Building the addon') as string,
  });
  expect(existsSync(join(root, 'build/Release/openvino_iecore.node'))).toBe(true);
  expect(iecore(['setup'], { root })).toEqual({ status: 0, stdout: first.stdout, stderr: '' });

  const { stdout, stderr } = iecore(['setup', '--json'], { root });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    version: expect.stringMatching(/^2026\.4\./) as string,
    runtime: { place: 'iecore setup', version: '2026.4.1' },
    addon: join(root, 'build/Release/openvino_iecore.node'),
  });
});

test('--force fetches again, with the Python of --python', () => {
  const root = makePackage(newFolder());
  const { status, stdout, stderr } = iecore(['setup', '--force', '--python', '/nowhere/python'], {
    root,
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    'error: Expected a Python interpreter for --python, received /nowhere/python, which cannot be started.\n',
  );
});
