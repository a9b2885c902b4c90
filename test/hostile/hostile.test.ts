import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, temporaryFolders } from '../helpers/folders';
import { stateful } from '../helpers/networks';

const newFolder = temporaryFolders();
const script = join(__dirname, 'run.cjs');

/** How often each member is called; thousands of calls take minutes. */
const runs = process.env['HOSTILE_RUNS'] ?? '8';
const seed = process.env['HOSTILE_SEED'] ?? '1';

interface Listed {
  groups: string[];
  uncalled: string[];
  gone: string[];
}

const { groups, uncalled, gone } = JSON.parse(
  execFileSync(process.execPath, [script], { encoding: 'utf8' }),
) as Listed;

test('every public member is called or excused, and every excused member exists', () => {
  expect({ uncalled, gone }).toEqual({ uncalled: [], gone: [] });
});

/** A deeply nested folder, because some hostile values are paths that lead upwards. */
function prepare(): string {
  const folder = join(newFolder(), 'a/b/c');
  mkdirSync(folder, { recursive: true });
  cpSync(join(__dirname, '../fixtures/images/rgb.png'), join(folder, 'picture.png'));
  writeFileSync(join(folder, 'labels.txt'), 'a\nb\n');
  writeFileSync(join(folder, 'plugins.xml'), '<ie><plugins></plugins></ie>');
  writeFileSync(join(folder, 'state.xml'), stateful());
  writeFileSync(join(folder, 'state.bin'), '');
  return folder;
}

// Each group runs in a process of its own, because a bug could crash the process.
test.each(groups)(
  'whatever %s is given, it answers or says what is wrong',
  (group) => {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [script, group, runs, seed],
      { cwd: prepare(), env: bareEnvironment(), encoding: 'utf8' },
    );
    expect({ status, signal, stdout, stderr }).toEqual({
      status: 0,
      signal: null,
      stdout: 'done\n',
      stderr: '',
    });
  },
  3_600_000,
);
