import { join } from 'node:path';
import {
  addonFile,
  explainMissing,
  findRuntime,
  listPlaces,
  packageRoot,
  readAddonNote,
} from '../../lib/addon/runtime';
import { build, inspectTools } from '../../lib/setup/scripts';

const saved = process.env.OPENVINO_IECORE_RUNTIME;
afterEach(() => {
  if (saved === undefined) delete process.env.OPENVINO_IECORE_RUNTIME;
  else process.env.OPENVINO_IECORE_RUNTIME = saved;
});

test('the paths are inside this package', () => {
  expect(packageRoot).toBe(join(__dirname, '../..'));
  expect(addonFile).toBe(join(packageRoot, 'build/Release/openvino_iecore.node'));
});

test('finds the runtime that the addon was built for', () => {
  const { runtime } = findRuntime();
  expect(runtime).not.toBeNull();
  expect(readAddonNote()).toMatchObject({
    platform: process.platform,
    arch: process.arch,
    version: runtime?.version,
  });
});

test('explains that there is no runtime', () => {
  process.env.OPENVINO_IECORE_RUNTIME = '/gone';
  const search = findRuntime();
  expect(search.runtime).toBeNull();
  expect(listPlaces(search)).toBe('  OPENVINO_IECORE_RUNTIME (/gone): no such folder');
  expect(explainMissing(search)).toContain(listPlaces(search));
});

test('lists each build tool with the command that installs it', () => {
  const tools = inspectTools();
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['CMake', 'C++ compiler', 'Python', 'pip']),
  );
  expect(tools.find(({ name }) => name === 'CMake')?.found).toMatch(/^cmake version \d/);
  for (const { install } of tools) expect(install).not.toBe('');
});

test('a failed build is a LoadError with the output of the build', async () => {
  process.env.OPENVINO_IECORE_RUNTIME = '/gone';
  await expect(build({})).rejects.toMatchObject({
    name: 'LoadError',
    code: 'TOOL_FAILED',
    message: explainMissing(findRuntime()),
  });
});
