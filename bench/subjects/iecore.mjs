/**
 * Measures this package with the same work as the C++ peer. Prints one JSON object.
 *
 *   node iecore.mjs calls MODEL infer|set-infer-get|async|results|async-results COUNT
 *   node iecore.mjs latency MODEL PRECISION SECONDS
 *   node iecore.mjs throughput MODEL PRECISION SECONDS BATCH
 *   node iecore.mjs in-place MODEL PRECISION SECONDS BATCH
 *   node iecore.mjs delay MODEL PRECISION SECONDS
 *   node iecore.mjs callers MODEL PRECISION SECONDS COUNT
 *   node iecore.mjs overload MODEL PRECISION SECONDS PART
 *   node iecore.mjs workers|sharing MODEL PRECISION SECONDS COUNT
 *   node iecore.mjs decode FOLDER accurate|fast
 */
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { elapsed, normal, percentile } from './common.mjs';

// The built package, loaded by path: its name does not resolve from here.
const require = createRequire(import.meta.url);
const { ExecutableNetwork, IECore, InferQueue } = require('../../dist/index.js');

function configOf(precision, hint) {
  return {
    PERFORMANCE_HINT: hint,
    ...(precision !== 'default' && { INFERENCE_PRECISION_HINT: precision }),
  };
}

async function calls(model, kind, count) {
  const exec = await new IECore().loadNetwork(model, 'CPU', {
    config: configOf('f32', 'LATENCY'),
    numRequests: 1,
  });
  const [request] = exec.requests;
  const x = new Float32Array([1, 2, 3, 4]);
  request.inferSync({ x });
  let sum = 0;
  const kinds = {
    infer: () => request.inferSync(),
    'set-infer-get': () => {
      request.inferSync({ x });
      sum += request.getBlob('y').data[0];
    },
    results: () => {
      sum += exec.inferSync({ x }).y.data[0];
    },
    async: async () => {
      await request.infer({ x });
      sum += request.getBlob('y').data[0];
    },
    'async-results': async () => {
      const { y } = await exec.infer({ x });
      sum += y.data[0];
    },
  };
  const once = kinds[kind];
  const run = kind.startsWith('async')
    ? async (times) => {
        for (let i = 0; i < times; i += 1) await once();
      }
    : (times) => {
        for (let i = 0; i < times; i += 1) once();
      };
  await run(count / 4);
  const since = elapsed();
  await run(count);
  return { microseconds: (1e6 * since()) / count, sum };
}

/** Loads a network with one input; returns it with values for that input. */
async function load(model, precision, hint, batch = 1, numRequests = 0) {
  const ie = new IECore();
  const net = await ie.readNetwork(model);
  if (batch > 1) net.batchSize = batch;
  const [name] = Object.keys(net.inputInfo);
  const exec = await ie.loadNetwork(net, 'CPU', {
    config: configOf(precision, hint),
    numRequests,
  });
  const size = exec.inputInfo[name].shape.reduce((product, dim) => product * dim, 1);
  return { exec, inputs: { [name]: normal(size) } };
}

async function latency(model, precision, seconds) {
  const { exec, inputs } = await load(model, precision, 'LATENCY', 1, 1);
  const [request] = exec.requests;
  request.inferSync(inputs);
  for (let i = 0; i < 10; i += 1) request.inferSync();
  const times = [];
  const since = elapsed();
  while (since() < seconds) {
    const one = elapsed();
    request.inferSync();
    times.push(1e3 * one());
  }
  return { milliseconds: percentile(times, 0.5) };
}

/** Keeps a queue full for `seconds`; returns the number of results and the exact time. */
async function saturate(queue, inputs, seconds) {
  const since = elapsed();
  let count = 0;
  function* items() {
    for (; since() < seconds; count += 1) yield inputs;
  }
  for await (const result of queue.map(items())) void result;
  return { count, seconds: since() };
}

async function throughput(model, precision, seconds, batch) {
  const { exec, inputs } = await load(model, precision, 'THROUGHPUT', batch);
  const queue = new InferQueue(exec);
  await saturate(queue, inputs, seconds / 5);
  const done = await saturate(queue, inputs, seconds);
  return { fps: (done.count * batch) / done.seconds, requests: queue.size };
}

/** Throughput of as many requests as a queue has, whose inputs were written before the measurement. */
async function inPlace(model, precision, seconds, batch) {
  const { exec, inputs } = await load(model, precision, 'THROUGHPUT', batch);
  const { size } = new InferQueue(exec);
  const requests = Array.from({ length: size }, () => exec.createInferRequest());
  for (const request of requests)
    for (const [name, values] of Object.entries(inputs)) request.getBlob(name).data.set(values);
  const run = async (limit) => {
    const since = elapsed();
    let count = 0;
    await Promise.all(
      requests.map(async (request) => {
        for (; since() < limit; count += 1) await request.infer();
      }),
    );
    return count / since();
  };
  await run(seconds / 5);
  return { fps: (await run(seconds)) * batch, requests: size };
}

async function delay(model, precision, seconds) {
  const { exec, inputs } = await load(model, precision, 'THROUGHPUT');
  const queue = new InferQueue(exec);
  await saturate(queue, inputs, seconds / 5);
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await saturate(queue, inputs, seconds);
  histogram.disable();
  return { p50: histogram.percentile(50) / 1e6, p99: histogram.percentile(99) / 1e6 };
}

