/** Many callers, many workers, and the event loop meanwhile. */
import { byTurns, column, compare, median, runJson } from './lib/measure.mjs';
import { ir, peer, subject } from './lib/places.mjs';

export const title = 'Under load';
export const about =
  'ResNet18 in the default precision. The event loop while a queue is kept full; callers of one network, workers that share one (`exec.share()`), and workers with a network each, beside one of them, and beside C++ threads with a network each. Overload: clients that together ask for twice what the network can do in FP32, with a deadline of 500 ms.';

const whyWorkers =
  'Each worker has a network of its own, and with it weights of its own that all compete for the caches: C++ threads with a network each lose as much. Where one machine serves many, load the network once and share it: the rows above.';
const whyTail =
  'What is beyond the processors waits in line; single inferences wait for those that came with them.';
const whyOverload =
  'The capacity is measured before and after, in the same process. Calls that are aborted while they run have taken its time for nothing.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const seconds = short ? 1 : 2;
  const args = (kind, count) => [kind, model, 'default', seconds, count].map(String);
  const ours = (kind, count) => () =>
    runJson(process.execPath, [subject('iecore.mjs'), ...args(kind, count)]);
  const threads = (count) => () => runJson(peer(), args('threads', count));
  const { delay } = await byTurns({ delay: ours('delay', 1) }, rounds);
  const rows = [
    compare({
      what: 'delay of the event loop, 99th percentile',
      unit: 'ms',
      ours: column(delay, 'p99'),
      peer: 10,
      peerName: 'what is bearable',
      goal: 1,
      better: 'lower',
    }),
  ];
  const points = [];
  const few = short ? [1, 4] : [1, 2, 4, 8];
  for (const [kind, name, counts, peers] of [
    ['callers', 'callers', short ? [1, 8, 64] : [1, 2, 4, 8, 16, 32, 64], []],
    ['sharing', 'workers that share a network', few, []],
    ['workers', 'workers with a network each', few, few.slice(1)],
  ]) {
    const results = await byTurns(
      Object.fromEntries([
        ...counts.map((count) => [count, ours(kind, count)]),
        ...peers.map((count) => [`C++ ${count}`, threads(count)]),
      ]),
      rounds,
    );
    const of = (key, what) => column(results[key], what);
    const why = kind === 'workers' ? whyWorkers : undefined;
    for (const count of counts) {
      points.push({
        kind: name,
        count,
        fps: median(of(count, 'fps')),
        p99: median(of(count, 'p99')),
      });
      if (count === 1) continue;
      const row = (rest) =>
        rows.push(
          compare({
            what: `${count} ${name}`,
            unit: 'FPS',
            ours: of(count, 'fps'),
            ...rest,
          }),
        );
      const higher = { goal: 0.95, better: 'higher', why };
      row({ peer: of(1, 'fps'), peerName: 'one', ...higher });
      if (peers.includes(count))
        row({ peer: of(`C++ ${count}`, 'fps'), peerName: `C++, ${count} threads`, ...higher });
    }
    const [least, most] = [counts.at(-2), counts.at(-1)];
    rows.push(
      compare({
        what: `${most} ${name}, 99th percentile`,
        unit: 'ms',
        ours: of(most, 'p99'),
        peer: of(least, 'p99').map((time) => (time * most) / least),
        peerName: `${most / least} times that of ${least}`,
        goal: 1.2,
        better: 'lower',
        why: whyTail,
      }),
    );
  }
  for (const [what, part] of [
    ['no bound', 0],
    ['`maxQueue` for half the deadline', 0.5],
  ]) {
    const { overload } = await byTurns(
      {
        overload: () =>
          runJson(process.execPath, [
            subject('iecore.mjs'),
            ...['overload', model, 'f32', seconds, part].map(String),
          ]),
      },
      rounds,
    );
    rows.push(
      compare({
        what: `128 clients, answers within 500 ms, ${what}`,
        unit: 'FPS',
        ours: column(overload, 'answered'),
        peer: column(overload, 'capacity'),
        peerName: 'capacity, half of what is asked',
        goal: 0.8,
        better: 'higher',
        why: whyOverload,
      }),
    );
  }
  const series = (y, title) => ({
    data: { values: points },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'count',
        type: 'quantitative',
        scale: { type: 'log', base: 2 },
        title: 'callers or workers',
      },
      y: { field: y, type: 'quantitative', title },
      color: { field: 'kind', type: 'nominal', title: null },
    },
  });
  return {
    rows,
    plots: {
      'load-fps': series('fps', 'FPS'),
      'load-p99': series('p99', '99th percentile of latency, ms'),
    },
  };
}
