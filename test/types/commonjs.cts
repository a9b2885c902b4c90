/** The same package by `require`, with its own declarations and not those of ES modules. */
import iecore = require('openvino-iecore');
import image = require('openvino-iecore/image');

async function classify(): Promise<Float32Array> {
  const net: iecore.IENetwork = await new iecore.IECore().readNetwork('model.onnx');
  net.inputInfo['input']!.precision = 'U8';
  const exec = await new iecore.IECore().loadNetwork(net, 'CPU');
  const input: image.ImageTensor = await image.loadImage('cat.jpg', { width: 224, height: 224 });
  const { output } = await exec.infer({ input });
  return output!.as('FP32').data;
}

export = classify;
