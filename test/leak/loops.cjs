'use strict';
/**
 * Repeats one operation and prints by how many bytes the memory of the process grew.
 *
 * Growth over LIMIT, in bytes, is measured again, up to three times, and the least is printed: a leak grows in each
 * measurement, fragmentation of the heap does not. Without arguments, it prints the names of the operations.
 *
 *   node --expose-gc loops.cjs NAME FOLDER LIMIT
 */

const { setImmediate } = require('node:timers/promises');
const { Blob, ExecutableNetwork, IECore, InferQueue } = require('../..');
const { loadImage } = require('../../dist/image');

const [, , name, folder, limit] = process.argv;
const maxMeasurements = 3;
const conv = `${__dirname}/../fixtures/networks/conv.xml`;
const photograph = `${__dirname}/../../models/photographs/coffee.jpg`;
const relu = `${__dirname}/../fixtures/networks/relu1x4.xml`;
const ie = new IECore();
/** Elements of a tensor of 1 MiB. */
const quarter = 512 * 512;
const kept = [];

async function loadLarge() {
  const net = await ie.readNetwork(relu);
  net.reshape({ x: [1, quarter] });
  return ie.loadNetwork(net, 'CPU', { numRequests: 1 });
}

/** Each function prepares an operation; it returns how often to repeat it, and the operation. */
const loops = {
  'results that are kept, to verify the measurement': async () => {
    const exec = await loadLarge();
    const x = new Float32Array(quarter);
    return [100, async () => kept.push(await exec.infer({ x }))];
  },
  'results of infer': async () => {
    const exec = await loadLarge();
    const x = new Float32Array(quarter);
    return [400, () => exec.infer({ x })];
  },
  'results of inferSync': async () => {
    const exec = await loadLarge();
    const x = new Float32Array(quarter);
    return [400, () => exec.inferSync({ x })];
  },
  blobs: async () => {
    const exec = await loadLarge();
    const [request] = exec.requests;
    return [
      400,
      () => {
        request.setBlob('x', new Blob({ precision: 'FP32', dims: [1, quarter] }));
        request.inferSync();
      },
    ];
  },
  'networks read, not closed': () => [300, () => ie.readNetwork(conv)],
  'networks loaded and closed': () => [
    100,
    async () => {
      const exec = await ie.loadNetwork(conv, 'CPU', { numRequests: 1 });
      await exec.infer({ input: new Float32Array(3 * 32 * 32) });
      exec.close();
    },
  ],
  'networks loaded, not closed': () => [100, () => ie.loadNetwork(conv, 'CPU', { numRequests: 1 })],
  requests: async () => {
    const exec = await loadLarge();
    return [300, () => exec.createInferRequest().inferSync()];
  },
  queues: async () => {
    const exec = await loadLarge();
    const x = new Float32Array(quarter);
    return [
      200,
      async () => {
        const queue = new InferQueue(exec, { size: 1 });
        await queue.run({ x });
        queue.close();
      },
    ];
  },
  'calls that fail': async () => {
    const exec = await loadLarge();
    const y = new Float32Array(quarter);
    return [400, () => exec.infer({ y }).catch(() => undefined)];
  },
  'calls that are aborted': async () => {
    const exec = await loadLarge();
    const x = new Float32Array(quarter);
    const { signal } = new AbortController();
    return [
      400,
      async () => {
        const controller = new AbortController();
        const call = exec.infer({ x }, { signal: controller.signal });
        controller.abort();
        await call.catch(() => undefined);
        await exec.infer({ x }, { signal });
      },
    ];
  },
  'networks exported and imported': async () => {
    const exec = await ie.loadNetwork(conv, 'CPU', { numRequests: 1 });
    return [
      60,
      async () => {
        await exec.export(`${folder}/net.blob`);
        await ie.importNetwork(`${folder}/net.blob`, 'CPU');
      },
    ];
  },
  'networks shared and attached': async () => {
    const x = new Float32Array(quarter);
    return [
      100,
      async () => {
        const exec = await loadLarge();
        await ExecutableNetwork.attach(exec.share()).infer({ x });
        exec.close();
      },
    ];
  },
  'images decoded': () => [200, () => loadImage(photograph, { width: 512, height: 512 })],
  cores: () => [60, () => new IECore().availableDevices],
};

async function settle() {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc();
    await setImmediate();
  }
}

/**
 * Waits until closed and collected networks are freed. A thread of the addon frees them, which a
 * busy machine delays; loading a network waits for that thread.
 */
async function freed() {
  await settle();
  (await ie.loadNetwork(relu, 'CPU', { numRequests: 1 })).close();
}

async function main() {
  const [times, repeat] = await loops[name]();
  const run = async (count) => {
    for (let i = 0; i < count; i += 1) {
      await repeat();
      if (i % 10 === 0) await settle();
    }
    await freed();
  };
  // Warm-up: allocators and caches fill.
  await run(Math.ceil(times / 2));
  let least = Infinity;
  for (let i = 0; i < maxMeasurements && least > Number(limit); i += 1) {
    const before = process.memoryUsage.rss();
    await run(times);
    least = Math.min(least, process.memoryUsage.rss() - before);
  }
  console.log(least);
}

if (name === undefined) console.log(JSON.stringify(Object.keys(loops)));
else void main();
