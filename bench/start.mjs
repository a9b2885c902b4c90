/** From nothing to the first result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { byTurns, column, compare, median, runCommand } from './lib/measure.mjs';
import { ir, peer, scratch, subject } from './lib/places.mjs';

export const title = 'Start';
export const about =
  'Loading the runtime, reading and loading ResNet18, the first inference: a process from start to end, less what Node takes to start and end. The second start takes the compiled network from `CACHE_DIR`.';

export async function run({ rounds }) {
  const model = ir('resnet18');
  const cache = mkdtempSync(join(scratch, 'cache-'));
  const start = (...args) => runCommand(process.execPath, [subject('start.cjs'), model, ...args]);
  start(cache);
  const results = await byTurns(
    {
      ours: () => start(),
      peer: () => runCommand(peer(), ['start', model]),
      node: () => runCommand(process.execPath, ['-e', '0']),
      mapped: () => start('', 'mapped'),
      second: () => start(cache),
    },
    rounds,
  );
  rmSync(cache, { recursive: true });
  const node = median(column(results.node, 'seconds'));
  const of = (name) => column(results[name], 'seconds').map((seconds) => seconds - node);
  const cpp = column(results.peer, 'seconds');
  const steps = (name) => {
    const all = column(results[name], 'output').map((output) => JSON.parse(output).steps);
    const each = Object.keys(all[0]).map(
      (step) => `${step} ${median(column(all, step)).toFixed(0)}`,
    );
    return each.join(', ');
  };
  const why = `In milliseconds: here ${steps('ours')}; C++ ${steps('peer')}. Reading takes longer because weights are read into memory, so that a file that changes afterwards neither ends the process nor changes answers; \`ie.setConfig({ ENABLE_MMAP: true })\` maps them as the C++ program does: ${steps('mapped')}. The modules are the package's JavaScript.`;
  const row = (rest) => compare({ unit: 's', better: 'lower', ...rest });
  return [
    row({
      what: 'first start',
      ours: of('ours'),
      peer: cpp,
      peerName: 'C++',
      goal: 1.15,
      why,
    }),
    row({
      what: 'first start, weights mapped',
      ours: of('mapped'),
      peer: cpp,
      peerName: 'C++',
      goal: 1.15,
      why,
    }),
    row({
      what: 'second start',
      ours: of('second'),
      peer: of('ours'),
      peerName: 'the first',
      goal: 1,
      why: 'A network of this size compiles as fast as its cache is read and checked.',
    }),
  ];
}
