import { IECore } from '../../lib';
import { convertModel, reportConversion } from '../../lib/model-optimizer';
import { fixture } from '../helpers/networks';

test('counts operations before and after, and lists fused operations', async () => {
  const before = await new IECore().readNetwork(fixture('conv.onnx'));
  const after = await convertModel(before, { output: ['relu1'], scale: 2 });
  const { operations, layers } = await reportConversion(before, after);
  const counts = Object.fromEntries(operations.map(({ type, ...count }) => [type, count]));
  expect(counts['Convolution']).toEqual({ before: 2, after: 1 });
  expect(counts['Relu']).toEqual({ before: 2, after: 1 });
  expect(counts['MatMul']).toEqual({ before: 1, after: 0 });
  const convolution = layers.find(({ type }) => type === 'Convolution');
  expect(convolution!.operations).toEqual(expect.arrayContaining(['bn1', 'relu1']));
  for (const source of convolution!.sources) expect(layers[source]).toBeDefined();
});
