import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { makePackage } from '../helpers/package';

const newFolder = temporaryFolders();

interface Report {
  ok: boolean;
  checks: { name: string; ok: boolean; needed: boolean; detail: string; remedy?: string }[];
  runtime: { version: string } | null;
  tried: unknown[];
}

test('reports that everything is installed', () => {
  const { status, stdout, stderr } = iecore(['doctor']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/\nInference can run\.\n$/);
  expect(stdout).toMatch(new RegExp(`^ok +Node +${process.version}$`, 'm'));
  expect(stdout).toMatch(/^ok +OpenVINO +2026\.4\.\d in /m);
  expect(stdout).toMatch(/^ok +Addon +built for OpenVINO 2026\.4\.\d, runs with 2026\.4\./m);
  expect(stdout).toMatch(/^ok +Devices +.*CPU \(.+\)/m);
  expect(stdout).not.toMatch(/missing/i);
});

test('--json prints the same for programs', () => {
  const { status, stdout } = iecore(['doctor', '--json']);
  const report = JSON.parse(stdout) as Report;
  expect(status).toBe(0);
  expect(report).toMatchObject({ ok: true, runtime: { version: '2026.4.1' } });
  expect(report.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Node',
      'System',
      'CMake',
      'pip',
      'OpenVINO',
      'Addon',
      'Devices',
      'Model',
      'sharp',
    ]),
  );
});

test('on a bare machine, lists each missing part and how to fix it', () => {
  const root = makePackage(newFolder());
  rmSync(join(root, 'runtime'), { recursive: true });
  const env = { PATH: '/nowhere', INTEL_OPENVINO_DIR: '/gone' };
  const { status, stdout, stderr } = iecore(['doctor', '--verbose'], { root, env });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  for (const name of ['CMake', 'C\\+\\+ compiler', 'Python', 'pip', 'OpenVINO', 'Model']) {
    expect(stdout).toMatch(new RegExp(`^missing +${name} .*\n +→ \\S+`, 'm'));
  }
  expect(stdout).toMatch(/^MISSING +Addon +not built yet\n +→ npx iecore setup$/m);
  expect(stdout).toContain('INTEL_OPENVINO_DIR (/gone): no such folder');
  expect(stdout).toMatch(/\nInference cannot run yet/);

  const report = JSON.parse(iecore(['doctor', '--json'], { root, env }).stdout) as Report;
  expect(report).toMatchObject({ ok: false, runtime: null });
  expect(report.tried).toContainEqual({
    place: 'INTEL_OPENVINO_DIR',
    path: '/gone',
    reason: 'no such folder',
  });
});

test('build tools may be missing once the addon is built', () => {
  const { status, stdout } = iecore(['doctor'], { root: packageRoot, env: { PATH: '/nowhere' } });
  expect(stdout).toMatch(/^missing +CMake/m);
  expect(status).toBe(0);
});
