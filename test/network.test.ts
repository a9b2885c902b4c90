import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IECore } from '../lib';
import { temporaryFolders } from './helpers/folders';
import {
  classic,
  coded,
  expectClose,
  f32,
  fixture,
  ir,
  parameter,
  passthrough,
  values,
} from './helpers/networks';
import { testSince2026 } from './helpers/runtime';

const ie = new IECore();
const newFolder = temporaryFolders();

test.each(['conv.xml', 'conv.onnx'])('%s computes the values of another runtime', async (file) => {
  const net = await ie.readNetwork(fixture(file));
  net.addOutputs(['relu1', ['pool1', 0]]);
  expect(Object.keys(net.outputs)).toEqual(['output', 'pool1', 'relu1']);
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const outputs = await exec.infer({ input: values('conv.input') });
  for (const [name, reference] of [
    ['output', 'conv.output'],
    ['pool1', 'conv.pool1'],
    ['relu1', 'conv.relu1'],
  ] as const) {
    const expected = values(reference);
    const { data } = outputs[name]!.as('FP32');
    expect(data).toHaveLength(expected.length);
    data.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4 * (1 + Math.abs(expected[i]!)));
    });
  }
});

test('paths, URLs and bytes give the same network, sync and async', async () => {
  const xml = fixture('conv.xml');
  const bin = fixture('conv.bin');
  const nets = [
    await ie.readNetwork(xml),
    await ie.readNetwork(xml, bin),
    await ie.readNetwork(pathToFileURL(xml)),
    await ie.readNetwork(readFileSync(xml), readFileSync(bin)),
    ie.readNetworkSync(xml),
    ie.readNetworkSync(new Uint8Array(readFileSync(xml)).buffer, readFileSync(bin)),
  ];
  for (const net of nets) {
    expect(net.inputInfo['input']!.tensorDesc).toEqual({
      precision: 'FP32',
      dims: [1, 3, 32, 32],
      layout: 'NCHW',
    });
    expect(net.layers.map(({ name }) => name)).toContain('conv1');
  }
});

test.each([
  [
    'names of existing outputs, and a name twice',
    ['relu1', 'relu1', 'output'],
    ['output', 'relu1'],
  ],
  ['one name', 'relu1', ['output', 'relu1']],
  ['one name and port', ['pool1', 0], ['output', 'pool1']],
])('addOutputs accepts %s', async (_, layers, names) => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  net.addOutputs(layers as never);
  expect(Object.keys(net.outputs)).toEqual(names);
});

describe('the names of outputs', () => {
  test.each(classic.names)('$file: names of the classic API', async ({ file, before, after }) => {
    const net = await ie.readNetwork(fixture(file));
    expect(Object.keys(net.outputs)).toEqual(before);
    net.addOutputs('22');
    expect(Object.keys(net.outputs)).toEqual(after);
  });

  test.each(['pool.onnx', 'pool.xml'])(
    '%s: each output of one operation has the name of its tensor',
    async (file) => {
      const net = await ie.readNetwork(fixture(file));
      net.addOutputs(['22', '31', '32']);
      expect(Object.keys(net.outputs)).toEqual(['22', '31', '32', 'y']);
      const exec = await ie.loadNetwork(net, 'CPU', f32);
      const outputs = await exec.infer({ x: values('pool.x') });
      for (const name of ['22', '31', '32', 'y'])
        expectClose(outputs[name]!.as('FP32').data, values(`pool.${name}`));
      // The name with the port is an alias.
      const request = exec.createInferRequest();
      expect(request.getBlob('22.0')).toBe(request.getBlob('22'));
    },
  );

  test('an output whose tensor has no name has the name of its layer and the port', async () => {
    const tensor = { dims: [1, 4] };
    const half = { dims: [1, 2] };
    const weights = Buffer.alloc(8);
    weights.writeBigInt64LE(1n);
    const net = await ie.readNetwork(
      ir(
        [
          parameter('x', tensor),
          {
            name: 'axis',
            type: 'Const',
            data: 'offset="0" size="8" shape="" element_type="i64"',
            outputs: [{ dims: [], element: 'i64' }],
          },
          {
            name: 'split',
            type: 'Split',
            data: 'num_splits="2"',
            inputs: [tensor, { dims: [], element: 'i64' }],
            outputs: [half, half],
          },
          { name: 'r', type: 'Result', inputs: [half] },
        ],
        [
          [0, 0, 2, 0],
          [1, 0, 2, 1],
          [2, 3, 3, 0],
        ],
      ),
      weights,
    );
    net.addOutputs('split');
    expect(Object.keys(net.outputs)).toEqual(['split.0', 'split.1']);
  });
});

