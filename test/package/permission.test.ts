import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, packageRoot, temporaryFolders } from '../helpers/folders';
import { passthrough } from '../helpers/networks';

const newFolder = temporaryFolders();

/** The flag that enables Node's permission model; Node 24 dropped the prefix `experimental`. */
const flag = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

const addons = process.allowedNodeEnvironmentFlags.has('--allow-addons') ? ['--allow-addons'] : [];

/** Runs a program that may write only to `open/`, and may read `open/` but not `closed/`; returns its printed JSON. */
function ends(folder: string, program: string): unknown {
  const script = `
    const { IECore } = require(${JSON.stringify(packageRoot)});
    const [, folder] = process.argv;
    const end = async (call) => { try { await call(); return 'done'; } catch (error) { return [error.code, error.message]; } };
    (async () => { const ie = new IECore(); ${program} })();`;
  const allowed = [packageRoot, join(folder, 'open'), '/proc'].map(
    (path) => `--allow-fs-read=${path}`,
  );
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      ...[flag, '--no-warnings', ...addons, ...allowed, `--allow-fs-write=${join(folder, 'open')}`],
      ...['-e', script, folder],
    ],
    { env: bareEnvironment(), encoding: 'utf8', cwd: packageRoot },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function place(): string {
  const folder = newFolder();
  for (const name of ['open', 'closed']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'net.xml'), passthrough({ x: { dims: [1, 2] } }));
  }
  return folder;
}

test('a denial of the permission model is an error with a code and the flag that allows it', () => {
  const folder = place();
  const program = `
    const net = await ie.readNetwork(folder + '/open/net.xml');
    const exec = await ie.loadNetwork(net, 'CPU');
    console.log(JSON.stringify([
      await end(() => ie.readNetwork(folder + '/closed/net.xml')),
      await end(() => ie.importNetwork(folder + '/closed/net.xml', 'CPU')),
      await end(() => exec.export(folder + '/closed/net.blob')),
      await end(() => net.serialize(folder + '/closed/new.xml')),
      await end(() => exec.export(folder + '/open/net.blob')),
      await end(() => net.serialize(folder + '/open/new.xml')),
      await end(() => ie.diagnoseDevices()),
    ]));`;
  const denied = (code: string): unknown[] => [
    code,
    expect.stringMatching(/allow it with --allow-fs-read/) as string,
  ];
  expect(ends(folder, program)).toEqual([
    denied('FILE_NOT_READABLE'),
    denied('FILE_NOT_READABLE'),
    denied('FILE_NOT_WRITABLE'),
    denied('FILE_NOT_WRITABLE'),
    'done',
    'done',
    'done',
  ]);
  expect(readdirSync(join(folder, 'closed'))).toEqual(['net.xml']);
  expect(readdirSync(join(folder, 'open')).sort()).toEqual([
    'net.blob',
    'net.xml',
    'new.bin',
    'new.xml',
  ]);
});
