import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { packageRoot, shellWord } from '../helpers/folders';

/** Files beside the commands that are none. */
const others = ['command', 'iecore'];

test('--version is that of the package', () => {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(iecore(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help lists every command and teaches by example', () => {
  const { status, stdout, stderr } = iecore(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const command of ['classify', 'devices', 'doctor', 'setup']) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  expect(stdout).toMatch(/^Examples:\n {2}iecore /m);
});

test.each(['classify', 'devices', 'doctor', 'setup'])('%s --help teaches by example', (command) => {
  const { status, stdout, stderr } = iecore([command, '--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: iecore ${command} `));
  expect(stdout).toMatch(new RegExp(`^Examples:\n.*iecore ${command}`, 'm'));
  expect(iecore(['help', command]).stdout).toBe(stdout);
});

test('no command is left out', () => {
  const names = readdirSync(join(packageRoot, 'lib/cli'))
    .map((file) => file.replace('.ts', ''))
    .filter((name) => !others.includes(name));
  for (const name of names) expect(iecore([name, '--help']).status).toBe(0);
});

describe('wrong usage ends with 2 and says what was meant:', () => {
  test.each([
    [['setpu'], "error: unknown command 'setpu'\n(Did you mean setup?)\n"],
    [['setup', '--forse'], "error: unknown option '--forse'\n(Did you mean --force?)\n"],
    [['setup', '--python'], "error: option '--python <path>' argument missing\n"],
    [['doctor', 'me'], "error: too many arguments for 'doctor'. Expected 0 arguments but got 1.\n"],
  ])('%j', (args, words) => {
    expect(iecore(args)).toEqual({
      status: 2,
      stdout: '',
      stderr: `${words}(add --help for the options and examples)\n`,
    });
  });

  test('no command at all shows the help', () => {
    const { status, stdout, stderr } = iecore([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: iecore /);
  });

  test('with --json on stdout, for programs', () => {
    const { status, stdout, stderr } = iecore(['setup', '--forse', '--json']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'USAGE', message: "unknown option '--forse'\n(Did you mean --force?)" },
    });
  });
});

describe('a failure ends with 1', () => {
  const env = { OPENVINO_IECORE_RUNTIME: '/gone' };

  test('and its text, without a stack', () => {
    const { status, stdout, stderr } = iecore(['setup'], { env });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: No OpenVINO runtime was found\. Places tried:\n/);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('and a stack with --verbose', () => {
    expect(iecore(['setup', '--verbose'], { env }).stderr).toMatch(/LoadError: [^]*^ +at /m);
  });

  test('and its code with --json', () => {
    const { status, stdout, stderr } = iecore(['setup', '--json'], { env });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'TOOL_FAILED', message: expect.stringContaining('/gone') as string },
    });
  });
});

test('ends quietly when nobody reads on', () => {
  const command = `${shellWord(process.execPath)} dist/cli/iecore.js doctor --json | head -c 1; echo "\${PIPESTATUS[0]}"`;
  expect(spawnSync('bash', ['-c', command], { cwd: packageRoot, encoding: 'utf8' })).toMatchObject({
    stdout: '{0\n',
    stderr: '',
  });
});
