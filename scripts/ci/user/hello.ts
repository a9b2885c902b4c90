// Classifies a photograph with the installed package, from TypeScript.
import { dirname, join } from 'node:path';
import { IECore, OpenVINOError, type Blob } from 'openvino-iecore';
import { loadImage, readLabels, topK, type ScoredClass } from 'openvino-iecore/image';

const models = join(dirname(require.resolve('openvino-iecore/package.json')), 'models');

async function main(): Promise<void> {
  const ie = new IECore();
  const net = await ie.readNetwork(join(models, 'efficientnet-lite0.xml'), { isolated: true });
  const [input] = Object.values(net.inputInfo);
  if (input === undefined) throw new Error('the network has no input');
  input.precision = 'U8';
  input.layout = 'NHWC';
  const exec = await ie.loadNetwork(net, 'CPU');
  const photograph = join(models, 'photographs/coffee.jpg');
  const pixels = await loadImage(photograph, { width: 224, height: 224 });
  const [output]: (Blob | undefined)[] = Object.values(await exec.infer({ [input.name]: pixels }));
  if (output === undefined) throw new Error('the network has no output');
  const labels: string[] = await readLabels(join(models, 'efficientnet-lite0.labels.txt'), 1000);
  const scores: Float32Array = output.as('FP32').data;
  const [best]: (ScoredClass | undefined)[] = topK(scores, 1);
  if (best !== undefined) console.log(labels[best.index], best.score);
}

main().catch((error: unknown) => {
  console.error(error instanceof OpenVINOError ? error.code : error);
  process.exitCode = 1;
});
