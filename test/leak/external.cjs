'use strict';
/**
 * Prints at several moments how much external memory V8 counts for a large blob.
 *
 *   node --expose-gc --trace-gc --trace-gc-verbose external.cjs
 */
const { setImmediate } = require('node:timers/promises');
const { Blob } = require('../..');

async function print(what) {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc();
    await setImmediate();
  }
  console.log(`now: ${what}`);
  globalThis.gc();
}

async function main() {
  await print('before');
  const held = [new Blob({ precision: 'U8', dims: [100 * 2 ** 20] })];
  await print('blob');
  held.push(held[0].data);
  await print('view');
  held.shift();
  await print(`only the view of ${held[0].length}`);
  held.shift();
  await print('after');
}

void main();
