'use strict';
/**
 * Loads the addon where that may fail: in workers that are terminated meanwhile, and with a nearly full stack.
 *
 *   node loading.cjs workers|stack
 */

const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { addonFile } = require('../../dist/addon/runtime');

const addon = process.env.OPENVINO_IECORE_ADDON ?? addonFile;
const load = () => {
  const module = { exports: {} };
  process.dlopen(module, addon);
  return module.exports;
};

/** Loads the addon with almost no stack left, then with more and more. */
function stack() {
  let deepest = 0;
  const measure = () => {
    deepest += 1;
    measure();
  };
  try {
    measure();
  } catch {
    // The stack is full.
  }
  const down = (levels) => (levels === 0 ? load() : down(levels - 1));
  const counts = { done: 0, refused: 0 };
  for (let levels = deepest; levels > deepest / 2; levels -= 2) {
    try {
      down(levels);
      counts.done += 1;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      counts.refused += 1;
    }
  }
  if (counts.done === 0 || counts.refused === 0) throw new Error(JSON.stringify(counts));
}

const busy = (milliseconds) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

async function workers() {
  // Loads the library, so that the workers only initialize it.
  load();
  const program = `
    require('node:worker_threads').parentPort.postMessage('begins');
    process.dlopen({ exports: {} }, ${JSON.stringify(addon)});`;
  for (let i = 0; i < 400; i += 1) {
    const worker = new Worker(program, { eval: true });
    await once(worker, 'message');
    busy((i % 40) / 40);
    await worker.terminate();
  }
}

Promise.resolve({ workers, stack }[process.argv[2]]()).then(() => console.log('done'));
