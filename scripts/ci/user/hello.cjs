// Classifies a photograph with the installed package, from CommonJS.
const { dirname, join } = require('node:path');
const { IECore } = require('openvino-iecore');
const { loadImage, readLabels, topK } = require('openvino-iecore/image');

const models = join(dirname(require.resolve('openvino-iecore/package.json')), 'models');

async function main() {
  const ie = new IECore();
  const net = await ie.readNetwork(join(models, 'efficientnet-lite0.xml'), { isolated: true });
  net.inputInfo.input.precision = 'U8';
  net.inputInfo.input.layout = 'NHWC';
  const exec = await ie.loadNetwork(net, 'CPU');
  const photograph = join(models, 'photographs/coffee.jpg');
  const input = await loadImage(photograph, { width: 224, height: 224 });
  const { output } = await exec.infer({ input });
  const labels = await readLabels(join(models, 'efficientnet-lite0.labels.txt'), 1000);
  const [best] = topK(output.data, 1);
  console.log(labels[best.index], best.score);
}

main();
