import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bareEnvironment,
  packageRoot,
  temporaryFolders,
  write,
  writeProgram,
} from '../helpers/folders';

const newFolder = temporaryFolders();

/** Makes a fake Python whose pip runs a script; $target is the folder to unpack into. */
function makePython(pip: string, version = '3.12'): string {
  return writeProgram(
    join(newFolder(), 'python'),
    `case "$*" in
  *sys.executable*) echo "$0" ;;
  *sys.version_info*) echo ${version} ;;
  '-m pip --version') echo 'pip 25.0' ;;
  '-m pip install'*)
    echo "$*" >> "$(dirname "$0")/calls"
    target="$5"
    ${pip}
    ;;
esac`,
  );
}

/** The script of a pip that succeeds: it unpacks the wheel. */
const unpack = `mkdir -p "$target/openvino/libs" "$target/openvino/cmake"
    touch "$target/openvino/libs/libopenvino.so.2641" "$target/openvino/libs/libopenvino.2641.dylib"
    echo 'a library' > "$target/openvino/libs/openvino.dll"`;

const script = `require(${JSON.stringify(join(packageRoot, 'scripts/setup.cjs'))})
  .fetchRuntime({ python: process.argv[1], folder: process.argv[2] })
  .catch((error) => { console.log(error.code + ': ' + error.message); });`;

function fetchWith(python: string, folder = join(newFolder(), 'runtime', 'openvino-2026.4.1')) {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, python, folder], {
    env: bareEnvironment(),
    encoding: 'utf8',
  });
  return { folder, parent: join(folder, '..'), stdout, stderr };
}

test('unpacks the wheel for the installed Python after checking its hash', () => {
  const python = makePython(unpack, '3.12');
  const { folder, parent, stdout, stderr } = fetchWith(python);
  expect(stdout).toBe('');
  expect(stderr).toContain(`Fetching OpenVINO 2026.4.1 with ${python} (pip) into ${folder}`);
  expect(readdirSync(parent)).toEqual(['openvino-2026.4.1']);
  expect(readdirSync(join(folder, 'openvino'))).toEqual(['cmake', 'libs']);
  const call = readFileSync(join(python, '../calls'), 'utf8');
  expect(call).toContain('--require-hashes');
  expect(call).toContain('--no-deps');
  expect(call).toContain('--python-version 3.12 --abi cp312 --platform ');
  expect(call).toContain(`--requirement ${join(packageRoot, 'scripts/openvino.txt')}`);
});

test('takes the wheel of another Python if there is none for the installed one', () => {
  const python = makePython(unpack, '3.9');
  expect(fetchWith(python).stdout).toBe('');
  expect(readFileSync(join(python, '../calls'), 'utf8')).toContain(
    '--python-version 3.11 --abi cp311',
  );
});

test('removes the runtimes of other versions and the files of a killed setup', () => {
  const folder = join(newFolder(), 'runtime', 'openvino-2026.4.1');
  const parent = join(folder, '..');
  write(join(parent, 'openvino-2025.4.0/openvino/libs/libopenvino.so.2540'));
  write(join(parent, '.partial-1/x'));
  write(join(parent, '.partial-2-old/x'));
  write(join(folder, 'openvino/old'));
  expect(fetchWith(makePython(unpack), folder).stdout).toBe('');
  expect(readdirSync(parent)).toEqual(['openvino-2026.4.1']);
  expect(existsSync(join(folder, 'openvino/old'))).toBe(false);
});

describe('when pip fails', () => {
  test.each([
    [
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      /disk is full/,
    ],
    [
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
      /pip cache purge/,
    ],
    [
      'WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching distribution found for openvino',
      /cannot reach PyPI.*HTTPS_PROXY/,
    ],
    ['ERROR: No matching distribution found for openvino==2026.4.1', /pip config list/],
    ['something new', /its output is above/],
  ])('%j says what to do', (words, remedy) => {
    const python = makePython(`printf '%s\\n' '${words.replaceAll('\n', "' '")}' >&2; exit 1`);
    const folder = join(newFolder(), 'runtime', 'openvino-2026.4.1');
    write(join(folder, 'openvino/old'));
    const { parent, stdout, stderr } = fetchWith(python, folder);
    expect(stdout).toMatch(/^TOOL_FAILED: /);
    expect(stdout).toMatch(remedy);
    expect(stderr).toContain(words);
    // No incomplete folder was left, and the earlier runtime is unchanged.
    expect(readdirSync(parent)).toEqual(['openvino-2026.4.1']);
    expect(existsSync(join(folder, 'openvino/old'))).toBe(true);
  });

  test('without an error, an incomplete wheel is refused', () => {
    const { parent, stdout } = fetchWith(makePython('mkdir -p "$target/openvino/libs"'));
    expect(stdout).toMatch(/^TOOL_FAILED: .*does not contain a runtime/);
    expect(readdirSync(parent)).toEqual([]);
  });
});

test('an interruption leaves no files', async () => {
  const python = makePython('touch "$target/half"; echo started >&2; exec sleep 60');
  const folder = join(newFolder(), 'runtime', 'openvino-2026.4.1');
  const child = spawn(process.execPath, ['-e', script, python, folder], { env: bareEnvironment() });
  let words = '';
  child.stdout.on('data', (data) => (words += String(data)));
  for await (const data of child.stderr) if (String(data).includes('started')) break;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
  expect(words).toBe('TOOL_FAILED: Interrupted; no incomplete files were left behind.\n');
  expect(readdirSync(join(folder, '..'))).toEqual([]);
});

test('says whether Python or pip is missing, and how to install it', () => {
  expect(fetchWith('/nowhere/python').stdout).toBe(
    'TOOL_FAILED: Expected a Python interpreter for --python, received /nowhere/python, which cannot be started.\n',
  );
  const bare = writeProgram(
    join(newFolder(), 'python'),
    'case "$*" in *sys.executable*) echo "$0" ;; *sys.version_info*) echo 3.12 ;; *) exit 1 ;; esac',
  );
  expect(fetchWith(bare).stdout).toMatch(/^TOOL_FAILED: .*has no pip\. To install it: \S+/);
});
