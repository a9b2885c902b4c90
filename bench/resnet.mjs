/** ResNet18: latency, throughput, batches. */
import { byTurns, column, median, runJson } from './lib/measure.mjs';
import { environments, ir, onnx, peer, subject } from './lib/places.mjs';

export const title = 'ResNet18';
export const about =
  'One inference at a time (latency) and as many as the device likes (throughput), from tensors in memory; each subject in a process of its own. `default` is the precision that the processor prefers, BF16 where it has AMX.';

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
    const { ours: mine, peer: theirs } = await byTurns(both('latency', precision, seconds), rounds);
    rows.push({
      what: `latency, ${precision}`,
      unit: 'ms',
      ours: median(column(mine, 'milliseconds')),
      peer: median(column(theirs, 'milliseconds')),
      peerName: 'C++',
      goal: 1.01,
      better: 'lower',
    });
  }
  const others = await byTurns(
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
    rows.push({
      what: 'latency, f32',
      unit: 'ms',
      ours: median(column(others.ours, 'milliseconds')),
      peer: median(column(others[name], 'milliseconds')),
      peerName,
      goal: 1,
      better: 'lower',
    });
  }
  for (const batch of [1, 8, 16]) {
    const results = await byTurns(
      {
        ...both('throughput', 'default', seconds, batch),
        python: python('throughput', model, 'default', seconds, batch),
      },
      rounds,
    );
    for (const [name, peerName, goal] of [
      ['peer', 'C++ queue', 0.98],
      ['python', 'Python AsyncInferQueue', 1],
    ]) {
      rows.push({
        what: `throughput, \`InferQueue\`, batch ${batch}`,
        unit: 'FPS',
        ours: median(column(results.ours, 'fps')),
        peer: median(column(results[name], 'fps')),
        peerName,
        goal,
        better: 'higher',
      });
    }
  }
  return rows;
}
