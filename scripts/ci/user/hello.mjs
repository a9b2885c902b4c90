// Classifies a photograph with the installed package, from an ES module.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { IECore } from 'openvino-iecore';
import { loadImage, readLabels, topK } from 'openvino-iecore/image';

const home = dirname(createRequire(import.meta.url).resolve('openvino-iecore/package.json'));
const models = join(home, 'models');

const ie = new IECore();
const net = await ie.readNetwork(join(models, 'efficientnet-lite0.xml'));
net.inputInfo.input.precision = 'U8';
net.inputInfo.input.layout = 'NHWC';
const exec = await ie.loadNetwork(net, 'CPU');
const input = await loadImage(join(models, 'photographs/coffee.jpg'), { width: 224, height: 224 });
const { output } = await exec.infer({ input });
const labels = await readLabels(join(models, 'efficientnet-lite0.labels.txt'), 1000);
const [best] = topK(output.data, 1);
console.log(labels[best.index], best.score);
