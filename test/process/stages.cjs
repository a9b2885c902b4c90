'use strict';
/**
 * A program that is in the middle of something when it ends, alone or as a worker thread.
 *
 *   node stages.cjs STAGE END FOLDER
 *   node stages.cjs STAGE workers FOLDER
 */
const { setImmediate, setTimeout } = require('node:timers/promises');
const { isMainThread, Worker, workerData } = require('node:worker_threads');
const { IECore, InferQueue } = require('../..');

const model = `${__dirname}/../../models/efficientnet-lite0.xml`;
const folder = isMainThread ? process.argv[4] : workerData.folder;
const batch = 8;
const pixels = { input: new Float32Array(batch * 3 * 224 * 224).fill(100) };

async function load() {
  const ie = new IECore();
  const net = await ie.readNetwork(model);
  net.batchSize = batch;
  return ie.loadNetwork(net, 'CPU', { numRequests: 2 });
}

/** Each begins its work and gives the promise of its end; nobody else holds what it works with. */
const stages = {
  read: async () => [new IECore().readNetwork(model)],
  load: async () => [load()],
  query: async () => [new IECore().queryNetwork(await new IECore().readNetwork(model), 'CPU')],
  infer: async () => {
    const exec = await load();
    return [1, 2, 3, 4].map(async () => exec.infer(pixels));
  },
  queue: async () => {
    const queue = new InferQueue(await load(), { size: 2 });
    return [1, 2, 3, 4].map(async () => queue.run(pixels));
  },
  request: async () => {
    const request = (await load()).createInferRequest();
    request.getBlob('input').data.fill(100);
    request.startAsync();
    return [request.wait()];
  },
  close: async () => {
    const exec = await load();
    const running = [1, 2, 3].map(async () => exec.infer(pixels).catch(() => undefined));
    exec.close();
    return running;
  },
  export: async () => [(await load()).export(`${folder}/net.blob`)],
};

async function end(stage, how) {
  const work = await stages[stage]();
  for (const promise of work) promise.catch(() => undefined);
  if (how === 'exit') process.exit(0);
  if (how === 'throw') throw new Error('thrown on purpose');
  if (how === 'later') {
    await setTimeout(20);
    process.exit(0);
  }
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc();
    await setImmediate();
  }
  await Promise.all(work);
  console.log('done');
}

async function terminateWorkers(stage) {
  for (let i = 0; i < 8; i += 1) {
    const worker = new Worker(__filename, { workerData: { stage, folder } });
    const trouble = new Promise((_, reject) => {
      worker.once('error', reject);
    });
    // At the start, and at moments that differ from one to the next.
    await Promise.race([setTimeout(60 * i), trouble]);
    await worker.terminate();
  }
  console.log('done');
}

async function begin(stage) {
  await Promise.all(await stages[stage]());
}

if (!isMainThread) void begin(workerData.stage);
else if (process.argv[3] === 'workers') void terminateWorkers(process.argv[2]);
else void end(process.argv[2], process.argv[3]);
