'use strict';
/** Keeps views on the memory of blobs whose owners are closed and collected, and writes what is in them later. */
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

/** Views of an input and an output and of a blob, whose owners are gone when it returns. */
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

/** Collects, and then takes and fills memory that was freed. */
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

/** How an array ends that is handed over: what came out at the other side. */
async function handOver(views, send) {
  try {
    return await send(views);
  } catch (error) {
    // Node does not let go of memory that is not its own, or lets a copy go.
    if (error.name !== 'DataCloneError') throw error;
    return views;
  }
}

const transferOf = (views) => views.map(({ buffer }) => buffer);

const byClone = (views) => structuredClone(views, { transfer: transferOf(views) });

/** There and back: the worker keeps them while everything here is collected. */
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
