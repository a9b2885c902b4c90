'use strict';
/**
 * Repeats every operation that involves both the runtime's threads and the event loop, also in workers.
 *
 * scripts/ci/builds.sh runs it under ThreadSanitizer.
 *
 *   node threads.cjs [ROUNDS]
 */

const { once } = require('node:events');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { Blob, ExecutableNetwork, IECore, InferQueue } = require('../..');

const relu = `${__dirname}/../fixtures/networks/relu1x4.xml`;
const ie = new IECore();
const ignore = () => undefined;
const numbers = (...four) => new Float32Array(four);

async function inferences(exec, round) {
  const values = [1, 2, 3, 4, 5];
  const results = await Promise.all(
    values.map(async (value) => exec.infer({ x: numbers(value, round, 0, 0) })),
  );
  results.forEach(({ y }, i) => {
    if (y.data[0] !== values[i] || y.data[1] !== round)
      throw new Error('an inference returned the result of another');
  });
  exec.inferSync({ x: numbers(0, 0, 0, 0) });
}

async function cancelled(exec) {
  const request = exec.startAsync(0, { x: numbers(1, 2, 3, 4) });
  request.cancel();
  if (request.latency < 0) throw new Error('the latency is negative');
  try {
    request.waitSync();
  } catch (error) {
    if (error.code !== 'CANCELLED') throw error;
  }
  const controller = new AbortController();
  const call = exec.infer({ x: numbers(1, 2, 3, 4) }, { signal: controller.signal });
  controller.abort();
  await call.catch(ignore);
}

async function queued(exec, round) {
  const queue = new InferQueue(exec, { size: 2 });
  const calls = [1, 2, 3].map(async () => queue.run({ x: numbers(1, 2, 3, 4) }).catch(ignore));
  if (round % 2 === 0) await queue.drain();
  queue.close();
  await Promise.all(calls);
}

/** Closes a request with the caller's own blob in the middle of an inference. */
async function alone(exec) {
  const request = exec.createInferRequest();
  const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, numbers(1, 2, 3, 4));
  request.setBlob('x', blob);
  await request.infer();
  const last = request.infer().catch(ignore);
  request.close();
  await last;
  blob.data.fill(0);
}

/** @param shared - a network that other threads use, too */
async function work({ rounds, shared }) {
  const attached = ExecutableNetwork.attach(shared, { numRequests: 2 });
  for (let round = 0; round < rounds; round += 1) {
    // FP16 makes the callback convert the output on the runtime's thread.
    const net = await ie.readNetwork(relu);
    net.outputs.y.precision = round % 2 === 0 ? 'FP32' : 'FP16';
    const exec = await ie.loadNetwork(net, 'CPU', { numRequests: 3 });
    for (let i = 0; i < 5; i += 1) {
      if (round % 2 === 0) await inferences(exec, i);
      await inferences(attached, i);
      await cancelled(exec);
      await queued(exec, i);
      await alone(exec);
    }
    const last = exec.infer({ x: numbers(1, 2, 3, 4) }).catch(ignore);
    exec.close();
    await last;
    if (!isMainThread) parentPort.postMessage(round);
  }
}

async function main(rounds) {
  const exec = await ie.loadNetwork(relu, 'CPU');
  const shared = exec.share();
  await work({ rounds, shared });
  for (let i = 0; i < 4; i += 1) {
    const workers = [1, 2].map(
      () => new Worker(__filename, { workerData: { rounds: Infinity, shared } }),
    );
    await Promise.all([
      work({ rounds: 2, shared }),
      ...workers.map(async (worker) => {
        await once(worker, 'message');
        await worker.terminate();
      }),
    ]);
  }
  exec.close();
  console.log('done');
}

if (isMainThread) void main(Number(process.argv[2] ?? 20));
else void work(workerData);
