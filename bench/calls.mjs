/** Measures the overhead of a call, with a network that computes almost nothing. */
import { alternate, column, compare, runJson } from './lib/measure.mjs';
import { environments, peer, root, subject } from './lib/places.mjs';
import { join } from 'node:path';

const fixture = (name) => join(root, 'test', 'fixtures', 'networks', name);

export const title = 'Calls';
export const about =
  'A network with a single Relu over four numbers, in microseconds per call. Each program runs in its own process. The C++ program makes the same calls; the Python and onnxruntime-node programs use their usual calls.';

export async function run({ rounds, short }) {
  const count = short ? 20_000 : 100_000;
  const ours = (kind) => () =>
    runJson(process.execPath, [
      subject('iecore.mjs'),
      'calls',
      fixture('relu1x4.xml'),
      kind,
      count,
    ]);
  const cpp = (kind) => () => runJson(peer(), ['calls', fixture('relu1x4.xml'), kind, count]);
  const results = await alternate(
    {
      infer: ours('infer'),
      'infer C++': cpp('infer'),
      'set-infer-get': ours('set-infer-get'),
      results: ours('results'),
      'set-infer-get C++': cpp('set-infer-get'),
      'set-infer-get Python': () =>
        runJson(environments.bench(), [
          ...[subject('peers.py'), 'calls', fixture('relu1x4.xml'), 'set-infer-get', count],
        ]),
      async: ours('async'),
      'async-results': ours('async-results'),
      'async C++': cpp('async'),
      'async onnxruntime-node': () =>
        runJson(process.execPath, [
          ...[subject('onnxruntime.mjs'), 'calls', fixture('relu1x4.onnx'), count],
        ]),
    },
    rounds,
  );
  const time = (name) => column(results[name], 'microseconds');
  const why =
    'Node-API itself takes 0.3 to 0.4 µs per call to get the arguments, the native object and the result, whatever the call does. With networks that take longer, the ratio soon falls below 1.01, as the FP32 latency of ResNet18 shows.';
  const row = (what, name, peerName, other, goal) =>
    compare({
      what,
      unit: 'µs',
      ours: time(name),
      peer: time(other),
      peerName,
      goal,
      better: 'lower',
      why,
    });
  return [
    row('`request.inferSync()`', 'infer', 'C++ infer', 'infer C++', 1.15),
    row(
      '`request.inferSync({ x })`, then read',
      'set-infer-get',
      'C++ set, infer, get',
      'set-infer-get C++',
      1.5,
    ),
    row(
      '`exec.inferSync({ x })`, copied outputs',
      'results',
      'C++ set, infer, get',
      'set-infer-get C++',
      1.5,
    ),
    row('`exec.inferSync({ x })`', 'results', 'Python', 'set-infer-get Python', 1),
    row('`await request.infer({ x })`, then read', 'async', 'C++ start, wait', 'async C++', 1.15),
    row(
      '`await exec.infer({ x })`, copied outputs',
      'async-results',
      'C++ start, wait',
      'async C++',
      1.15,
    ),
    row(
      '`await exec.infer({ x })`',
      'async-results',
      'onnxruntime-node',
      'async onnxruntime-node',
      1,
    ),
  ];
}
