'use strict';
/**
 * Writes, between marks, what V8 knows of the memory of a large blob.
 *
 *   node --expose-gc --trace-gc --trace-gc-verbose external.cjs
 */
const { setImmediate } = require('node:timers/promises');
const { Blob } = require('../..');

async function tell(what) {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc();
    await setImmediate();
  }
  console.log(`now: ${what}`);
  globalThis.gc();
}

async function main() {
  await tell('before');
  const held = [new Blob({ precision: 'U8', dims: [100 * 2 ** 20] })];
  await tell('blob');
  held.push(held[0].data);
  await tell('view');
  held.shift();
  await tell(`only the view of ${held[0].length}`);
  held.shift();
  await tell('after');
}

void main();
