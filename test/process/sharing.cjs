'use strict';
/**
 * Ends the program, or the threads that shared their networks, while other threads infer on these networks.
 *
 * Workers use a network of the main thread, and the main thread one of each worker.
 *
 *   node sharing.cjs exit|throw|close|terminate
 */

const { once } = require('node:events');
const { setTimeout } = require('node:timers/promises');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { ExecutableNetwork } = require('../..');
const { loadSlow, pixelsOf } = require('./slow.cjs');

const side = 512;
const pixels = pixelsOf(side);

/** Runs inferences until one fails. */
async function work(exec) {
  for (;;) await Promise.all([1, 2, 3].map(async () => exec.infer(pixels)));
}

async function workInWorker(shared) {
  const own = await loadSlow(side);
  const attached = ExecutableNetwork.attach(shared);
  parentPort.postMessage(own.share());
  await Promise.all([work(own), work(attached)]);
}

async function main(end) {
  const exec = await loadSlow(side);
  const workers = [1, 2, 3].map(() => new Worker(__filename, { workerData: exec.share() }));
  const shared = await Promise.all(
    workers.map(async (worker) => (await once(worker, 'message'))[0]),
  );
  const attached = shared.map((each) => ExecutableNetwork.attach(each));
  const running = [exec, ...attached].map(async (each) => work(each).catch(({ code }) => code));
  await setTimeout(10 + 30 * Math.random());
  if (end === 'exit') process.exit(3);
  if (end === 'throw') throw new Error('thrown on purpose');
  if (end === 'close') for (const each of [exec, ...attached]) each.close();
  await Promise.all(workers.map(async (worker) => worker.terminate()));
  if (end === 'terminate') {
    // Networks of terminated workers can still be used.
    await setTimeout(20);
    for (const each of [exec, ...attached]) {
      await each.infer(pixels);
      each.close();
    }
  }
  const codes = await Promise.all(running);
  console.log(codes.every((code) => code === 'CANCELLED' || code === 'CLOSED') ? 'done' : codes);
}

void (isMainThread ? main(process.argv[2]) : workInWorker(workerData));
