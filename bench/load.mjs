/** Many callers, many workers, and the event loop meanwhile. */
import { byTurns, column, median, runJson } from './lib/measure.mjs';
import { ir, subject } from './lib/places.mjs';
import { plot } from './lib/plot.mjs';

export const title = 'Under load';
export const about =
  'ResNet18 in the default precision. The event loop while a queue is kept full; callers of one network, and workers with a network each, beside one of them.';

export async function run({ rounds, short }) {
  const model = ir('resnet18');
  const seconds = short ? 1 : 2;
  const turns = Math.min(rounds, 5);
  const ours =
    (kind, ...args) =>
    () =>
      runJson(
        process.execPath,
        [subject('iecore.mjs'), kind, model, 'default', seconds, ...args].map(String),
      );
  const { delay } = await byTurns({ delay: ours('delay') }, turns);
  const rows = [
    {
      what: 'delay of the event loop, 99th percentile',
      unit: 'ms',
      ours: median(column(delay, 'p99')),
      peer: 10,
      peerName: 'what is bearable',
      goal: 1,
      better: 'lower',
    },
  ];
  const points = [];
  for (const [kind, counts] of [
    ['callers', short ? [1, 8, 64] : [1, 2, 4, 8, 16, 32, 64]],
    ['workers', short ? [1, 4] : [1, 2, 4, 8]],
  ]) {
    const results = await byTurns(
      Object.fromEntries(counts.map((count) => [count, ours(kind, count)])),
      turns,
    );
    const of = (count, what) => median(column(results[count], what));
    for (const count of counts) {
      points.push({ kind, count, fps: of(count, 'fps'), p99: of(count, 'p99') });
      if (count === 1) continue;
      rows.push({
        what: `${count} ${kind}`,
        unit: 'FPS',
        ours: of(count, 'fps'),
        peer: of(1, 'fps'),
        peerName: 'one',
        goal: 0.95,
        better: 'higher',
      });
    }
  }
  const series = (y, title) =>
    plot(`load-${y}`, {
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
    plots: [await series('fps', 'FPS'), await series('p99', '99th percentile of latency, ms')],
  };
}
