'use strict';
/**
 * Lets many callers use one network for a long time. Some calls are cancelled, some time out, and requests, queues and
 * networks are closed, at random moments that depend on the seed. Worker threads do the same, some with networks that
 * threads share. Every result must be the caller's own number or the provoked error. At the end nothing may be pending,
 * and the process must end by itself.
 *
 *   node soak.cjs [--seconds 600] [--seed 1] [--workers 2]
 */
const { parseArgs } = require('node:util');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { setImmediate, setTimeout } = require('node:timers/promises');
const { Blob, ExecutableNetwork, IECore, InferQueue, OpenVINOError, StatusCode } = require('../..');

const model = `${__dirname}/../fixtures/networks/relu1x4.xml`;
const slowModel = `${__dirname}/../fixtures/networks/conv.xml`;
const callers = 24;

/** Random whole numbers below `n` (xorshift), the same for the same seed. */
function randomFrom(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state % n;
  };
}

/** The allowed error codes of a call, by what was done to it. */
const provoked = new Set(['ABORT_ERR', 'CANCELLED', 'CLOSED', 'REQUEST_BUSY']);

class Soak {
  #random;
  #until;
  #ie = new IECore();
  #shared;
  #next = 0;
  #pending = new Set();
  counts = {};

  constructor(seconds, seed, shared) {
    this.#shared = shared;
    this.#random = randomFrom(seed);
    this.#until = performance.now() + 1000 * seconds;
  }

