'use strict';
/**
 * Loads, closes and infers for long, and fails if the process grows in the second half by more than noise.
 *
 *   node --expose-gc --max-semi-space-size=1 long.cjs [--full]
 *
 * V8 takes space for young objects in steps of megabytes when it likes; the option keeps that from looking
 * like growth.
 *
 * --full   2,000 rounds of load and close, and 1,000,000 inferences; without, a twentieth of each
 */
const { setImmediate } = require('node:timers/promises');
const { parseArgs } = require('node:util');
const { IECore, InferQueue } = require('../..');

const { full } = parseArgs({ options: { full: { type: 'boolean' } } }).values;
const share = full ? 1 : 1 / 20;
const model = `${__dirname}/../fixtures/networks/relu1x4.xml`;
const x = new Float32Array([1, -2, 3, -4]);
const ie = new IECore();
const points = 10;
/** In the full form 10 bytes an inference, and 1.5 kB a network. */
const limit = 1.5 * 2 ** 20;

async function settle() {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc();
    await setImmediate();
  }
}

function* repeated(item, times) {
  for (let i = 0; i < times; i += 1) yield item;
}

/** Repeats something and tells what the process holds at several points, the first of them the start. */
async function measure(name, times, repeat) {
  const held = [];
  for (let point = 0; point <= points; point += 1) {
    if (point > 0) await repeat(Math.ceil((times * share) / points));
    await settle();
    held.push(process.memoryUsage.rss());
  }
  const growth = held[points] - held[points / 2];
  const megabytes = held.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ');
  console.log(`${name}, ${times * share} times: ${megabytes} MB; second half ${growth} bytes`);
  if (growth > limit) process.exitCode = 1;
}

async function main() {
  await measure('load, infer and close', 2000, async (count) => {
    for (let i = 0; i < count; i += 1) {
      const exec = await ie.loadNetwork(model, 'CPU', { numRequests: 1 });
      await exec.infer({ x });
      exec.close();
      if (i % 10 === 0) await settle();
    }
  });
  const exec = await ie.loadNetwork(model, 'CPU', { numRequests: 2 });
  await measure('inferSync', 400_000, async (count) => {
    for (let i = 0; i < count; i += 1) {
      exec.inferSync({ x });
      if (i % 1000 === 0) await setImmediate();
    }
  });
  await measure('infer', 300_000, async (count) => {
    for (let i = 0; i < count; i += 2) await Promise.all([exec.infer({ x }), exec.infer({ x })]);
  });
  const queue = new InferQueue(exec, { size: 2 });
  await measure('queue', 300_000, async (count) => {
    for await (const { y } of queue.map(repeated({ x }, count))) {
      if (y.data[2] !== 3) throw new Error('wrong');
    }
  });
}

void main();
