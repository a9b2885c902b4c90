'use strict';
/**
 * Closes a network that takes long to free, ends meanwhile, and prints how long the call took, in ms.
 *
 *   node freeing.cjs exit|natural|throw|workers MODEL
 */

const { readFileSync } = require('node:fs');
const { once } = require('node:events');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { IECore } = require('../..');

async function close(model) {
  const net = await new IECore().readNetwork(readFileSync(model));
  const begin = performance.now();
  net.close();
  return performance.now() - begin;
}

async function main(end, model) {
  if (end === 'workers') {
    for (let i = 0; i < 3; i += 1) {
      const worker = new Worker(__filename, { workerData: model });
      await once(worker, 'message');
      await worker.terminate();
    }
    console.log(0);
    return;
  }
  console.log(Math.round(await close(model)));
  if (end === 'exit') process.exit(3);
  if (end === 'throw') throw new Error('thrown on purpose');
}

if (isMainThread) {
  void main(process.argv[2], process.argv[3]);
} else {
  void close(workerData).then((time) => {
    parentPort.postMessage(time);
    // Keeps the worker running until it is terminated.
    setInterval(() => undefined, 1000);
  });
}
