import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore, type IENetwork } from '../../lib';
import { convertModel, type ConvertOptions } from '../../lib/model-optimizer';
import { nativeNetworkOf } from '../../lib/network';
import { temporaryFolders, write } from '../helpers/folders';
import { expectClose, f32, fixture, ir, parameter, passthrough, values } from '../helpers/networks';

const ie = new IECore();
const newFolder = temporaryFolders();
const conv = fixture('conv.onnx');

async function run(net: IENetwork, inputs: Record<string, Float32Array>) {
  return (await ie.loadNetwork(net, 'CPU', f32)).infer(inputs);
}

/** A network with the inputs a [1,3,1,2] and b [1,2], which it returns unchanged as outputs. */
const two = async () =>
  ie.readNetwork(passthrough({ a: { dims: [1, 3, 1, 2] }, b: { dims: [1, 2] } }));
const a = new Float32Array([10, 20, 30, 40, 50, 60]);
const b = new Float32Array([100, 200]);

test('reverses first, then subtracts the mean, then divides', async () => {
  const net = await convertModel(await two(), {
    reverseInputChannels: true,
    meanValues: { a: [1, 2, 3] },
    scaleValues: { a: [10, 20, 40] },
  });
  const { a_out, b_out } = await run(net, { a, b });
  expectClose(
    a_out!.data as Float32Array,
    new Float32Array([49 / 10, 59 / 10, 28 / 20, 38 / 20, 7 / 40, 17 / 40]),
  );
  expect([...b_out!.data]).toEqual([...b]);
});

test('lists without names follow the order of the inputs, not of their values', async () => {
  const net = await convertModel(await two(), { meanValues: [[9], [1]] });
  const { a_out, b_out } = await run(net, { a, b });
  expect([...a_out!.data]).toEqual([1, 11, 21, 31, 41, 51]);
  expect([...b_out!.data]).toEqual([99, 199]);
});

test('scale applies to every input; the given network stays unchanged', async () => {
  const own = await two();
  const { a_out, b_out } = await run(await convertModel(own, { scale: 10 }), { a, b });
  expect([...a_out!.data]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...b_out!.data]).toEqual([10, 20]);
  expect([...(await run(own, { a, b }))['b_out']!.data]).toEqual([100, 200]);
});

test('layout source->target changes the shape of the input', async () => {
  const last = await convertModel(await two(), { layout: { a: 'nchw->nhwc' } });
  expect(last.inputInfo['a']!.shape).toEqual([1, 1, 2, 3]);
  const { a_out } = await run(last, { a, b });
  expect([...a_out!.data]).toEqual([10, 40, 20, 50, 30, 60]);
});

test('batch sets the axis N of the layout', async () => {
  const net = await convertModel(await two(), { batch: 3, layout: { a: 'cnhw' } }).catch(
    (error: unknown) => error,
  );
  expect((net as IENetwork).inputInfo['a']!.shape).toEqual([1, 3, 1, 2]);
  expect((net as IENetwork).inputInfo['b']!.shape).toEqual([3, 2]);
});

describe('cutting', () => {
  test('outputs keep the given order', async () => {
    for (const output of [
      ['pool1', 'relu1'],
      ['relu1', 'pool1'],
    ]) {
      const net = await convertModel(conv, { output });
      const names = nativeNetworkOf(net)
        .outputs()
        .map(({ name }) => name);
      // The runtime's pooling operation has two outputs, so the output keeps the operation's name.
      const expected = { pool1: 'pool1', relu1: 'relu1' };
      expect(names).toEqual(output.map((name) => expected[name as keyof typeof expected]));
      const results = await run(net, { input: values('conv.input') });
      output.forEach((name, i) => {
        expectClose(results[names[i]!]!.data as Float32Array, values(`conv.${name}`));
      });
    }
  });

  test('the network can begin at an inner tensor', async () => {
    const net = await convertModel(conv, { input: ['pool1:0'] });
    expect(Object.keys(net.inputInfo)).toEqual(['pool1']);
    const { output } = await run(net, { pool1: values('conv.pool1') });
    expectClose(output!.data as Float32Array, values('conv.output'));
  });

  test('an output can be the input port of an operation', async () => {
    const net = await convertModel(conv, { output: ['0:pool1'] });
    expect(Object.keys(net.outputs)).toEqual(['relu1']);
  });

  test('unneeded inputs are removed; a needed one that is not listed is an error', async () => {
    const only = await convertModel(await two(), { output: ['b_out'] });
    expect(Object.keys(only.inputInfo)).toEqual(['b']);
    await expect(convertModel(await two(), { input: ['a'] })).rejects.toMatchObject({
      code: 'MISSING_INPUT',
      message: expect.stringContaining("'b'") as string,
    });
  });

  test('frozen inputs become constants', async () => {
    const net = await convertModel(await two(), { freeze: { b: [7, 8] } });
    expect(Object.keys(net.inputInfo)).toEqual(['a']);
    expect([...(await run(net, { a }))['b_out']!.data]).toEqual([7, 8]);
  });
});

