'use strict';
/**
 * Runs networks with values that the runtime does not check, in every way to pass inputs, and prints the results.
 *
 *   node values.cjs CASES.json
 */

const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Blob, ExecutableNetwork, IECore } = require('../..');

const casesFile = process.argv[2];

const ie = new IECore();
const options = { config: { INFERENCE_PRECISION_HINT: 'f32' }, numRequests: 1 };

const arrays = { FP32: Float32Array, I64: BigInt64Array, I32: Int32Array };

function toData(precision, numbers) {
  const item = precision === 'I64' ? BigInt : Number;
  return arrays[precision].from(numbers, item);
}

const toInputs = (exec, inputs) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { dims, numbers }]) => {
      const data = toData(exec.inputInfo[name].precision, numbers);
      return [name, { data, dims }];
    }),
  );

/** Infers on the request's blobs, without copies. */
async function byBlobs(exec, inputs) {
  const request = exec.createInferRequest();
  for (const [name, { data, dims }] of Object.entries(toInputs(exec, inputs))) {
    const { precision } = exec.inputInfo[name];
    request.setBlob(name, new Blob({ precision, dims }));
    request.getBlob(name).data.set(data);
  }
  await request.infer();
  return request.outputBlobs;
}

const ways = {
  infer: async (exec, inputs) => exec.infer(toInputs(exec, inputs)),
  inferSync: async (exec, inputs) => exec.inferSync(toInputs(exec, inputs)),
  blobs: byBlobs,
  attached: async (exec, inputs) => {
    const attached = ExecutableNetwork.attach(exec.share());
    return attached.infer(toInputs(exec, inputs));
  },
  imported: async (exec, inputs) => {
    const file = join(dirname(casesFile), 'exported');
    await exec.export(file);
    const imported = await ie.importNetwork(file, 'CPU', options);
    return imported.infer(toInputs(imported, inputs));
  },
};

/** The numbers that a call returned, or the code and message of its error. */
async function outcome(call) {
  try {
    const [blob] = Object.values(await call());
    return Array.from(blob.data, Number);
  } catch ({ code, message }) {
    return { code, message };
  }
}

async function run({ model, precisions, good, bad }, weights) {
  const net = await ie.readNetwork(Buffer.from(model), weights);
  for (const [name, precision] of Object.entries(precisions))
    net.inputInfo[name].precision = precision;
  const exec = await ie.loadNetwork(net, 'CPU', options);
  const results = { good: [], bad: [] };
  for (const inputs of good) results.good.push(await outcome(() => ways.infer(exec, inputs)));
  for (const inputs of bad)
    for (const way of Object.values(ways)) results.bad.push(await outcome(() => way(exec, inputs)));
  // After an error, valid values work as before.
  results.again = await outcome(() => ways.infer(exec, good[0]));
  exec.close();
  return results;
}

async function main({ weights, cases }) {
  const bytes = new Uint8Array(BigInt64Array.from(weights, BigInt).buffer);
  const results = [];
  for (const one of cases) results.push(await run(one, bytes));
  console.log(JSON.stringify(results));
}

void main(JSON.parse(readFileSync(casesFile, 'utf8')));
