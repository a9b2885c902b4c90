/**
 * Measures onnxruntime-node with the same networks. Prints one JSON object.
 *
 *   node onnxruntime.mjs calls MODEL.onnx COUNT
 *   node onnxruntime.mjs latency MODEL.onnx SECONDS
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { elapsed, normal, percentile } from './common.mjs';

const [what, model, limit] = process.argv.slice(2);
const session = await InferenceSession.create(model);
const [input] = session.inputNames;
const [output] = session.outputNames;

async function calls(count) {
  const x = new Float32Array([1, 2, 3, 4]);
  let sum = 0;
  const once = async () => {
    const result = await session.run({ [input]: new Tensor('float32', x, [1, 4]) });
    sum += result[output].data[0];
  };
  for (let i = 0; i < count / 4; i += 1) await once();
  const since = elapsed();
  for (let i = 0; i < count; i += 1) await once();
  return { microseconds: (1e6 * since()) / count, sum };
}

async function latency(seconds) {
  const data = normal(3 * 224 * 224);
  const feeds = { [input]: new Tensor('float32', data, [1, 3, 224, 224]) };
  for (let i = 0; i < 10; i += 1) await session.run(feeds);
  const times = [];
  const since = elapsed();
  while (since() < seconds) {
    const one = elapsed();
    await session.run(feeds);
    times.push(1e3 * one());
  }
  return { milliseconds: percentile(times, 0.5) };
}

console.log(JSON.stringify(await { calls, latency }[what](Number(limit))));
