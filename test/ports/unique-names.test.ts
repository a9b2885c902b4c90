import { join } from 'node:path';
import { IECore, type IENetwork } from '../../lib';
import { convertModel } from '../../lib/model-optimizer';
import { NameTable } from '../../lib/ports/name-table';
import { withUniqueNames } from '../../lib/ports/unique-names';
import { temporaryFolders } from '../helpers/folders';
import { coded, f32, ir, parameter, type Tensor } from '../helpers/networks';

const ie = new IECore();
const newFolder = temporaryFolders();

const whole: Tensor = { dims: [1, 4] };
const half: Tensor = { dims: [1, 2] };
const x = new Float32Array([1, -2, 3, -4]);
const positive = [1, 0, 3, 0];
const negative = [-1, 2, -3, 4];

const named = (tensor: Tensor, names: string | undefined): Tensor =>
  names === undefined ? tensor : { ...tensor, names };

/** A network whose layer `a` splits x into halves, and whose layer `a.0` computes its positive part. */
async function splitAndLayer(tensors: readonly (string | undefined)[]): Promise<IENetwork> {
  const [first, second, third] = tensors;
  const graph = ir(
    [
      parameter('x', whole),
      {
        name: 'axis',
        type: 'Const',
        data: 'element_type="i64" shape="" offset="0" size="8"',
        outputs: [{ dims: [], element: 'i64' }],
      },
      {
        name: 'a',
        type: 'Split',
        data: 'num_splits="2"',
        inputs: [whole, { dims: [], element: 'i64' }],
        outputs: [named(half, first), named(half, second)],
      },
      { name: 'a.0', type: 'ReLU', inputs: [whole], outputs: [named(whole, third)] },
      { name: 'r0', type: 'Result', inputs: [half] },
      { name: 'r1', type: 'Result', inputs: [half] },
      { name: 'r2', type: 'Result', inputs: [whole] },
    ],
    [
      [0, 0, 2, 0],
      [1, 0, 2, 1],
      [0, 0, 3, 0],
      [2, 2, 4, 0],
      [2, 3, 5, 0],
      [3, 1, 6, 0],
    ],
  );
  return ie.readNetwork(graph, new Uint8Array(new BigInt64Array([1n]).buffer));
}

/** A network with these names; the outputs are the positive part of the first input and the negated second one. */
async function twoByTwo(
  inputs: readonly [string, string],
  outputs: readonly [string, string],
  tensors: readonly string[] = [],
): Promise<IENetwork> {
  const [t0, t1, t2, t3] = tensors;
  return ie.readNetwork(
    ir(
      [
        { ...parameter(inputs[0], whole), outputs: [named(whole, t0)] },
        { ...parameter(inputs[1], whole), outputs: [named(whole, t1)] },
        { name: outputs[0], type: 'ReLU', inputs: [whole], outputs: [named(whole, t2)] },
        { name: outputs[1], type: 'Negative', inputs: [whole], outputs: [named(whole, t3)] },
        { name: 'r0', type: 'Result', inputs: [whole] },
        { name: 'r1', type: 'Result', inputs: [whole] },
      ],
      [
        [0, 0, 2, 0],
        [1, 0, 3, 0],
        [2, 1, 4, 0],
        [3, 1, 5, 0],
      ],
    ),
  );
}

