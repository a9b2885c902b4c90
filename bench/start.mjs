/** Measures the time from the start of a process to the first result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, column, compare, median, runCommand } from './lib/measure.mjs';
import { ir, peer, scratch, subject } from './lib/places.mjs';

export const title = 'Startup';
export const about =
  'Time of a process that loads the runtime, reads and loads ResNet18, and runs one inference. For this package, the time of an empty Node process is subtracted. The second start takes the compiled network from `CACHE_DIR`.';

export async function run({ rounds }) {
  const model = ir('resnet18');
  const cache = mkdtempSync(join(scratch, 'cache-'));
  const start = (...args) => runCommand(process.execPath, [subject('start.cjs'), model, ...args]);
  start(cache);
  const results = await alternate(
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
  const why = `Steps in ms, this package: ${steps('ours')}; C++: ${steps('peer')}. Reading takes longer because weights are read into memory, so that changing the file later neither ends the process nor changes results. \`ie.setConfig({ ENABLE_MMAP: true })\` maps them, as the C++ program does: ${steps('mapped')}. The step "modules" loads the package's JavaScript.`;
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
      peerName: 'first start',
      goal: 1,
      why: 'A network of this size compiles as fast as its cache entry is read and checked. The cache gains time where compiling is slow, as on a GPU.',
    }),
  ];
}
