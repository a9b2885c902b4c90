'use strict';
/** Keeps typed arrays over the memory of blobs after their owners are closed and collected, and checks them. */

const { setImmediate } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const { Blob, IECore } = require('../..');

const model = `${__dirname}/../fixtures/networks/relu1x4.xml`;
const length = 4096;
const numbers = (value) => new Float32Array(length).fill(value);

async function load() {
  const ie = new IECore();
  const net = await ie.readNetwork(model);
  net.reshape({ x: [1, length] });
  return ie.loadNetwork(net, 'CPU', { numRequests: 1 });
}

/** Returns the data of an input, an output and a blob after closing the owners. */
async function makeViews(value) {
  const exec = await load();
  const request = exec.createInferRequest();
  await request.infer({ x: numbers(value) });
  const blob = new Blob({ precision: 'FP32', dims: [1, length] }, numbers(value + 1));
  const views = [request.getBlob('x').data, request.getBlob('y').data, blob.data];
  request.close();
  exec.close();
  return views;
}

/** Collects garbage, and allocates and overwrites the freed memory. */
async function churn() {
  const exec = await load();
  for (let i = 0; i < 300; i += 1) {
    if (i % 30 === 0) globalThis.gc();
    const blob = new Blob({ precision: 'FP32', dims: [1, length] }, numbers(-7));
    const request = exec.createInferRequest();
    request.setBlob('x', blob);
    await request.infer();
    await setImmediate();
  }
}

/** Transfers the arrays; returns the received ones. */
async function handOver(views, send) {
  try {
    return await send(views);
  } catch (error) {
    // Node refuses to transfer external memory, or transfers a copy of it.
    if (error.name !== 'DataCloneError') throw error;
    return views;
  }
}

const transferOf = (views) => views.map(({ buffer }) => buffer);

const byClone = (views) => structuredClone(views, { transfer: transferOf(views) });

/** Transfers the arrays to a worker and back; meanwhile, garbage is collected here. */
async function byWorker(views) {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     let kept;
     parentPort.on('message', (views) => {
       if (views) { kept = views; parentPort.postMessage('kept'); }
       else { parentPort.postMessage(kept, kept.map(({ buffer }) => buffer)); process.exit(); }
     });`,
    { eval: true },
  );
  const answer = () => new Promise((resolve) => worker.once('message', resolve));
  try {
    worker.postMessage(views, transferOf(views));
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  await answer();
  await churn();
  const back = answer();
  worker.postMessage(undefined);
  return back;
}

const same = (views, value) =>
  [value, value, value + 1].map((expected, i) => views[i].every((each) => each === expected));

async function main() {
  const kept = await makeViews(5);
  const cloned = await handOver(await makeViews(10), byClone);
  const sent = await handOver(await makeViews(20), byWorker);
  await churn();
  const result = { kept: same(kept, 5), cloned: same(cloned, 10), sent: same(sent, 20) };
  console.log(JSON.stringify(result));
}

void main();