describe('outputs with the same name', () => {
  test.each([
    [
      ['a.0', 't1', 't2'],
      ['a.0:0', 't1', 't2'],
    ],
    // A name that belongs to another output is not used.
    [
      ['a.0', 't2', 't2x'],
      ['a.0:0', 't2', 't2x'],
    ],
    [
      [undefined, undefined, undefined],
      ['a.0:0', 'a.1', 'a.0:2'],
    ],
  ])('with tensors %j they are %j, and none is lost', async (tensors, inOrder) => {
    const net = await splitAndLayer(tensors);
    const names = [...inOrder].sort();
    const [first, second, third] = inOrder;
    expect(Object.keys(net.outputs)).toEqual(names);
    net.outputs[third!]!.precision = 'I32';
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    expect(Object.keys(exec.outputs)).toEqual(names);
    const outputs = await exec.infer({ x });
    expect(Object.keys(outputs)).toEqual(names);
    expect([...outputs[first!]!.data]).toEqual([1, -2]);
    expect([...outputs[second!]!.data]).toEqual([3, -4]);
    expect(outputs[third!]!.precision).toBe('I32');
    expect([...outputs[third!]!.data]).toEqual(positive);
    const request = exec.createInferRequest();
    expect(() => request.getBlob('a.0')).toThrow(coded('UNKNOWN_NAME', `${first}, ${third}`));
    request.inferSync({ x });
    expect([...request.getBlob(third!).data]).toEqual(positive);
    expect(Object.keys(request.outputBlobs)).toEqual(names);
  });

  test('they keep their names when exported, imported, shared, written and read', async () => {
    const net = await splitAndLayer(['a.0', 't1', 't2']);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const folder = newFolder();
    await exec.export(join(folder, 'net.blob'));
    const imported = await ie.importNetwork(join(folder, 'net.blob'), 'CPU');
    await net.serialize(join(folder, 'net.xml'));
    const again = await ie.readNetwork(join(folder, 'net.xml'));
    for (const { outputs } of [imported, again, await convertModel(net, {})])
      expect(Object.keys(outputs)).toEqual(['a.0:0', 't1', 't2']);
    expect([...(await imported.infer({ x }))['t2']!.data]).toEqual(positive);
  });

  test('two results of one tensor are two outputs, and the first keeps the name', async () => {
    const net = await ie.readNetwork(
      ir(
        [
          parameter('x', whole),
          { name: 'y', type: 'ReLU', inputs: [whole], outputs: [named(whole, 'y')] },
          { name: 'r0', type: 'Result', inputs: [whole] },
          { name: 'r1', type: 'Result', inputs: [whole] },
        ],
        [
          [0, 0, 1, 0],
          [1, 1, 2, 0],
          [1, 1, 3, 0],
        ],
      ),
    );
    const outputs = await (await ie.loadNetwork(net, 'CPU', f32)).infer({ x });
    expect(Object.keys(outputs)).toEqual(['y', 'y:1']);
    for (const { data } of Object.values(outputs)) expect([...data]).toEqual(positive);
  });

  test('addOutputs adds the right layer and keeps the settings', async () => {
    const net = await splitAndLayer(['a.0', 't1', 't2']);
    net.outputs['a.0:0']!.precision = 'I32';
    net.addOutputs('x');
    expect(Object.keys(net.outputs)).toEqual(['a.0:0', 't1', 't2', 'x']);
    net.addOutputs(['a.0', ['a', 0], 't1']);
    expect(Object.keys(net.outputs)).toEqual(['a.0:0', 't1', 't2', 'x']);
    expect(net.outputs['a.0:0']!.precision).toBe('I32');
  });

  test('a layer with the name of an output of the network becomes another output', async () => {
    const net = await ie.readNetwork(
      ir(
        [
          parameter('x', whole),
          { name: 'a', type: 'ReLU', inputs: [whole], outputs: [named(whole, 't0')] },
          { name: 'a', type: 'Negative', inputs: [whole], outputs: [named(whole, 't1')] },
          { name: 'r0', type: 'Result', inputs: [whole] },
        ],
        [
          [0, 0, 1, 0],
          [1, 1, 2, 0],
          [2, 1, 3, 0],
        ],
      ),
    );
    net.outputs['a']!.precision = 'I32';
    expect(() => {
      net.addOutputs('a');
    }).toThrow(coded('UNKNOWN_NAME', /2 layers are named 'a'.*t0, t1/));
    net.addOutputs('t0');
    expect(Object.keys(net.outputs)).toEqual(['t0', 't1']);
    const { t0, t1 } = await (await ie.loadNetwork(net, 'CPU', f32)).infer({ x });
    expect([...t0!.data]).toEqual(positive);
    expect([t1!.precision, ...t1!.data]).toEqual(['I32', -1, 0, -3, 0]);
    await expect(convertModel(net, { output: ['a'] })).rejects.toThrow(
      coded('UNKNOWN_NAME', /2 operations .*'a'.*t0, t1/),
    );
  });
});

