import { join } from 'node:path';
import { packageRoot } from '../helpers/folders';
import { fixture } from '../helpers/networks';
import { ended, inChild, openAllFiles } from './child';

/** Calls everything that starts a process, with only `left` file descriptors. */
const program = `
  const dist = ${JSON.stringify(join(packageRoot, 'dist'))};
  const { runPython } = require(dist + '/setup/python-worker.js');
  const { findPython } = require(dist + '/pytorch/find-python.js');
  const { run } = require(${JSON.stringify(join(packageRoot, 'scripts/run-tool.cjs'))});
  const [, graph, weights, left] = process.argv;
  const bytes = [fs.readFileSync(graph), fs.readFileSync(weights)];
  const isolated = { isolated: { device: null } };
  ${openAllFiles}
  const results = [
    await end(() => ie.readNetwork(...bytes, isolated)),
    await end(() => ie.readNetworkSync(...bytes, isolated)),
    await end(() => runPython('python3', 'check', 'none.onnx')),
    await end(() => findPython(['no_such_package'], 'python3')),
    await end(() => run(process.execPath, ['--version'])),
  ];
  tell(results.map((result) => result.name && result.code ? result.code : 'ok'));
  for (const file of files) fs.closeSync(file);
  tell(Object.keys((await ie.readNetwork(...bytes, isolated)).inputInfo));`;

const starved = (left: number) =>
  inChild(program, [fixture('conv.xml'), fixture('conv.bin'), String(left)], 'ulimit -n 120;');

test('no file descriptors left', () => {
  const unread = 'NETWORK_NOT_READ';
  const codes = [unread, unread, 'TOOL_FAILED', 'PYTHON_NOT_FOUND', 'TOOL_FAILED'];
  expect(starved(0)).toEqual(ended('EMFILE', codes, ['input']));
});

// Starting a process takes several descriptors, one after the other; each of these steps may fail.
test.each(Array.from({ length: 16 }, (_, i) => i + 1))('%d file descriptors left', (left) => {
  const { stderr, ...end } = starved(left);
  expect(end).toMatchObject({
    status: 0,
    signal: null,
    told: ['EMFILE', { length: 5 }, ['input']],
  });
  expect(stderr.replace(process.version, '').trim()).toBe('');
  const allowed = [
    ...[/^(NETWORK_NOT_READ|ok)$/, /^(NETWORK_NOT_READ|ok)$/],
    ...[/^(TOOL_FAILED|MODEL_NOT_EXPORTED)$/, /^PYTHON_NOT_FOUND$/, /^(TOOL_FAILED|ok)$/],
  ];
  (end.told[1] as string[]).forEach((code, i) => {
    expect(code).toMatch(allowed[i]!);
  });
});
