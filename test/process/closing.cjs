'use strict';
/** Closes two networks, a queue and a request in every order, each twice, while inferences are running. */

const { IECore, InferQueue } = require('../..');

const ie = new IECore();
const convolution = `${__dirname}/../fixtures/networks/conv.xml`;
const pixels = { input: new Float32Array(3 * 256 * 256) };

function orders(items) {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

async function main() {
  const counts = {};
  const names = ['net', 'exec', 'queue', 'request'];
  for (const order of orders(names)) {
    const net = await ie.readNetwork(convolution);
    net.reshape({ input: [1, 3, 256, 256] });
    const exec = await ie.loadNetwork(net, 'CPU', { numRequests: 1 });
    const queue = new InferQueue(exec, { size: 1 });
    const request = exec.createInferRequest();
    // The second call of each pair waits for the first.
    const work = [exec.infer(pixels), exec.infer(pixels), queue.run(pixels), queue.run(pixels)];
    work.push(request.infer(pixels));
    const settled = Promise.allSettled(work);
    const parts = { net, exec, queue, request };
    for (const name of [...order, ...order]) parts[name].close();
    for (const { reason } of await settled) {
      const outcome = reason === undefined ? 'done' : reason.code;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    for (const name of order) parts[name].close();
  }
  console.log(JSON.stringify(counts));
}

void main();
