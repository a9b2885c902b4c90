'use strict';
/**
 * Measures the steps from the start of the process to the first result. Prints one JSON object.
 *
 *   node start.cjs MODEL [CACHE [mapped]]
 */
const begun = performance.now();
const { IECore } = require('../../dist/index.js');

const steps = { modules: performance.now() - begun };

async function main(model, cache = '', mapped = '') {
  let last = performance.now();
  const done = (step) => {
    steps[step] = performance.now() - last;
    last = performance.now();
  };
  const ie = new IECore();
  if (mapped !== '') ie.setConfig({ ENABLE_MMAP: true });
  done('runtime');
  const net = await ie.readNetwork(model);
  done('read');
  const exec = await ie.loadNetwork(net, 'CPU', { config: { CACHE_DIR: cache } });
  done('load');
  const [request] = exec.requests;
  for (const { data } of Object.values(request.inputBlobs)) data.fill(0.5);
  await request.infer();
  done('infer');
  const [output] = Object.values(request.outputBlobs);
  console.log(JSON.stringify({ first: output.data[0], steps }));
}

void main(...process.argv.slice(2));
