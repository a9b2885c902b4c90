/** Measures many callers, many workers, overload, and the delay of the event loop under load. */
import { alternate, column, compare, median, runJson } from './lib/measure.mjs';
import { ir, peer, subject } from './lib/places.mjs';

export const title = 'Under load';
export const about =
  'ResNet18 in the default precision. First the delay of the event loop while a queue is kept full. Then several callers of one network, workers that share a network (`exec.share()`), and workers with a network each, compared with one caller or worker, and with C++ threads with a network each. Last, overload: clients that together send twice as many calls as the network can process in FP32, with a deadline of 500 ms.';

const whyWorkers =
  'Each worker has its own copy of the network, and the copies of the weights compete for the caches; C++ threads with a network each lose as much. To serve many clients from one machine, load the network once and share it, as in the rows above.';
const whyTail =
  'Calls beyond the number of processors wait in the queue, and each call waits for those that arrived with it.';
const whyOverload =
  'The capacity is measured before and after, in the same process. Calls that are aborted while they run have used the network without producing an answer.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const seconds = short ? 1 : 2;
  const args = (kind, count) => [kind, model, 'default', seconds, count].map(String);
  const ours = (kind, count) => () =>
    runJson(process.execPath, [subject('iecore.mjs'), ...args(kind, count)]);
  const threads = (count) => () => runJson(peer(), args('threads', count));
  const { delay } = await alternate({ delay: ours('delay', 1) }, rounds);
  const rows = [
    compare({
      what: 'event loop delay, p99',
      unit: 'ms',
      ours: column(delay, 'p99'),
      peer: 10,
      peerName: 'acceptable delay',
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
    const results = await alternate(
      Object.fromEntries([
        ...counts.map((count) => [count, ours(kind, count)]),
        ...peers.map((count) => [`C++ ${count}`, threads(count)]),
      ]),
      rounds,
    );
    const of = (key, field) => column(results[key], field);
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
      row({
        peer: of(1, 'fps'),
        peerName: kind === 'callers' ? '1 caller' : '1 worker',
        ...higher,
      });
      if (peers.includes(count))
        row({ peer: of(`C++ ${count}`, 'fps'), peerName: `C++, ${count} threads`, ...higher });
    }
    const [least, most] = [counts.at(-2), counts.at(-1)];
    rows.push(
      compare({
        what: `${most} ${name}, p99 latency`,
        unit: 'ms',
        ours: of(most, 'p99'),
        peer: of(least, 'p99').map((time) => (time * most) / least),
        peerName: `${most / least} × that of ${least}`,
        goal: 1.2,
        better: 'lower',
        why: whyTail,
      }),
    );
  }
  for (const [what, part] of [
    ['no limit', 0],
    ['`maxQueue` for half the deadline', 0.5],
  ]) {
    const { overload } = await alternate(
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
        peerName: 'capacity, half of the calls sent',
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
      'load-p99': series('p99', 'p99 latency, ms'),
    },
  };
}
