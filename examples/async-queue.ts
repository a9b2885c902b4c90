/**
 * Classifies a folder of images with an `InferQueue`.
 *
 * The queue runs as many inferences in parallel as is best for the device. Meanwhile the next images are decoded; results
 * come in the order of the files.
 *
 *     node build/examples/async-queue.js -d CPU models/photographs
 */
import { parseArgs } from 'node:util';
import { IECore, InferQueue, type Inputs } from 'openvino-iecore';
import { findImages, loadImages, readLabels, topK } from 'openvino-iecore/image';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      model: { type: 'string', short: 'm', default: 'models/efficientnet-lite0.xml' },
      device: { type: 'string', short: 'd', default: 'CPU' },
      labels: { type: 'string', default: 'models/efficientnet-lite0.labels.txt' },
    },
    allowPositionals: true,
  });
  const files = await findImages(positionals.length > 0 ? positionals : ['models/photographs']);
  const labels = await readLabels(values.labels);

  const ie = new IECore();
  const net = await ie.readNetwork(values.model);
  const [input] = Object.values(net.inputInfo);
  const [output] = Object.values(net.outputs);
  if (input === undefined || output === undefined) throw new Error('Expected a classifier');
  input.precision = 'U8';
  input.layout = 'NHWC';
  output.precision = 'FP32';
  const [, height = 0, width = 0] = input.shape;

  // With this hint, the device uses several streams, with one request each.
  const config = { PERFORMANCE_HINT: 'THROUGHPUT' };
  const exec = await ie.loadNetwork(net, values.device, { config });
  const queue = new InferQueue(exec);

  const readable: string[] = [];
  async function* inputs(name: string): AsyncGenerator<Inputs> {
    for await (const { file, image, error } of loadImages(files, { width, height })) {
      if (error !== undefined) {
        console.error(`skipped: ${error.message}`);
        continue;
      }
      readable.push(file);
      yield { [name]: image };
    }
  }

  const began = performance.now();
  let count = 0;
  for await (const { [output.name]: scores } of queue.map(inputs(input.name))) {
    const [best] = topK(scores?.as('FP32').data ?? [], 1);
    console.log(`${readable[count]}: ${labels[best?.index ?? -1]}`);
    count += 1;
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${count} images, ${queue.size} in parallel: ${(count / seconds).toFixed(1)} per second`,
  );
  queue.close();
  exec.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