test('MakeStateful keeps an output as an input of the next inference', async () => {
  const tensor = { dims: [1, 2] };
  const text = ir(
    [
      parameter('x', tensor),
      parameter('old', tensor),
      { name: 'sum', type: 'Add', inputs: [tensor, tensor], outputs: [tensor] },
      { name: 'new', type: 'Result', inputs: [tensor] },
      { name: 'out', type: 'Result', inputs: [tensor] },
    ],
    [
      [0, 0, 2, 0],
      [1, 0, 2, 1],
      [2, 2, 3, 0],
      [2, 2, 4, 0],
    ],
  )
    .toString()
    .replace(/(name="old".*?<output><port )/s, '$1names="old" ')
    .replace(/(name="sum".*?<output><port )/s, '$1names="new" ');
  const net = await convertModel(await ie.readNetwork(Buffer.from(text)), {
    transform: { MakeStateful: { param_res_names: { old: 'new' } } },
  });
  expect(Object.keys(net.inputInfo)).toEqual(['x']);
  const exec = await ie.loadNetwork(net, 'CPU', f32);
  const request = exec.createInferRequest();
  for (const expected of [
    [1, 2],
    [2, 4],
    [3, 6],
  ]) {
    await request.infer({ x: new Float32Array([1, 2]) });
    expect([...Object.values(request.outputBlobs)[0]!.data]).toEqual(expected);
  }
});

describe('files', () => {
  test('FP16 weights give the same results; the IR records the options', async () => {
    const folder = newFolder();
    await convertModel(conv, { outputFile: join(folder, 'new/full.xml'), scale: 2 });
    await convertModel(conv, { outputFile: join(folder, 'new/half.xml'), compressToFp16: true });
    expect(readdirSync(join(folder, 'new')).sort()).toEqual([
      'full.bin',
      'full.xml',
      'half.bin',
      'half.xml',
    ]);
    const full = await ie.readNetwork(join(folder, 'new/full.xml'));
    expect(full.rtInfo('conversion_parameters', 'scale')).toBe('2');
    const half = await ie.readNetwork(join(folder, 'new/half.xml'));
    const { output } = await run(half, { input: values('conv.input') });
    expectClose(output!.data as Float32Array, values('conv.output'), 2e-3);
  });

  test('a failed conversion leaves no files', async () => {
    const folder = newFolder();
    const file = write(join(folder, 'file'), 'old');
    mkdirSync(join(folder, 'folder.xml'));
    for (const outputFile of [join(file, 'net.xml'), join(folder, 'folder.xml')]) {
      await expect(convertModel(conv, { outputFile })).rejects.toMatchObject({
        code: 'FILE_NOT_WRITABLE',
      });
    }
    writeFileSync(join(folder, 'net.xml'), 'old');
    await expect(
      convertModel(conv, { outputFile: join(folder, 'net.xml'), output: ['none'] }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_NAME' });
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder.xml', 'net.xml']);
  });
});

test.each<[ConvertOptions, string, RegExp]>([
  [{ output: ['relu'] }, 'UNKNOWN_NAME', /nearest names are: relu[12], relu[12]/],
  [{ output: ['relu1:3'] }, 'UNKNOWN_NAME', /relu1:3/],
  [{ input: ['inputs'] }, 'UNKNOWN_NAME', /nearest names are: input/],
  [{ meanValues: { image: [1, 2, 3] } }, 'UNKNOWN_NAME', /input named 'image'; there are: input/],
  [{ meanValues: [1, 2] }, 'SHAPE_MISMATCH', /3 channels of input 'input', received 2/],
  [{ meanValues: [[1], [2]] }, 'INVALID_ARGUMENT', /each of the 1 inputs, received 2/],
  [{ scaleValues: [1, 0, 1] }, 'INVALID_ARGUMENT', /other than 0/],
  [{ scale: 0 }, 'INVALID_ARGUMENT', /other than 0/],
  [{ scale: 2, scaleValues: [1] }, 'INVALID_ARGUMENT', /received both/],
  [{ batch: 2, inputShape: [1, 3, 32, 32] }, 'INVALID_ARGUMENT', /received both/],
  [{ batch: 0 }, 'INVALID_ARGUMENT', /batch/],
  [{ inputShape: [1, 3] }, 'SHAPE_MISMATCH', /4 dimensions.*received \[1,3\]/],
  [{ inputShape: [1, 4, 32, 32] }, 'NETWORK_NOT_CHANGED', /./],
  [{ inputShape: [1, 3, 32, 'x'] as never }, 'INVALID_ARGUMENT', /shape of 'input'/],
  [{ layout: 'nc' }, 'SHAPE_MISMATCH', /4 axes.*received NC/],
  [{ layout: 'ncxx' }, 'INVALID_ARGUMENT', /each axis once/],
  [{ layout: 'nchw', sourceLayout: 'nchw' }, 'INVALID_ARGUMENT', /received both/],
  [{ targetLayout: 'nhwc' }, 'INVALID_ARGUMENT', /source->target/],
  [{ layout: 'chwn', reverseInputChannels: true }, 'SHAPE_MISMATCH', /three channels/],
  [{ transform: { Pruning: {} } } as never, 'INVALID_ARGUMENT', /LowLatency2, MakeStateful/],
  [
    { transform: { LowLatency2: { x: '1' } } } as never,
    'INVALID_ARGUMENT',
    /use_const_initializer/,
  ],
  [{ outputFile: 'net.onnx' }, 'INVALID_ARGUMENT', /\.xml/],
  [{ scales: 2 } as never, 'INVALID_ARGUMENT', /scaleValues/],
  [{ freeze: { input: [1, 2] } }, 'NETWORK_NOT_CHANGED', /./],
])('%j is rejected with %s', async (options, code, message) => {
  await expect(convertModel(conv, options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});

test('warns about options that may not have the intended effect', async () => {
  const warnings: string[] = [];
  await convertModel(await two(), {
    scale: 0.5,
    reverseInputChannels: true,
    onWarning: (message) => warnings.push(message),
  });
  expect(warnings).toEqual([
    expect.stringMatching(/scale is 0\.5/),
    expect.stringMatching(/reversed for a and not for b/),
  ]);
});