  get #isOver() {
    return performance.now() >= this.#until;
  }

  #count(name) {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  /** Four numbers that no other call has; single precision represents whole numbers exactly up to 2^24. */
  #number() {
    this.#next = (this.#next + 1) % 2 ** 24;
    return this.#next;
  }

  #check(data, number) {
    if (data.length !== 4 || data.some((value) => value !== number))
      throw new Error(`Expected ${number}, received ${String(data)}: results are mixed up`);
    this.#count('results');
  }

  /** Waits for the outcome of a call and checks it. */
  async #follow(name, work) {
    const call = { name };
    this.#pending.add(call);
    try {
      await work;
      this.#count(name);
    } catch (error) {
      if (!(error instanceof OpenVINOError) || !provoked.has(error.code)) throw error;
      this.#count(error.code);
    } finally {
      this.#pending.delete(call);
    }
  }

  /** A signal that fires soon, later or never. */
  #signal() {
    const kind = this.#random(8);
    if (kind === 0) return AbortSignal.abort();
    if (kind === 1) return AbortSignal.timeout(this.#random(4));
    const controller = new AbortController();
    if (kind === 2) queueMicrotask(() => controller.abort());
    if (kind === 3) void setImmediate().then(() => controller.abort());
    return controller.signal;
  }

  /** Calls a pool and checks the result. */
  async #ask(run) {
    const number = this.#number();
    const x = new Float32Array(4).fill(number);
    const promise = run({ x }, this.#random(2) === 0 ? {} : { signal: this.#signal() });
    await this.#follow(
      'asked',
      promise.then(({ y }) => this.#check(y.data, number)),
    );
  }

  async #askSync(exec) {
    const number = this.#number();
    await this.#follow(
      'asked at once',
      (async () => {
        this.#check(exec.inferSync({ x: new Float32Array(4).fill(number) }).y.data, number);
      })(),
    );
  }

  /** Uses a request of its own: starts it, then waits, cancels, closes or starts it again. */
  async #own(exec) {
    await this.#follow(
      'own request',
      (async () => {
        const request = exec.createInferRequest();
        const output = new Blob({ precision: 'FP32', dims: [1, 4] });
        request.setBlob('y', output);
        for (let i = 0; i < 4; i += 1) {
          const number = this.#number();
          request.startAsync({ x: new Float32Array(4).fill(number) });
          const act = this.#random(6);
          if (act === 0) request.cancel();
          if (act === 1) return request.close();
          if (act === 2) await this.#busy(request);
          try {
            const status = act === 3 ? request.waitSync() : await request.wait();
            if (status !== StatusCode.OK) throw new Error(`wait() answers ${status}`);
            this.#check(output.data, number);
          } catch (error) {
            if (error.code !== 'CANCELLED') throw error;
            this.#count('CANCELLED');
          }
        }
        request.close();
      })(),
    );
  }

  /** A busy request refuses a call at once, and its inference goes on. */
  async #busy(request) {
    try {
      request.startAsync({ x: new Float32Array(4) });
    } catch (error) {
      if (error.code === 'REQUEST_BUSY') return this.#count('REQUEST_BUSY');
      throw error;
    }
    throw new Error('Expected REQUEST_BUSY of a request under way');
  }

  async #mapped(queue) {
    const numbers = Array.from({ length: 8 }, () => this.#number());
    await this.#follow(
      'mapped',
      (async () => {
        const items = numbers.map((number) => ({ x: new Float32Array(4).fill(number) }));
        let i = 0;
        for await (const { y } of queue.map(items, { signal: this.#signal() })) {
          this.#check(y.data, numbers[i]);
          i += 1;
          if (this.#random(20) === 0) return;
        }
        if (i !== numbers.length) throw new Error(`Expected ${numbers.length} results, got ${i}`);
      })(),
    );
  }

  /** A network loaded here, attached from another thread, or attached from a network that is closed at once. */
  async #network() {
    const options = { numRequests: 1 + this.#random(4) };
    const kind = this.#random(3);
    if (kind === 0) return ExecutableNetwork.attach(this.#shared, options);
    const net = await this.#ie.readNetwork(model);
    const loaded = await this.#ie.loadNetwork(net, 'CPU', options);
    net.close();
    if (kind === 1) return loaded;
    const attached = ExecutableNetwork.attach(loaded.share(), options);
    loaded.close();
    return attached;
  }

  /** Runs callers of one network until it is closed during their calls, or until the end. */
  async #round() {
    const exec = await this.#network();
    const queue = new InferQueue(exec, { size: 1 + this.#random(3) });
    let left = 400 + this.#random(800);
    const isLast = () => this.#isOver || (left -= 1) < 0;
    const caller = async () => {
      while (!isLast()) {
        const act = this.#random(16);
        if (act === 0) await this.#askSync(exec);
        else if (act === 1) await this.#own(exec);
        else if (act === 2) await this.#mapped(queue);
        else if (act === 3)
          await this.#follow('waited', exec.wait(exec.requests.length, 1 + this.#random(3)));
        else if (act === 4) await setTimeout(this.#random(3));
        else if (act === 5) await this.#follow('drained', queue.drain());
        else if (act < 11) await this.#ask((...args) => queue.run(...args));
        else await this.#ask((...args) => exec.infer(...args));
      }
    };
    const all = Array.from({ length: callers }, async () => {
      try {
        await caller();
      } catch (error) {
        // A closed network refuses to create a request and to tell their number.
        if (error.code !== 'CLOSED') throw error;
      }
    });
    const closing = (async () => {
      await setTimeout(this.#random(60));
      if (this.#random(2) === 0) queue.close();
      if (this.#random(2) === 0) exec.close();
    })();
    await Promise.all([...all, closing]);
    queue.close();
    exec.close();
    this.#count('rounds');
  }

  /** Inferences that are long enough to be cancelled while they run. */
  async #slow() {
    const net = await this.#ie.readNetwork(slowModel);
    net.reshape({ input: [1, 3, 256, 256] });
    const exec = await this.#ie.loadNetwork(net, 'CPU', { numRequests: 2 });
    const input = new Float32Array(3 * 256 * 256);
    while (!this.#isOver) {
      const calls = Array.from({ length: 4 }, () =>
        this.#follow(
          'slow',
          exec.infer({ input }, { signal: AbortSignal.timeout(this.#random(12)) }),
        ),
      );
      if (this.#random(4) === 0) for (const request of exec.requests) request.cancel();
      await Promise.all(calls);
      await setTimeout(5);
    }
    exec.close();
  }

  async run() {
    const rounds = (async () => {
      while (!this.#isOver) await this.#round();
    })();
    await Promise.all([rounds, this.#slow()]);
    if (this.#pending.size > 0)
      throw new Error(`Still pending: ${[...this.#pending].map(({ name }) => name).join(', ')}`);
    return this.counts;
  }
}

/** Runs worker threads one after the other; some are terminated while they work. */
async function employ(seconds, seed, shared, total) {
  const random = randomFrom(seed);
  const until = performance.now() + 1000 * seconds;
  for (let number = 0; performance.now() < until; number += 1) {
    const left = (until - performance.now()) / 1000;
    const data = { seconds: Math.min(left, 2 + random(8)), seed: seed + number, shared };
    const worker = new Worker(__filename, { workerData: data });
    let told;
    worker.on('message', (counts) => (told = counts));
    const end = new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', resolve);
    });
    const isTerminated = random(3) === 0;
    if (isTerminated) {
      await Promise.race([setTimeout(100 + random(2000)), end]);
      await worker.terminate();
    }
    await end;
    if (!isTerminated && told === undefined) throw new Error('A worker ended without a word');
    total.workers = (total.workers ?? 0) + 1;
    for (const [name, count] of Object.entries(told ?? {}))
      total[name] = (total[name] ?? 0) + count;
  }
}

async function main() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
    },
  });
  const [seconds, seed, workers] = ['seconds', 'seed', 'workers'].map((name) =>
    Number(values[name]),
  );
  const beside = {};
  const exec = await new IECore().loadNetwork(model, 'CPU');
  const shared = exec.share();
  const [counts] = await Promise.all([
    new Soak(seconds, seed, shared).run(),
    ...Array.from({ length: workers }, (_, i) =>
      employ(seconds, seed + 1000 * (i + 1), shared, beside),
    ),
  ]);
  exec.close();
  process.stdout.write(`${JSON.stringify({ seed, main: counts, workers: beside })}\n`);
}

async function work({ seconds, seed, shared }) {
  parentPort.postMessage(await new Soak(seconds, seed, shared).run());
}

void (isMainThread ? main() : work(workerData));