describe('inputs with the same name', () => {
  test.each([
    [
      ['in0', 'in1', 'out0', 'out1'],
      ['in0', 'in1'],
    ],
    [[], ['in:0', 'in:1']],
  ])('with tensors %j both can be set', async (tensors, names) => {
    const net = await twoByTwo(['in', 'in'], ['p', 'q'], tensors);
    expect(Object.keys(net.inputInfo)).toEqual(names);
    const [first, second] = names as [string, string];
    net.inputInfo[second]!.precision = 'I32';
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const { p, q } = await exec.infer({ [first]: x, [second]: new Int32Array(x) });
    expect([...p!.data]).toEqual(positive);
    expect([...q!.data]).toEqual(negative);
    await expect(exec.infer({ in: x })).rejects.toThrow(
      coded('UNKNOWN_NAME', `Several inputs .*'in'.* ${first}, ${second}`),
    );
    expect(() => {
      net.reshape({ in: [2, 4] });
    }).toThrow(coded('UNKNOWN_NAME', `${first}, ${second}`));
    net.reshape({ [first]: [2, 4] });
    expect(net.inputInfo[first]!.shape).toEqual([2, 4]);
    expect(net.inputInfo[second]!.shape).toEqual([1, 4]);
    await expect(convertModel(net, { meanValues: { in: [1] } })).rejects.toThrow(
      coded('UNKNOWN_NAME', `${first}, ${second}`),
    );
  });
});

test('an input that is given by two of its names is refused', async () => {
  const net = await twoByTwo(['a', 'b'], ['p', 'q'], ['t0', 't1', 't2', 't3']);
  const twice = coded('INVALID_ARGUMENT', /'a' is given twice, also as 't0'/);
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  await expect(exec.infer({ a: x, t0: x, b: x })).rejects.toThrow(twice);
  expect(() => {
    net.reshape({ a: [2, 4], t0: [3, 4] });
  }).toThrow(twice);
  await expect(convertModel(net, { scaleValues: { a: [1], t0: [2] } })).rejects.toThrow(twice);
});

describe('an input and an output with the same name', () => {
  test('are distinguished', async () => {
    const net = await twoByTwo(['p', 'b'], ['p', 'q'], ['t0', 't1', 't2', 't3']);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const outputs = await exec.infer({ p: x, b: x });
    expect([...outputs['p']!.data]).toEqual(positive);
    const request = exec.createInferRequest();
    request.inferSync({ p: x, b: x });
    expect(() => request.getBlob('p')).toThrow(coded('UNKNOWN_NAME', /inputBlobs or outputBlobs/));
    expect([...request.getBlob('t0').data]).toEqual([...x]);
    expect([...request.getBlob('t2').data]).toEqual(positive);
    expect([...request.inputBlobs['p']!.data]).toEqual([...x]);
  });

  test('a tensor name of one is not mistaken for the name of the other', async () => {
    const net = await twoByTwo(['a', 'b'], ['p', 'q'], ['q', 't1', 'a', 't3']);
    const request = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
    request.inferSync({ a: x, b: x });
    expect([...request.getBlob('q').data]).toEqual(negative);
    expect([...request.getBlob('a').data]).toEqual([...x]);
  });

  test('an output that returns the input is the same tensor', async () => {
    const net = await ie.readNetwork(
      ir(
        [
          { ...parameter('x', whole), outputs: [named(whole, 't')] },
          { name: 'r', type: 'Result', inputs: [whole] },
        ],
        [[0, 0, 1, 0]],
      ),
    );
    const request = (await ie.loadNetwork(net, 'CPU', f32)).createInferRequest();
    request.inferSync({ x });
    expect([...request.getBlob('x').data]).toEqual([...x]);
    expect([...request.outputBlobs['x']!.data]).toEqual([...x]);
  });
});

test('names depend on the ports only, and are unique', () => {
  const port = (name: string, ...aliases: string[]) => ({ name, aliases });
  const ports = [port('n'), port('n:0'), port('n', 'n:2', 'n:0'), port('n'), port('n:0')];
  const named = withUniqueNames(ports).map(({ name }) => name);
  expect(named).toEqual(['n:0:', 'n:0:1', 'n:2', 'n:3', 'n:0:4']);
  expect(new Set(named).size).toBe(ports.length);
  const table = new NameTable('input', withUniqueNames(ports));
  expect(Object.keys(table.record((item) => item))).toHaveLength(ports.length);
  expect(() => table.get('n')).toThrow(coded('UNKNOWN_NAME', /n:0:, n:2, n:3/));
});