describe('getOvNameForTensor', () => {
  test.each([
    ['x', 'x'],
    ['y', 'y'],
    ['21', '21'],
    ['22', '22'],
    ['31', '31'],
    ['32', '32'],
  ])('%s of pool.onnx is %s', async (tensor, name) => {
    const net = await ie.readNetwork(fixture('pool.onnx'));
    expect(net.getOvNameForTensor(tensor)).toBe(name);
    net.addOutputs(name);
    expect(net.outputs[name] ?? net.inputInfo[name]).toBeDefined();
  });

  test('returns the name of the operation if the tensor has another name', async () => {
    // The classic API returns the same names for this network.
    const text = readFileSync(fixture('relu1x4.xml'), 'utf8');
    const renamed = text.replace('names="x"', 'names="input"').replace('names="y"', 'names="a,b"');
    const net = await ie.readNetwork(Buffer.from(renamed), readFileSync(fixture('relu1x4.bin')));
    expect(['input', 'a', 'b'].map((tensor) => net.getOvNameForTensor(tensor))).toEqual([
      'x',
      'y',
      'y',
    ]);
  });

  test.each([
    ['inptu', 'UNKNOWN_NAME', /There is no tensor named 'inptu' .*did you mean 'input'\?/],
    ['', 'INVALID_ARGUMENT', /a non-empty string for tensor/],
    [5, 'INVALID_ARGUMENT', /a non-empty string for tensor/],
  ])('%j is refused with %s', async (tensor, code, message) => {
    const net = await ie.readNetwork(fixture('conv.onnx'));
    const ask = (): string => net.getOvNameForTensor(tensor as string);
    expect(ask).toThrow(coded(code));
    expect(ask).toThrow(message);
  });
});

test.each([
  ['nothing', 'UNKNOWN_NAME'],
  [['relu1', 'nothing'], 'UNKNOWN_NAME'],
  [['pool1', 2], 'INVALID_ARGUMENT'],
  [[], 'INVALID_ARGUMENT'],
  [5, 'INVALID_ARGUMENT'],
])('addOutputs(%j) is refused with %s and adds no output', async (layers, code) => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  expect(() => {
    net.addOutputs(layers as never);
  }).toThrow(coded(code));
  expect(Object.keys(net.outputs)).toEqual(['output']);
});

test('a failed reshape leaves the network unchanged', async () => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  expect(() => {
    net.reshape({ input: [1, 4, 32, 32] });
  }).toThrow(coded('NETWORK_NOT_CHANGED'));
  expect(net.inputInfo['input']!.shape).toEqual([1, 3, 32, 32]);
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  await exec.infer({ input: values('conv.input') });
});

test.each([
  [
    [1, 3, -1, [16, 64]],
    [1, 3, -1, -1],
  ],
  [
    [1, 3, [48, 48], 64],
    [1, 3, 48, 64],
  ],
] as const)('reshape accepts %j', async (dims, shape) => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  net.reshape({ input: dims });
  expect(net.inputInfo['input']!.shape).toEqual(shape);
});

test.each([
  [[1, 3, 32, [5, 4]]],
  [[1, 3, 32, -2]],
  [[1, 3, 32, 1.5]],
  ['1,3,32,32'],
  [[1, 3, 32, [1]]],
])('reshape refuses %j', async (dims) => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  expect(() => {
    net.reshape({ input: dims as never });
  }).toThrow(coded('INVALID_ARGUMENT'));
});

