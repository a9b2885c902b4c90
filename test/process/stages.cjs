'use strict';
/**
 * Ends the program or its worker threads in the middle of an operation.
 *
 *   node --expose-gc stages.cjs STAGE END FOLDER [worker|workers|crowd]
 */

const { setImmediate, setTimeout } = require('node:timers/promises');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { ExecutableNetwork, IECore, InferQueue } = require('../..');
const { loadSlow, pixelsOf } = require('./slow.cjs');

const [stage, how, folder, where] = isMainThread ? process.argv.slice(2) : workerData;
const model = `${__dirname}/../../models/efficientnet-lite0.xml`;
const side = 1024;
const pixels = pixelsOf(side);

const load = async () => new IECore().loadNetwork(model, 'CPU');

/** Each function starts operations and returns their promises; nothing else refers to the objects they use. */
const stages = {
  read: async () => [new IECore().readNetwork(model)],
  load: async () => [load()],
  query: async () => [new IECore().queryNetwork(await new IECore().readNetwork(model), 'CPU')],
  infer: async () => {
    const exec = await loadSlow(side);
    return [1, 2, 3, 4].map(async () => exec.infer(pixels));
  },
  inferSync: async () => {
    const exec = await loadSlow(side);
    const other = exec.infer(pixels);
    exec.inferSync(pixels);
    return [other];
  },
  queue: async () => {
    const queue = new InferQueue(await loadSlow(side), { size: 2 });
    return [1, 2, 3, 4].map(async () => queue.run(pixels));
  },
  request: async () => {
    const request = (await loadSlow(side)).createInferRequest();
    request.getBlob('input').data.fill(100);
    request.startAsync();
    return [request.wait()];
  },
  close: async () => {
    const exec = await loadSlow(side);
    const running = [1, 2, 3].map(async () => exec.infer(pixels).catch(() => undefined));
    exec.close();
    return running;
  },
  // Either the network that is shared or the attached one may be freed first.
  shared: async () => {
    const exec = await loadSlow(side);
    const attached = ExecutableNetwork.attach(exec.share());
    const running = [exec, attached, exec, attached].map(async (each) => each.infer(pixels));
    if (Math.random() < 0.5) exec.close();
    return running.map(async (each) => each.catch(() => undefined));
  },
  export: async () => [(await load()).export(`${folder}/net.blob`)],
};

async function begin() {
  const work = await stages[stage]();
  for (const promise of work) promise.catch(() => undefined);
  return work;
}

const ends = {
  exit: async () => {
    await begin();
    process.exit(3);
  },
  later: async () => {
    await begin();
    await setTimeout(20);
    process.exit(3);
  },
  throw: async () => {
    await begin();
    throw new Error('thrown on purpose');
  },
  natural: async () => {
    const work = await begin();
    for (let i = 0; i < 3; i += 1) {
      globalThis.gc();
      await setImmediate();
    }
    await Promise.all(work);
    console.log('done');
  },
  /** Works until the process or the worker is ended. */
  never: async () => {
    for (;;) {
      const work = await begin();
      if (isMainThread) console.log('working');
      else parentPort.postMessage('working');
      await Promise.all(work);
      await setImmediate();
    }
  },
  handler: async () => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(4));
    await ends.never();
  },
};

const startWorker = () => new Worker(__filename, { workerData: [stage, how, folder] });

/** Terminates workers in the middle of their work, `atOnce` at a time. */
async function terminate(rounds, atOnce) {
  for (let round = 0; round < rounds; round += 1) {
    const workers = Array.from({ length: atOnce }, startWorker);
    await Promise.all(
      workers.map(async (worker) => {
        await new Promise((resolve, reject) => {
          worker.once('message', resolve).once('error', reject);
        });
        // The first at once, each later one after a longer delay.
        await setTimeout(4 * round);
        await worker.terminate();
      }),
    );
  }
  console.log('terminated');
}

if (!isMainThread || where === undefined) void ends[how]();
else if (where === 'workers') void terminate(20, 1);
else if (where === 'crowd') void terminate(2, 8);
else {
  startWorker()
    .once('error', ({ message }) => console.log(message))
    .once('exit', (code) => console.log(`the worker ended with ${code}`));
}