async function callers(model, precision, seconds, count) {
  const { exec, inputs } = await load(model, precision, 'THROUGHPUT');
  const times = [];
  const call = async (limit) => {
    const since = elapsed();
    while (since() < limit) {
      const one = elapsed();
      await exec.infer(inputs);
      times.push(1e3 * one());
    }
  };
  const round = async (limit) =>
    Promise.all(Array.from({ length: count }, async () => call(limit)));
  await round(seconds / 5);
  times.length = 0;
  const since = elapsed();
  await round(seconds);
  return {
    fps: times.length / since(),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

const clients = 128;
/** Time in seconds that a client waits for an answer. */
const deadline = 0.5;

/** Inferences per second while all requests are busy. */
async function capacityOf(exec, inputs, seconds) {
  const since = elapsed();
  let count = 0;
  await Promise.all(
    Array.from({ length: 2 * exec.requests.length }, async () => {
      for (; since() < seconds; count += 1) await exec.infer(inputs);
    }),
  );
  return count / since();
}

/**
 * Overload: clients that together send twice as many calls as the network can process, each call with a deadline.
 *
 * @param part - `maxQueue`, as a fraction of the calls that are answered within the deadline; 0: no limit
 * @returns answers in time and the network's capacity, both per second
 */
async function overload(model, precision, seconds, part) {
  const { exec, inputs } = await load(model, precision, 'THROUGHPUT');
  await capacityOf(exec, inputs, seconds / 5);
  const before = await capacityOf(exec, inputs, seconds);
  const network = ExecutableNetwork.attach(exec.share(), {
    ...(part > 0 && { maxQueue: Math.round(part * before * deadline) }),
  });
  const pause = clients / (2 * before);
  const warmUp = 2 * deadline;
  const since = elapsed();
  let inTime = 0;
  const call = async () => {
    const began = since();
    try {
      await network.infer(inputs, { signal: AbortSignal.timeout(1000 * deadline) });
      if (began > warmUp && since() - began <= deadline) inTime += 1;
    } catch (error) {
      if (!['ABORT_ERR', 'QUEUE_FULL'].includes(error.code)) throw error;
    }
  };
  const client = async (_, i) => {
    // The clients start at different times.
    let due = (i / clients) * pause;
    while (since() < warmUp + seconds) {
      await setTimeout(1000 * Math.max(0, due - since()));
      due = since() + pause;
      await call();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const answered = inTime / (since() - warmUp);
  const after = await capacityOf(exec, inputs, seconds);
  return { answered, capacity: (before + after) / 2 };
}

/** Runs `count` workers with the same `data`; returns their total throughput and percentiles of latency in ms. */
async function runWorkers(count, data) {
  const file = fileURLToPath(import.meta.url);
  const threads = Array.from({ length: count }, () => new Worker(file, { workerData: data }));
  const all = async (send) =>
    Promise.all(
      threads.map(
        async (thread) =>
          new Promise((resolve, reject) => {
            thread.once('message', resolve).once('error', reject);
            if (send) thread.postMessage('go');
          }),
      ),
    );
  await all(false);
  const since = elapsed();
  const done = await all(true);
  const took = since();
  const times = done.flatMap((one) => one);
  return { fps: times.length / took, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Each worker loads its own network; all of them share the processors. */
async function workers(model, precision, seconds, count) {
  return runWorkers(count, { model, precision, seconds });
}

/** All workers attach to one network, each with one request. */
async function sharing(model, precision, seconds, count) {
  const { exec, inputs } = await load(model, precision, 'THROUGHPUT');
  const result = await runWorkers(count, { shared: exec.share(), inputs, seconds });
  exec.close();
  return result;
}

async function work({ model, precision, seconds, shared, inputs: given }) {
  const { exec, inputs } =
    shared === undefined
      ? await load(model, precision, 'LATENCY', 1, 1)
      : { exec: ExecutableNetwork.attach(shared, { numRequests: 1 }), inputs: given };
  await exec.infer(inputs);
  parentPort.postMessage('ready');
  await new Promise((resolve) => parentPort.once('message', resolve));
  const times = [];
  const since = elapsed();
  while (since() < seconds) {
    const one = elapsed();
    await exec.infer(inputs);
    times.push(1e3 * one());
  }
  parentPort.postMessage(times);
}

async function decode(folder, decoding) {
  const { findImages, loadImages } = require('../../dist/image/index.js');
  const files = await findImages([folder]);
  const since = elapsed();
  let count = 0;
  for await (const { error } of loadImages(files, {
    ...{ width: 224, height: 224, decode: decoding },
  })) {
    if (error !== undefined) throw error;
    count += 1;
  }
  return { fps: count / since(), images: count };
}

const kinds = {
  calls,
  latency,
  throughput,
  'in-place': inPlace,
  delay,
  callers,
  overload,
  workers,
  sharing,
  decode,
};

if (isMainThread) {
  const [what, ...args] = process.argv.slice(2);
  const values = args.map((arg) => (/^[\d.]+$/.test(arg) ? Number(arg) : arg));
  console.log(JSON.stringify(await kinds[what](...values)));
} else {
  await work(workerData);
}
