/** The README's table of differences. The values of the classic API come from OpenVINO 2021.4.2. */
import { Blob, IECore } from '../lib';
import { coded, f32, ir, loadSmall, parameter, passthrough } from './helpers/networks';

const ie = new IECore();
const small = passthrough({ x: { dims: [1, 4] } });
const x = new Float32Array([1, -2, 3, -4]);

test('outputBlobs are views; infer returns copies', async () => {
  const exec = await loadSmall(ie);
  const request = exec.createInferRequest();
  request.inferSync({ x });
  const { data } = request.outputBlobs['x_out']!;
  const copy = exec.inferSync({ x })['x_out']!.data;
  for (const one of [request, exec]) one.inferSync({ x: x.map((value) => 2 * value) });
  // The classic API: [1, 0, 3, 0].
  expect([...data]).toEqual([2, 0, 6, 0]);
  expect([...copy]).toEqual([1, 0, 3, 0]);
});

test('a blob copies its array', () => {
  const array = new Float32Array(4);
  const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, array);
  array[0] = 7;
  // The classic API: [7, 0, 0, 0].
  expect([...blob.data]).toEqual([0, 0, 0, 0]);
});

test('batchSize = -1 allows any batch size', async () => {
  const net = await ie.readNetwork(small);
  net.batchSize = -1;
  expect(net.inputInfo['x']!.shape).toEqual([-1, 4]);
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const data = new Float32Array([...x, ...x]);
  const { x_out } = await exec.infer({ x: { data, dims: [2, 4] } });
  expect([...x_out!.data]).toEqual([1, 0, 3, 0, 1, 0, 3, 0]);
});

test('there are no performance counts without PERF_COUNT', async () => {
  const request = (await loadSmall(ie)).createInferRequest();
  request.inferSync({ x });
  expect(() => request.getPerfCounts()).toThrow(/PERF_COUNT: true/);
});

test('configuration values have types, and text is accepted too', () => {
  const core = new IECore();
  // The classic API: 'NO' and '1'.
  expect(core.getConfig('CPU', 'PERF_COUNT')).toBe(false);
  expect(core.getConfig('CPU', 'CPU_THROUGHPUT_STREAMS')).toBe(1);
  core.setConfig({ PERF_COUNT: 'YES', CPU_THROUGHPUT_STREAMS: '2' }, 'CPU');
  expect(core.getConfig('CPU', 'PERF_COUNT')).toBe(true);
  expect(core.getConfig('CPU', 'CPU_THROUGHPUT_STREAMS')).toBe(2);
});

test("layout = 'ANY' restores the layout of the file", async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 3, 2, 2] } }));
  const info = net.inputInfo['x']!;
  info.layout = 'NHWC';
  info.layout = 'ANY';
  // The classic API keeps ANY, and cannot load the network.
  expect(info.layout).toBe('NCHW');
  expect(info.shape).toEqual([1, 3, 2, 2]);
});

test('a state starts with the value of the input of its ReadValue', async () => {
  const tensor = { dims: [1, 4] };
  const variable = 'variable_id="total" variable_type="f32" variable_shape="1,4"';
  const net = await ie.readNetwork(
    ir(
      [
        parameter('x', tensor),
        {
          name: 'five',
          type: 'Const',
          data: 'element_type="f32" shape="1,4" offset="0" size="16"',
          outputs: [tensor],
        },
        {
          name: 'before',
          type: 'ReadValue',
          opset: 6,
          data: variable,
          inputs: [tensor],
          outputs: [tensor],
        },
        { name: 'sum', type: 'Add', inputs: [tensor, tensor], outputs: [tensor] },
        {
          name: 'after',
          type: 'Assign',
          opset: 6,
          data: variable,
          inputs: [tensor],
          outputs: [tensor],
        },
        { name: 'result', type: 'Result', inputs: [tensor] },
      ],
      [
        [1, 0, 2, 0],
        [0, 0, 3, 0],
        [2, 1, 3, 1],
        [3, 2, 4, 0],
        [3, 2, 5, 0],
      ],
    ),
    new Uint8Array(new Float32Array([5, 5, 5, 5]).buffer),
  );
  const request = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
  const run = (): number[] => {
    request.inferSync({ x });
    return [...(request.outputBlobs['sum']!.data as Float32Array)];
  };
  // The classic API: [1, -2, 3, -4], then [2, -4, 6, -8], and [1, -2, 3, -4] after reset().
  expect(run()).toEqual([6, 3, 8, 1]);
  expect(run()).toEqual([7, 1, 11, -3]);
  request.queryState()[0]!.reset();
  expect(run()).toEqual([6, 3, 8, 1]);
});

test('plugins have their current names', () => {
  const core = new IECore();
  // The classic API: MKLDNNPlugin.
  expect(core.getVersions('CPU')['CPU']!.description).toBe('openvino_intel_cpu_plugin');
  core.registerPlugin('openvino_intel_cpu_plugin', 'CPU2');
  expect(core.availableDevices).toContain('CPU2');
  core.registerPlugin('MKLDNNPlugin', 'CPU3');
  expect(() => core.getVersions('CPU3')).toThrow(coded('DEVICE_NOT_AVAILABLE', /MKLDNNPlugin/));
});

test('an output in FP16 is FP16', async () => {
  const net = await ie.readNetwork(small);
  net.outputs['x_out']!.precision = 'FP16';
  const { x_out } = await (await ie.loadNetwork(net, 'CPU', f32)).infer({ x });
  // The classic API: float32. 0x3c00 is 1, 0x4200 is 3.
  expect([...x_out!.data]).toEqual([0x3c00, 0, 0x4200, 0]);
});
