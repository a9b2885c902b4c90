/** Measures latency and throughput of ResNet18, with batches of 1, 8 and 16. */
import { alternate, column, compare, runJson } from './lib/measure.mjs';
import { environments, ir, onnx, peer, subject } from './lib/places.mjs';

export const title = 'ResNet18';
export const about =
  'Latency of one inference at a time, and throughput with as many parallel requests as suit the device. Inputs are tensors in memory. Each program runs in its own process. `default` is the precision that the processor prefers: BF16 if it has AMX.';

const latencyWhy = 'Both make the same calls; single rounds of either differ by more than this.';
const throughputWhy =
  'Both queues copy each input (600 KB per image) into a request. With as many streams as processors, the JavaScript thread takes time from the streams, slightly more than the C++ thread, which sleeps while it waits. Writing the inputs in place avoids the copy.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const seconds = short ? 1 : 3;
  const ours =
    (...args) =>
    () =>
      runJson(process.execPath, [subject('iecore.mjs'), ...args].map(String));
  const cpp =
    (...args) =>
    () =>
      runJson(peer(), args.map(String));
  const python =
    (...args) =>
    () =>
      runJson(environments.bench(), [subject('peers.py'), ...args].map(String));
  const both = (kind, ...args) => ({
    ours: ours(kind, model, ...args),
    peer: cpp(kind, model, ...args),
  });
  const rows = [];
  for (const precision of ['f32', 'default']) {
    const { ours: mine, peer: theirs } = await alternate(
      both('latency', precision, seconds),
      rounds,
    );
    rows.push(
      compare({
        what: `latency, ${precision}`,
        unit: 'ms',
        ours: column(mine, 'milliseconds'),
        peer: column(theirs, 'milliseconds'),
        peerName: 'C++',
        goal: 1.01,
        better: 'lower',
        why: latencyWhy,
      }),
    );
  }
  const others = await alternate(
    {
      ours: ours('latency', model, 'f32', seconds),
      ort: () =>
        runJson(process.execPath, [
          subject('onnxruntime.mjs'),
          'latency',
          onnx('resnet18'),
          seconds,
        ]),
      torch: () => runJson(environments.pytorch(), [subject('torch_peer.py'), 'resnet18', seconds]),
    },
    rounds,
  );
  for (const [name, peerName] of [
    ['ort', 'onnxruntime-node'],
    ['torch', 'PyTorch'],
  ]) {
    rows.push(
      compare({
        what: 'latency, f32',
        unit: 'ms',
        ours: column(others.ours, 'milliseconds'),
        peer: column(others[name], 'milliseconds'),
        peerName,
        goal: 1,
        better: 'lower',
        why: latencyWhy,
      }),
    );
  }
  for (const batch of [1, 8, 16]) {
    const { requests } = ours('throughput', model, 'default', 0.1, batch)();
    const queue = (inputs) => cpp('throughput', model, 'default', seconds, batch, requests, inputs);
    const results = await alternate(
      {
        queue: ours('throughput', model, 'default', seconds, batch),
        'C++, copied': queue('copied'),
        python: python('throughput', model, 'default', seconds, batch),
        requests: ours('in-place', model, 'default', seconds, batch),
        'C++, in place': queue('in-place'),
      },
      rounds,
    );
    for (const [what, name, other, peerName, goal] of [
      ['`InferQueue`', 'queue', 'C++, copied', `C++ queue, ${requests} requests`, 0.98],
      ['`InferQueue`', 'queue', 'python', 'Python AsyncInferQueue', 1],
      ['inputs in place', 'requests', 'C++, in place', 'C++ queue, inputs in place', 0.98],
    ]) {
      rows.push(
        compare({
          what: `throughput, ${what}, batch ${batch}`,
          unit: 'FPS',
          ours: column(results[name], 'fps'),
          peer: column(results[other], 'fps'),
          peerName,
          goal,
          better: 'higher',
          why: throughputWhy,
        }),
      );
    }
  }
  return rows;
}
