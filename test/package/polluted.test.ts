import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { convertModel } from '../../lib/model-optimizer';
import { inChild } from '../faults/child';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { coded, f32, fixture, passthrough } from '../helpers/networks';

const newFolder = temporaryFolders();
const ie = new IECore();

test('properties on Object.prototype are not read as options', () => {
  const folder = newFolder();
  const model = join(folder, 'small.xml');
  writeFileSync(model, passthrough({ x: { dims: [1, 2] } }));
  const program = `
    Object.prototype.polluted = 1;
    const [, model, folder, optimizer] = process.argv;
    const net = await ie.readNetwork(model);
    net.setAffinity({});
    ie.setConfig({ PERFORMANCE_HINT: 'LATENCY' }, 'CPU');
    const config = { PERFORMANCE_HINT: 'LATENCY', CACHE_DIR: folder + '/cache' };
    const exec = await ie.loadNetwork(net, 'CPU', { config });
    await exec.export(folder + '/net.blob');
    await ie.importNetwork(folder + '/net.blob', 'CPU', { config: {} });
    const options = { scale: 255, freeze: {}, transform: {}, outputFile: folder + '/net.xml' };
    await require(optimizer).convertModel(model, options);
    const layers = await ie.queryNetwork(net, 'CPU');
    const { x_out } = await exec.infer({ x: new Float32Array([-1, 2]) });
    tell([Object.keys(exec.inputInfo), Object.keys(layers).sort(), [...x_out.data]]);`;
  const optimizer = join(packageRoot, 'dist/model-optimizer');
  expect(inChild(program, [model, folder, optimizer])).toEqual({
    status: 0,
    signal: null,
    stderr: '',
    told: [[['x'], expect.arrayContaining(['x', 'x_out']), [0, 2]]],
  });
});

test('a layer may be called __proto__', async () => {
  const model = passthrough({ ['__proto__']: { dims: [1, 2] } });
  const net = await ie.readNetwork(model);
  expect(Object.keys(net.inputInfo)).toEqual(['__proto__']);
  const placed = await ie.queryNetwork(net, 'CPU');
  expect(Object.keys(placed)).toContain('__proto__');
  expect(Object.getOwnPropertyDescriptor(placed, '__proto__')?.value).toBe('CPU');
  net.setAffinity({ ['__proto__']: 'CPU' });
  expect(Object.keys(net.affinity)).toEqual(['__proto__']);
  const exec = await ie.loadNetwork(await ie.readNetwork(model), 'CPU', f32);
  const input = { ['__proto__']: new Float32Array([-1, 2]) };
  const outputs = await exec.infer(input);
  expect([...(outputs['__proto___out']!.data as Float32Array)]).toEqual([0, 2]);
});

test('metadata of a file under the key __proto__ is returned and changes no object', async () => {
  const text = passthrough({ x: { dims: [1, 2] } }).toString();
  const recorded =
    '<rt_info><info><__proto__ value="recorded"/><a value="b"/></info></rt_info></net>';
  const net = await ie.readNetwork(Buffer.from(text.replace('</net>', recorded)));
  const info = net.rtInfo('info') as object;
  expect(Object.keys(info).sort()).toEqual(['__proto__', 'a']);
  expect(Object.getOwnPropertyDescriptor(info, '__proto__')?.value).toBe('recorded');
  expect(net.rtInfo('info', '__proto__')).toBe('recorded');
});

test.each([
  { scale: 1e-50 },
  { scale: -1e-50 },
  { scale: 1e50 },
  { scaleValues: [1, 1e-50, 1] },
  { scaleValues: [1, 1e50, 1] },
  { meanValues: [1, 1e50, 1] },
])('Model Optimizer refuses %j, which single precision does not have', async (options) => {
  await expect(convertModel(fixture('conv.onnx'), options)).rejects.toThrow(
    coded('INVALID_ARGUMENT'),
  );
});

test.each([1e-50, 1e50, [1, 1e-50, 1]])(
  'an input with the scale %j is an error, too',
  async (scale) => {
    const net = await ie.readNetwork(fixture('conv.xml'));
    const load = async (): Promise<unknown> => {
      net.inputInfo['input']!.preProcess = { scale };
      return ie.loadNetwork(net, 'CPU');
    };
    await expect(load()).rejects.toThrow(coded('INVALID_ARGUMENT'));
  },
);
