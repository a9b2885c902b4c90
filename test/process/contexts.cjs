'use strict';
/**
 * Loads the package several times in one thread, each time with another instance of the addon.
 *
 * Some instances run in contexts with their own global objects, as in vm and Jest. All infer at the same time and are
 * then collected.
 */

const { createRequire } = require('node:module');
const { setImmediate } = require('node:timers/promises');
const vm = require('node:vm');

const entry = require.resolve('../..');
const model = `${__dirname}/../fixtures/networks/relu1x4.xml`;

function forget() {
  for (const file of Object.keys(require.cache)) delete require.cache[file];
}

/** Loads the addon in a new context and returns an array of that context over the addon's memory. */
function inContext(value) {
  const context = vm.createContext({ process });
  const load = vm.runInContext(
    '(file) => { const module = { exports: {} }; process.dlopen(module, file); return module.exports; }',
    context,
  );
  const { addonFile } = require('../../dist/addon/runtime');
  const addon = load(process.env.OPENVINO_IECORE_ADDON ?? addonFile);
  const fill = vm.runInContext(
    '(blob, value) => { const data = new Float32Array(blob.buffer() ?? 4); data.fill(value); return data; }',
    context,
  );
  return { addon, data: fill(new addon.Blob('FP32', [4]), value) };
}

async function infer(value) {
  forget();
  const { IECore } = createRequire(__filename)(entry);
  const exec = await new IECore().loadNetwork(model, 'CPU', { numRequests: 2 });
  const calls = Array.from({ length: 20 }, async (_, i) =>
    exec.infer({ x: new Float32Array([value, i, 0, 0]) }),
  );
  const results = await Promise.all(calls);
  return results.every(({ y }, i) => y.data[0] === value && y.data[1] === i);
}

async function main() {
  const right = await Promise.all([1, 2, 3, 4, 5].map(infer));
  const contexts = [1, 2, 3].map(inContext);
  const { addon } = contexts[0];
  const refused = [{}, Object.create(addon.Blob.prototype)].map((object) => {
    try {
      return addon.Blob.prototype.dims.call(object);
    } catch ({ name }) {
      return name;
    }
  });
  const views = contexts.map(({ data }) => data);
  contexts.length = 0;
  forget();
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc();
    await setImmediate();
  }
  const kept = views.map((data) => [...data]);
  console.log(JSON.stringify({ right, refused, kept }));
}

void main();