test('an input with a range accepts only lengths inside it', async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
  net.reshape({ x: [1, [2, 3]] });
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const { x_out } = await exec.infer({ x: { data: new Float32Array([1, 2]), dims: [1, 2] } });
  expect([...x_out!.data]).toEqual([1, 2]);
  await expect(
    exec.infer({ x: { data: new Float32Array(4), dims: [1, 4] } }),
  ).rejects.toMatchObject({
    code: 'SHAPE_MISMATCH',
    message: expect.stringContaining('[1,2..3]') as string,
  });
});

test('reshape keeps the settings of an input and uses its layout', async () => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  const input = net.inputInfo['input']!;
  Object.assign(input, { precision: 'U8', layout: 'NHWC', preProcess: { mean: 1 } });
  net.reshape({ input: [1, 48, 64, 3] });
  expect(net.inputInfo['input']).toBe(input);
  expect(input.tensorDesc).toEqual({ precision: 'U8', dims: [1, 48, 64, 3], layout: 'NHWC' });
  net.batchSize = 2;
  expect(input.shape).toEqual([2, 48, 64, 3]);
  expect(net.batchSize).toBe(2);
});

test('precision and layout accept only known names that fit the input', async () => {
  const { inputInfo } = await ie.readNetwork(fixture('conv.xml'));
  const input = inputInfo['input']!;
  expect(() => {
    input.precision = 'FP8' as never;
  }).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => {
    input.layout = 'nhwc' as never;
  }).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => {
    input.layout = 'NC';
  }).toThrow(coded('SHAPE_MISMATCH'));
  input.layout = 'ANY';
  expect(input.layout).toBe('NCHW');
});

describe('setting an unknown or read-only property throws, in sloppy code too', () => {
  /** Writes like sloppy code, where a write to a frozen object is no error. */
  const sloppily = (object: object, name: string, value: unknown): boolean =>
    Reflect.set(object, name, value);

  test.each([
    [
      'preprocessInfo',
      { mean: 1 },
      /no preprocessInfo .* input 'input'.*did you mean 'preProcess'\?/,
    ],
    ['presicion', 'U8', /precision, layout, preProcess; did you mean 'precision'\?/],
    ['layouts', 'NHWC', /did you mean 'layout'\?/],
    ['device', 'CPU', /no device to set on input 'input'; there are: [^;]*$/],
    ['shape', [1, 3, 64, 64], /shape of input 'input'.*net\.reshape\(\)/],
    ['tensorDesc', {}, /tensorDesc.*precision and layout/],
    ['name', 'x', /name of input 'input'/],
  ])('%s of an input', async (name, value, message) => {
    const net = await ie.readNetwork(fixture('conv.xml'));
    const input = net.inputInfo['input']!;
    const write = (): void => {
      sloppily(input, name, value);
    };
    expect(write).toThrow(message);
    expect(write).toThrow(coded('INVALID_ARGUMENT'));
    expect(Object.keys(input)).toEqual([]);
  });

  test.each([
    ['preProcess', {}, /no preProcess to set on output 'output'; there are: precision, layout$/],
    ['Precision', 'FP16', /did you mean 'precision'\?/],
    ['shape', [1], /shape of output/],
  ])('%s of an output', async (name, value, message) => {
    const net = await ie.readNetwork(fixture('conv.xml'));
    expect(() => {
      sloppily(net.outputs['output']!, name, value);
    }).toThrow(message);
  });

  test('replacing an input or output', async () => {
    const net = await ie.readNetwork(fixture('conv.xml'));
    const { inputInfo, outputs } = net;
    expect(() => {
      sloppily(inputInfo, 'input', { precision: 'U8' });
    }).toThrow(coded('INVALID_ARGUMENT'));
    expect(() => {
      sloppily(outputs, 'output', { precision: 'FP16' });
    }).toThrow(/Cannot replace 'output'.*set its properties/);
    expect(inputInfo['input']!.precision).toBe('FP32');
  });
});

