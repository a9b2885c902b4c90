import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { interpreterOf } from '../../scripts/python.cjs';
import {
  bareEnvironment,
  packageRoot,
  shellWord,
  temporaryFolders,
  write,
  writeProgram,
} from '../helpers/folders';
import { makePackage } from '../helpers/package';

const newFolder = temporaryFolders();
const pathOf = (script: string): string => JSON.stringify(join(packageRoot, script));

/** Modules that Python, pip, venv, PyTorch or this package import, and programs that they start. */
const modules = [
  ...['pip', 'venv', 'json', 'sitecustomize', 'usercustomize'],
  ...['openvino', 'torch', 'timm', 'onnx', 'numpy', 'threading', 'queue', 'signal', 'traceback'],
];
const programs = ['python3', 'python', 'cmake', 'c++', 'g++', 'ninja', 'make', 'pip'];

/** A folder of another user; each of its programs and modules that is run adds its name to `ran`. */
function makeHostile(): { cwd: string; ran: () => string } {
  const cwd = newFolder();
  const note = join(newFolder(), 'ran');
  for (const name of modules)
    write(join(cwd, `${name}.py`), `open(${JSON.stringify(note)}, "a").write("${name}.py\\n")\n`);
  for (const name of programs)
    writeProgram(join(cwd, name), `echo ${name} >> ${shellWord(note)}; exit 1`);
  return { cwd, ran: () => (existsSync(note) ? readFileSync(note, 'utf8') : '') };
}

/** An installed package without a runtime, so that every command searches for a Python. */
const root = makePackage(newFolder());
rmSync(join(root, 'runtime'), { recursive: true });
// Settings with which pip downloads nothing.
const offline = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: '', PIP_CONFIG_FILE: '/dev/null' };

const cli = (...args: string[]) => [process.execPath, join(root, 'dist/cli/iecore.js'), ...args];
const node = (code: string) => [process.execPath, '-e', code];

const commands: [string, string[]][] = [
  ['doctor', cli('doctor', '--verbose')],
  ['setup', cli('setup')],
  ['export', cli('export', '--model', 'timm:resnet18', '--output', 'x.onnx')],
  ['the finder', [process.execPath, join(root, 'scripts/find-openvino.cjs')]],
  ['setupvars.sh', ['bash', '-c', `source ${shellWord(join(root, 'scripts/setupvars.sh'))}`]],
  [
    'provideEnvironment',
    node(
      `require(${pathOf('scripts/environment.cjs')}).provideEnvironment('check', { folder: ${JSON.stringify(join(newFolder(), 'made'))} }).catch(() => {})`,
    ),
  ],
  [
    'runPython',
    node(
      `require(${pathOf('dist/setup/python-worker.js')}).runPython('python3', 'request_server', {}).catch(() => {})`,
    ),
  ],
];

// An empty entry means the working directory. PYTHONPATH=$PYTHONPATH:/more creates one if the variable was not set.
describe.each([
  ['no PYTHONPATH', undefined],
  ['an empty entry in PYTHONPATH', `${delimiter}/nowhere`],
  ['a relative entry in PYTHONPATH', '.'],
])('with %s', (_, PYTHONPATH) => {
  test.each(commands)('%s runs nothing of the working directory', (_name, [command, ...args]) => {
    const { cwd, ran } = makeHostile();
    const env = bareEnvironment({ ...offline, ...(PYTHONPATH !== undefined && { PYTHONPATH }) });
    const { error } = spawnSync(command!, args, { cwd, env, encoding: 'utf8' });
    expect(error).toBeUndefined();
    expect(ran()).toBe('');
  });
});

test.each(commands.slice(0, 5))(
  '%s starts no program of the working directory, whatever PATH says',
  (name, [command, ...args]) => {
    const { cwd, ran } = makeHostile();
    // node is called by its full path, and bash is found in a later entry.
    const PATH = ['.', '', process.env.PATH].join(delimiter);
    spawnSync(command!, args, { cwd, env: bareEnvironment({ ...offline, PATH }) });
    expect({ name, ran: ran() }).toEqual({ name, ran: '' });
  },
);

test('packages of the user and in PYTHONPATH are found', () => {
  const ask = `import sys, site; print(site.getusersitepackages())`;
  const PYTHONUSERBASE = newFolder();
  const { stdout } = spawnSync('python3', ['-c', ask], {
    env: bareEnvironment({ PYTHONUSERBASE }),
    encoding: 'utf8',
  });
  const find = (env: NodeJS.ProcessEnv): string =>
    spawnSync(process.execPath, [join(root, 'scripts/find-openvino.cjs')], {
      env: bareEnvironment(env),
      encoding: 'utf8',
    }).stderr;
  const inUser = join(stdout.trim(), 'openvino');
  write(join(inUser, '__init__.py'));
  expect(find({ PYTHONUSERBASE })).toContain(`package of python3 (${inUser})`);
  const folder = newFolder();
  write(join(folder, 'openvino/__init__.py'));
  expect(find({ PYTHONPATH: folder })).toContain(
    `package of python3 (${join(folder, 'openvino')})`,
  );
});

test('interpreterOf resolves a relative path, and a Python that a version manager chooses by the working directory', () => {
  const folder = newFolder();
  const bin = newFolder();
  writeProgram(join(folder, 'own/python'), 'echo /the/interpreter');
  writeProgram(join(bin, 'python3'), 'cat "$PWD/.python-version"');
  write(join(folder, '.python-version'), '/chosen/python\n');
  const code = `const { interpreterOf } = require(${pathOf('scripts/python.cjs')});
    console.log(interpreterOf('./own/python'), interpreterOf('python3'), interpreterOf('none'));`;
  const { stdout } = spawnSync(process.execPath, ['-e', code], {
    cwd: folder,
    env: bareEnvironment({ PATH: [bin, process.env.PATH].join(delimiter) }),
    encoding: 'utf8',
  });
  expect(stdout).toBe('/the/interpreter /chosen/python null\n');
  expect(interpreterOf('/nowhere/python')).toBeNull();
});

/** The part of PyTorch that an export uses before it fails. */
const torch = `class nn:
    class Module: pass
def manual_seed(seed): pass
`;

test.each([
  ['the working directory', '', undefined],
  ['a relative entry of PYTHONPATH', 'source', 'source'],
])('a function of %s makes the model to export, on request', (_, below, PYTHONPATH) => {
  const cwd = newFolder();
  const site = newFolder();
  write(join(site, 'torch/__init__.py'), torch);
  mkdirSync(join(cwd, 'source'));
  write(join(cwd, below, 'mine.py'), 'def make(): return 42\n');
  const model = JSON.stringify({ model: 'mine:make' });
  const code = `
    const { runPython } = require(${pathOf('dist/setup/python-worker.js')});
    const { readTable } = require(${pathOf('dist/base/option-table.js')});
    const { modelOptions, toModelSource, environmentFor } = require(${pathOf('dist/pytorch/model-source.js')});
    const source = toModelSource(readTable(modelOptions, ${model}));
    runPython('python3', 'export', { source, shapes: null }, { env: environmentFor(source) })
      .catch(({ message }) => console.log(message));`;
  const { stdout } = spawnSync(process.execPath, ['-e', code], {
    cwd,
    env: bareEnvironment({ PYTHONPATH: [PYTHONPATH, site].filter(Boolean).join(delimiter) }),
    encoding: 'utf8',
  });
  expect(stdout).toBe('Expected a torch.nn.Module from mine:make, received int\n');
});
