'use strict';
/**
 * Loads, infers and closes many times, and fails if the memory of the process grows during the second half.
 *
 *   node --expose-gc --max-semi-space-size=1 long.cjs [--full]
 *
 * V8 enlarges the space for young objects in steps of megabytes; --max-semi-space-size prevents that from looking like
 * a leak.
 *
 * --full   load and close 2,000 times and infer 1,000,000 times, not a twentieth of that
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
/** In bytes. With --full, this is 10 bytes for each inference, and 1.5 kB for each network. */
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

/** Repeats an operation and prints the memory of the process at the start and at `points` moments. */
async function measure(name, times, repeat) {
  const held = [];
  for (let point = 0; point <= points; point += 1) {
    if (point > 0) await repeat(Math.ceil((times * share) / points));
    await settle();
    held.push(process.memoryUsage.rss());
  }
  const growth = held[points] - held[points / 2];
  const megabytes = held.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ');
  console.log(
    `${name}, ${times * share} times: ${megabytes} MB; growth in the second half: ${growth} bytes`,
  );
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
