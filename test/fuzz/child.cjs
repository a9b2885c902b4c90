'use strict';
/**
 * Runs cases one after the other, and reports on file descriptor 3 which case begins, its progress and its outcome.
 *
 *   node child.cjs FOLDER                     the case in a folder
 *   node child.cjs FOLDER SEED FROM TO        the cases from number FROM to below TO, each written to the folder
 */
const { existsSync, readFileSync, writeSync } = require('node:fs');
const { join } = require('node:path');
const iecore = require('../..');
const { runSync } = require('../../dist/base/operation.js');
const { unpackExported } = require('../../dist/read/exported-file.js');
const { makeCase, writeCase } = require('./cases.cjs');
const { makeSeeds } = require('./seeds.cjs');

const { Blob, IECore, OpenVINOError } = iecore;
const options = { config: { NUM_STREAMS: '1', INFERENCE_NUM_THREADS: '1' }, numRequests: 1 };
const ie = new IECore();

function say(...words) {
  writeSync(3, `${words.join(' ')}\n`);
}

async function read({ way, main }, folder) {
  const path = join(folder, main);
  const weights = path.replace(/\.xml$/, '.bin');
  if (way === 'sync') return ie.readNetworkSync(path);
  if (way === 'async') return ie.readNetwork(path);
  const bin = weights !== path && existsSync(weights) ? [readFileSync(weights)] : [];
  return ie.readNetwork(readFileSync(path), ...bin);
}

async function load(about, folder) {
  if (about.main.endsWith('.blob')) {
    const path = join(folder, about.main);
    const file = about.way === 'bytes' ? readFileSync(path) : path;
    return about.way === 'sync'
      ? ie.importNetworkSync(file, 'CPU', options)
      : ie.importNetwork(file, 'CPU', options);
  }
  const net = await read(about, folder);
  // Calls that programs make before they load a network.
  void [net.name, net.inputInfo, net.outputs];
  say('stage load');
  return about.way === 'sync'
    ? ie.loadNetworkSync(net, 'CPU', options)
    : ie.loadNetwork(net, 'CPU', options);
}

/** Zeros for every input; a dynamic dimension has length 1. */
function zeros(exec) {
  return Object.fromEntries(
    Object.values(exec.inputInfo).map(({ name, precision, layout, shape }) => {
      const dims = shape.map((dim) => Math.max(dim, dim < 0 ? 1 : dim));
      return [name, new Blob({ precision, layout, dims })];
    }),
  );
}

async function outcomeOf(about, folder) {
  let stage = 'read';
  let exec;
  try {
    say('stage', stage);
    exec = await load(about, folder);
    stage = 'infer';
    say('stage', stage);
    const inputs = zeros(exec);
    const outputs = about.way === 'sync' ? exec.inferSync(inputs) : await exec.infer(inputs);
    for (const { data } of Object.values(outputs)) void data.at(-1);
    return 'result';
  } catch (error) {
    if (error instanceof OpenVINOError) return error.code;
    return `untyped ${JSON.stringify(String(error?.stack ?? error))}`;
  } finally {
    exec?.close();
  }
}

async function tryKept(folder) {
  const about = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  say('begin', about.number);
  say('end', about.number, about.group, await outcomeOf(about, folder));
}

async function tryMany(folder, seed, from, to) {
  const seeds = makeSeeds(iecore, (bytes) => runSync(unpackExported(bytes)));
  for (let number = from; number < to; number += 1) {
    const one = makeCase(seeds, seed, number);
    writeCase(one, folder);
    say('begin', number);
    say('end', number, one.group, await outcomeOf(one, folder));
  }
}

async function main() {
  const [folder, ...range] = process.argv.slice(2);
  await (range.length === 0 ? tryKept(folder) : tryMany(folder, ...range.map(Number)));
  say('done');
}

void main();
