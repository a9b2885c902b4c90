import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { bareEnvironment, packageRoot, shellWord, temporaryFolders } from '../helpers/folders';
import { makePackage, runtimeAtHand } from '../helpers/package';

const newFolder = temporaryFolders();

/** Skips the tests of a shell that is not installed. */
const describeIn = (shell: string) =>
  spawnSync(shell, ['-c', ':']).status === 0 ? describe : describe.skip;
const libraryPath = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
const names = ['INTEL_OPENVINO_DIR', 'OpenVINO_DIR', libraryPath, 'PYTHONPATH', 'PATH'] as const;

const root = makePackage(newFolder());
const setupvars = join(root, 'scripts/setupvars.sh');
const openvino = join(root, 'runtime/openvino-2026.4.1/openvino');

/** Runs a script in a shell; returns its output, and the variables at its end. */
function run(shell: string, script: string, changes: NodeJS.ProcessEnv = {}, cwd = '/') {
  const print = names.map((name) => `printf '%s\\n' "\${${name}-unset}"`).join('; ');
  const { status, stdout, stderr } = spawnSync(shell, ['-c', `${script}\necho ----; ${print}`], {
    cwd,
    env: bareEnvironment(changes),
    encoding: 'utf8',
    // No pipe for stdin: Node's pipes are sockets, with which bash may assume a remote shell and read ~/.bashrc.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [words = '', values = ''] = stdout.split('----\n');
  const lines = values.split('\n');
  return {
    status,
    words,
    stderr,
    ...Object.fromEntries(names.map((name, at) => [name, lines[at]])),
  };
}

/** Makes an installation like Intel's archive from this machine's runtime. */
function makeArchive(): string {
  const runtime = runtimeAtHand();
  const folder = join(newFolder(), 'openvino_2026');
  mkdirSync(join(folder, 'runtime/lib'), { recursive: true });
  symlinkSync(runtime.libs[0]!, join(folder, 'runtime/lib/intel64'));
  symlinkSync(runtime.cmake!, join(folder, 'runtime/cmake'));
  symlinkSync(runtime.include!, join(folder, 'runtime/include'));
  mkdirSync(join(folder, 'python'));
  return folder;
}

for (const shell of ['bash', 'zsh'])
  describeIn(shell)(`in ${shell}`, () => {
    test("sets OpenVINO's variables and prints a message", () => {
      expect(
        run(shell, `set -eu; source ${shellWord(setupvars)}`, { PATH: process.env.PATH }),
      ).toEqual({
        status: 0,
        stderr: '',
        words:
          '[setupvars.sh] OpenVINO environment initialized\n' +
          `[setupvars.sh] OpenVINO 2026.4.1 in ${openvino} (iecore setup)\n`,
        INTEL_OPENVINO_DIR: openvino,
        OpenVINO_DIR: join(openvino, 'cmake'),
        [libraryPath]: join(openvino, 'libs'),
        PYTHONPATH: dirname(openvino),
        PATH: `${join(root, 'scripts/bin')}${delimiter}${process.env.PATH}`,
      });
    });

    test('changes nothing when sourced twice, and keeps earlier entries', () => {
      const source = `source ${shellWord(setupvars)} >/dev/null`;
      const before = { [libraryPath]: '/a b:/c', PYTHONPATH: '/d' };
      const once = run(shell, source, before);
      expect(once).toMatchObject({
        [libraryPath]: `${join(openvino, 'libs')}:/a b:/c`,
        PYTHONPATH: `${dirname(openvino)}:/d`,
      });
      expect(run(shell, `${source}; ${source}; ${source}`, before)).toEqual(once);
    });

    test('works in its own folder and defines no other names', () => {
      const script =
        'source ./setupvars.sh; command -v iecore; set | grep -a ^_openvino_iecore; true';
      const { words } = run(shell, script, {}, dirname(setupvars));
      expect(words.split('\n').slice(2)).toEqual([join(root, 'scripts/bin/iecore'), '']);
    });

    test("uses the runtime that Intel's own setupvars.sh has set", () => {
      const archive = makeArchive();
      const env = { INTEL_OPENVINO_DIR: archive, OpenVINO_DIR: join(archive, 'runtime/cmake') };
      const result = run(shell, `source ${shellWord(setupvars)}`, env);
      expect(result).toMatchObject({
        INTEL_OPENVINO_DIR: archive,
        OpenVINO_DIR: join(archive, 'runtime/cmake'),
        [libraryPath]: join(archive, 'runtime/lib/intel64'),
        PYTHONPATH: join(archive, 'python'),
      });
      expect(result.words).toContain('(INTEL_OPENVINO_DIR)');
    });

    test('returns 1 without a runtime, prints the reason, and the shell continues', () => {
      const env = { OPENVINO_IECORE_RUNTIME: '/gone' };
      const result = run(shell, `source ${shellWord(setupvars)}; echo "status $?"`, env);
      expect(result).toMatchObject({ status: 0, words: 'status 1\n', INTEL_OPENVINO_DIR: 'unset' });
      expect(result.stderr).toContain('(/gone): no such folder');
      expect(result.stderr).toMatch(/\[setupvars\.sh\] ERROR: .*\n$/);
    });
  });

test('the command iecore is on PATH', () => {
  const { words } = run('bash', `source ${shellWord(setupvars)} >/dev/null; iecore --version`);
  const { version } = jest.requireActual<{ version: string }>(join(packageRoot, 'package.json'));
  expect(words).toBe(`${version}\n`);
});
