/**
 * Classifies images with the classic flow: read a network, set up its input, load it on a device, infer.
 *
 *     node build/examples/hello-classification.js -m models/efficientnet-lite0.xml -d CPU cat.jpg …
 */
import { parseArgs } from 'node:util';
import { IECore } from 'openvino-iecore';
import { loadImage, readLabels, topK } from 'openvino-iecore/image';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      model: { type: 'string', short: 'm', default: 'models/efficientnet-lite0.xml' },
      device: { type: 'string', short: 'd', default: 'CPU' },
      labels: { type: 'string', default: 'models/efficientnet-lite0.labels.txt' },
    },
    allowPositionals: true,
  });
  const images = positionals.length > 0 ? positionals : ['models/photographs/dog.jpg'];

  const ie = new IECore();
  const net = await ie.readNetwork(values.model);
  const [input] = Object.values(net.inputInfo);
  const [output] = Object.values(net.outputs);
  if (input === undefined || output === undefined)
    throw new Error('Expected a network with one image input');

  // The network takes the bytes of an image; conversion to its own precision and layout is part of the network.
  input.precision = 'U8';
  input.layout = 'NHWC';
  output.precision = 'FP32';
  const [, height = 0, width = 0] = input.shape;

  const exec = await ie.loadNetwork(net, values.device);
  const labels = await readLabels(values.labels);
  for (const image of images) {
    const { data } = await loadImage(image, { width, height });
    const { [output.name]: scores } = await exec.infer({ [input.name]: data });
    const [best] = topK(scores?.as('FP32').data ?? [], 1);
    console.log(`${image}: ${labels[best?.index ?? -1]}`);
  }
  exec.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