test('settings made during loadNetwork apply to the next call', async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 4] } }));
  const loading = ie.loadNetwork(net, 'CPU', f32);
  net.inputInfo['x']!.precision = 'U8';
  const exec = await loading;
  expect(exec.inputInfo['x']!.precision).toBe('FP32');
  const { x_out } = await exec.infer({ x: new Float32Array([1, 2, 3, 4]) });
  expect([...x_out!.data]).toEqual([1, 2, 3, 4]);
});

test('an NHWC output has its values in that order', async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 2, 1, 4] } }));
  net.outputs['x_out']!.layout = 'NHWC';
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const { x_out } = await exec.infer({ x: new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]) });
  expect(x_out!.dims).toEqual([1, 1, 4, 2]);
  expect([...x_out!.data]).toEqual([1, 5, 2, 6, 3, 7, 4, 8]);
});

test('loading does not change the network, so it can be loaded again', async () => {
  const net = await ie.readNetwork(passthrough({ x: { dims: [1, 2] } }));
  const before = net.layers.length;
  net.inputInfo['x']!.precision = 'U8';
  const bytes = await ie.loadNetwork(net, 'CPU', f32);
  net.inputInfo['x']!.precision = 'I32';
  const whole = ie.loadNetworkSync(net, 'CPU', f32);
  expect(net.layers).toHaveLength(before);
  expect([...bytes.inferSync({ x: new Uint8Array([1, 2]) })['x_out']!.data]).toEqual([1, 2]);
  expect([...whole.inferSync({ x: new Int32Array([3, 4]) })['x_out']!.data]).toEqual([3, 4]);
});

testSince2026('a network whose output is its input copies the input', async () => {
  const tensor = { dims: [1, 2] };
  const net = await ie.readNetwork(
    ir([parameter('x', tensor), { name: 'r', type: 'Result', inputs: [tensor] }], [[0, 0, 1, 0]]),
  );
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const outputs = await exec.infer({ x: new Float32Array([-1, 2]) });
  expect(Object.values(outputs).map(({ data }) => [...data])).toEqual([[-1, 2]]);
});

describe('serialize', () => {
  test('writes a network that computes the same values', async () => {
    const folder = newFolder();
    const net = await ie.readNetwork(fixture('conv.onnx'));
    net.serializeSync(join(folder, 'a.xml'));
    await net.serialize(join(folder, 'b.xml'), join(folder, 'weights.bin'));
    expect(readdirSync(folder).sort()).toEqual(['a.bin', 'a.xml', 'b.xml', 'weights.bin']);
    const exec = await ie.loadNetwork(
      await ie.readNetwork(join(folder, 'b.xml'), join(folder, 'weights.bin')),
      'CPU',
      f32,
    );
    const { output } = await exec.infer({ input: values('conv.input') });
    const expected = values('conv.output');
    output!.as('FP32').data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  });

  test.each(['net.xml', 'net.bin'])('does not replace a folder named %s', async (name) => {
    const folder = newFolder();
    mkdirSync(join(folder, name));
    const net = await ie.readNetwork(fixture('conv.xml'));
    const path = join(folder, 'net.xml');
    await expect(net.serialize(path)).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    expect(() => {
      net.serializeSync(path);
    }).toThrow(coded('FILE_NOT_WRITABLE'));
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('refuses a path that does not end in .xml', async () => {
    const net = await ie.readNetwork(fixture('conv.xml'));
    await expect(net.serialize(join(newFolder(), 'net'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

test('a closed network refuses all calls; networks loaded from it stay usable', async () => {
  const net = await ie.readNetwork(fixture('conv.xml'));
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  net.close();
  net.close();
  await expect(net.serialize(join(newFolder(), 'net.xml'))).rejects.toMatchObject({
    code: 'CLOSED',
  });
  await expect(ie.loadNetwork(net, 'CPU')).rejects.toMatchObject({ code: 'CLOSED' });
  expect(() => net.layers).toThrow(coded('CLOSED'));
  expect(() => {
    net.reshape({ input: [1, 3, 64, 64] });
  }).toThrow(coded('CLOSED'));
  const { output } = await exec.infer({ input: values('conv.input') });
  expect(output!.dims).toEqual([1, 10]);
});
