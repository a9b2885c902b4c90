/** From nothing to the first result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { byTurns, column, median, runCommand } from './lib/measure.mjs';
import { ir, peer, scratch, subject } from './lib/places.mjs';

export const title = 'Start';
export const about =
  'Loading the runtime, reading and loading ResNet18, the first inference: a process from start to end, less what Node takes to start and end. The second start takes the compiled network from `CACHE_DIR`.';

export async function run({ rounds }) {
  const model = ir('resnet18');
  const cache = mkdtempSync(join(scratch, 'cache-'));
  const start = (...args) =>
    runCommand(process.execPath, [subject('iecore.mjs'), 'start', model, ...args]);
  start(cache);
  const results = await byTurns(
    {
      ours: () => start(),
      peer: () => runCommand(peer(), ['start', model]),
      node: () => runCommand(process.execPath, ['-e', '0']),
      second: () => start(cache),
    },
    rounds,
  );
  rmSync(cache, { recursive: true });
  const of = (name) => median(column(results[name], 'seconds'));
  const ours = of('ours') - of('node');
  return [
    {
      what: 'first start',
      unit: 's',
      ours,
      peer: of('peer'),
      peerName: 'C++',
      goal: 1.15,
      better: 'lower',
    },
    {
      what: 'second start',
      unit: 's',
      ours: of('second') - of('node'),
      peer: ours,
      peerName: 'the first',
      goal: 1,
      better: 'lower',
    },
  ];
}
