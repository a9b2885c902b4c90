import { readFileSync } from 'node:fs';
import { loadAddon } from '../../lib/addon/loader';
import { fixture, ir, type Layer, parameter, passthrough } from '../helpers/networks';

/** Whether quick inferences of a network may run in the calling thread. */
function isSteady(model: Uint8Array, format: 'ir' | 'onnx', inputs: number, outputs = 1): boolean {
  const core = new (loadAddon().Core)('');
  const network = core.readModelFromBuffer(model, new Uint8Array(8), format, true);
  const same = { precision: '', layout: '', modelLayout: '' };
  const input = { ...same, color: '', resize: '', reverseChannels: false, mean: [], scale: [] };
  const ports = network.inputs().slice(0, inputs);
  const plan = {
    inputs: ports.map(({ element }) => ({ ...input, precision: element })),
    outputs: network
      .outputs()
      .slice(0, outputs)
      .map(({ element }) => ({ ...same, precision: element })),
    affinity: {},
  };
  return core.compile(network, plan, 'CPU', {}, null, true).facts().steady;
}

/** A network of one operation on these inputs. */
function operation(layer: Omit<Layer, 'inputs' | 'name'>, ...inputs: Layer[]): Buffer {
  const tensors = inputs.map(({ outputs }) => outputs![0]!);
  const at = inputs.length;
  return ir(
    [
      ...inputs,
      { name: 'y', ...layer, inputs: tensors },
      { name: 'r', type: 'Result', inputs: layer.outputs!.slice(0, 1) },
    ],
    [...inputs.map((_, i) => [i, 0, at, i]), [at, at, at + 1, 0]],
  );
}

const x = parameter('x', { dims: [1, 4] });

test('a network whose time does not depend on values is steady', () => {
  expect(isSteady(passthrough({ x: { dims: [1, 4] } }), 'ir', 1)).toBe(true);
  expect(isSteady(readFileSync(fixture('conv.onnx')), 'onnx', 1)).toBe(true);
});

test.each<[string, Buffer, 'ir' | 'onnx', number]>([
  ['dynamic shapes', passthrough({ x: { dims: [-1, 4] } }), 'ir', 1],
  ['a loop', readFileSync(fixture('loop.onnx')), 'onnx', 2],
  [
    'an inner result of dynamic shape',
    operation(
      {
        type: 'NonZero',
        opset: 3,
        data: 'output_type="i64"',
        outputs: [{ dims: [2, -1], element: 'i64' }],
      },
      x,
    ),
    'ir',
    1,
  ],
  [
    'regions whose size is a value',
    operation(
      {
        type: 'PSROIPooling',
        data: 'output_dim="2" group_size="1" spatial_scale="1" spatial_bins_x="1" spatial_bins_y="1" mode="average"',
        outputs: [{ dims: [2, 2, 1, 1] }],
      },
      parameter('x', { dims: [1, 2, 8, 8] }),
      parameter('regions', { dims: [2, 5] }),
    ),
    'ir',
    2,
  ],
])('a network with %s is not steady', (_, model, format, inputs) => {
  expect(isSteady(model, format, inputs)).toBe(false);
});
