/**
 * Exports a PyTorch model to ONNX, converts and quantizes it, and compares its speed and results with PyTorch.
 *
 *     npx iecore setup --pytorch
 *     node build/examples/pytorch-to-openvino.js --pytorch timm:resnet18 models/photographs
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { convertModel } from 'openvino-iecore/model-optimizer';
import { compareWithPyTorch, exportOnnx } from 'openvino-iecore/pytorch';
import { quantize } from 'openvino-iecore/quantization';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      pytorch: { type: 'string', default: 'timm:resnet18' },
      weights: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'build/pytorch-to-openvino' },
    },
    allowPositionals: true,
  });
  const images = positionals.length > 0 ? positionals : ['models/photographs'];
  const model = { model: values.pytorch, weights: values.weights };
  mkdirSync(values.output, { recursive: true });
  const onnx = join(values.output, 'model.onnx');
  const xml = join(values.output, 'model.xml');
  const int8 = join(values.output, 'model-int8.xml');

  const exported = await exportOnnx({ ...model, output: onnx });
  console.log(`exported: differs from PyTorch by ${exported.difference.toExponential(1)}`);
  await convertModel(onnx, { scale: 255, outputFile: xml });
  await quantize(xml, { images, outputFile: int8 });

  const { sides } = await compareWithPyTorch({ ...model, network: xml, int8, images });
  console.table(
    sides.map((side) => ({
      what: side.name,
      'ms per image': Number(side.median.toFixed(2)),
      'times as fast': Number(side.speedup.toFixed(2)),
      'same class': `${side.agreement} of ${side.images.length}`,
    })),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
