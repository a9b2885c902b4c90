import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { packageRoot, shellWord } from '../helpers/folders';

/** Entries of lib/cli that are not commands. */
const others = ['shared', 'iecore.ts'];

test('--version prints the version of the package', () => {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(iecore(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help lists every command and shows examples', () => {
  const { status, stdout, stderr } = iecore(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const command of ['classify', 'devices', 'doctor', 'setup']) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  expect(stdout).toMatch(/^Examples:\n {2}iecore /m);
});

test.each(['classify', 'devices', 'doctor', 'setup'])('%s --help shows examples', (command) => {
  const { status, stdout, stderr } = iecore([command, '--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: iecore ${command} `));
  expect(stdout).toMatch(new RegExp(`^Examples:\n.*iecore ${command}`, 'm'));
  expect(iecore(['help', command]).stdout).toBe(stdout);
});

test('every folder of lib/cli is a command', () => {
  const names = readdirSync(join(packageRoot, 'lib/cli')).filter((name) => !others.includes(name));
  for (const name of names)
    expect(iecore([name, '--help']).stdout).toContain(`Usage: iecore ${name} `);
});

describe('wrong usage exits with 2 and suggests the right name:', () => {
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

  test('no command: prints the help', () => {
    const { status, stdout, stderr } = iecore([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: iecore /);
  });

  test('with --json: prints the error on stdout', () => {
    const { status, stdout, stderr } = iecore(['setup', '--forse', '--json']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'USAGE', message: "unknown option '--forse'\n(Did you mean --force?)" },
    });
  });
});

describe('a failure exits with 1', () => {
  const env = { OPENVINO_IECORE_RUNTIME: '/gone' };

  test('and the message, without a stack trace', () => {
    const { status, stdout, stderr } = iecore(['setup'], { env });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: No OpenVINO runtime was found\. Places tried:\n/);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('and a stack trace with --verbose', () => {
    expect(iecore(['setup', '--verbose'], { env }).stderr).toMatch(/LoadError: [^]*^ +at /m);
  });

  test('and the error code with --json', () => {
    const { status, stdout, stderr } = iecore(['setup', '--json'], { env });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'TOOL_FAILED', message: expect.stringContaining('/gone') as string },
    });
  });
});

test('ends without an error when the reader of its output is gone', () => {
  const command = `${shellWord(process.execPath)} dist/cli/iecore.js doctor --json | head -c 1; echo "\${PIPESTATUS[0]}"`;
  expect(spawnSync('bash', ['-c', command], { cwd: packageRoot, encoding: 'utf8' })).toMatchObject({
    stdout: '{0\n',
    stderr: '',
  });
});
