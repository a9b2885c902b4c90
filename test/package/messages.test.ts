/** Common mistakes of callers, and that the message names them. */
import { join } from 'node:path';
import { inspect } from 'node:util';
import type * as lib from '../../lib';
import { Blob, ExecutableNetwork, IECore, InferQueue, toFloat32 } from '../../lib';
import { acceptImages, inferImages, loadImage, readLabels, topK } from '../../lib/image';
import { convertModel } from '../../lib/model-optimizer';
import { coded, f32, fixture, loadSmall } from '../helpers/networks';

const ie = new IECore();
const relu = fixture('relu1x4.xml');
const x = new Float32Array([1, -2, 3, -4]);
const late = (value: unknown): never => Promise.resolve(value) as never;
const desc = { precision: 'FP32', dims: [1, 4] } as const;

async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const item of source) void item;
}

describe('an error for a Promise asks about a forgotten await', () => {
  const uses: Record<string, (net: lib.IENetwork, exec: ExecutableNetwork) => unknown> = {
    'an input of infer': (_, exec) => exec.infer({ x: late(x) }),
    'the data of an input': (_, exec) => exec.infer({ x: { data: late(x), dims: [1, 4] } }),
    'the dims of an input': (_, exec) => exec.infer({ x: { data: x, dims: late([1, 4]) } }),
    'the inputs': (_, exec) => exec.infer(late({ x })),
    'an input of inferSync': (_, exec) => exec.inferSync({ x: late(x) }),
    'the options of infer': (_, exec) => exec.infer({ x }, late({})),
    'an input of a request': (_, exec) => exec.createInferRequest().infer({ x: late(x) }),
    'a blob': (_, exec) => exec.createInferRequest().setBlob('x', late(new Blob(desc))),
    'the name of a blob': (_, exec) => exec.startAsync(late(0)),
    'the network of loadNetwork': () => ie.loadNetwork(ie.readNetwork(relu) as never, 'CPU'),
    'the network of loadNetworkSync': () =>
      ie.loadNetworkSync(ie.readNetwork(relu) as never, 'CPU'),
    'the network of queryNetwork': () => ie.queryNetwork(ie.readNetwork(relu) as never, 'CPU'),
    'the model of readNetwork': () => ie.readNetwork(late(relu)),
    'the weights of readNetwork': () => ie.readNetwork(relu, late(relu), {}),
    'the model of importNetwork': () => ie.importNetwork(late(relu), 'CPU'),
    'the device': (net) => ie.loadNetwork(net, late('CPU')),
    'the options of loadNetwork': (net) => ie.loadNetwork(net, 'CPU', late({})),
    'a configuration': (net) => ie.loadNetwork(net, 'CPU', { config: late({}) }),
    'a configuration value': () => {
      ie.setConfig({ NUM_STREAMS: late(1) }, 'CPU');
    },
    shapes: (net) => {
      net.reshape(late({ x: [1, 4] }));
    },
    'a shape': (net) => {
      net.reshape({ x: late([1, 4]) });
    },
    layers: (net) => {
      net.addOutputs(late('y'));
    },
    affinity: (net) => {
      net.setAffinity(late({}));
    },
    'a precision': (net) => {
      net.inputInfo['x']!.precision = late('U8');
    },
    'a layout': (net) => {
      net.inputInfo['x']!.layout = late('NC');
    },
    'what share() gave': (_, exec) => ExecutableNetwork.attach(late(exec.share())),
    'a description of a blob': () => new Blob(late(desc)),
    'the data of a blob': () => new Blob(desc, late(x)),
    'the network of a queue': () => new InferQueue(loadSmall(ie) as never),
    'an item of a queue': (_, exec) => new InferQueue(exec).run({ x: late(x) }),
    'the items of a queue': async (_, exec) => drain(new InferQueue(exec).map(late([]))),
    'an image': () => loadImage(late('a.png'), { width: 1, height: 1 }),
    scores: () => topK(late([1, 2]), 1),
    'a file of labels': () => readLabels(late('labels.txt')),
    'the network of acceptImages': () => acceptImages(ie.readNetwork(relu) as never),
    'the network of inferImages': () =>
      drain(inferImages(loadSmall(ie) as never, {} as never, ['a.png'])),
    'the model of convertModel': () => convertModel(ie.readNetwork(relu) as never, {}),
    'numbers to convert': () => toFloat32(late(new Uint16Array(1)), 'FP16'),
  };

  test.each(Object.entries(uses))('%s', async (_, use) => {
    const net = await ie.readNetwork(relu);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    await expect(
      Promise.resolve([net, exec] as const).then((made) => use(...made)),
    ).rejects.toThrow(coded('INVALID_ARGUMENT', /received a Promise; did you forget await\?$/));
    exec.close();
  });

  test('an image that is not awaited, passed as an input', async () => {
    const exec = await loadSmall(ie);
    const image = loadImage(fixture('../images/rgb.png'), { width: 2, height: 2 });
    await expect(exec.infer({ x: image as never })).rejects.toThrow(
      coded('INVALID_ARGUMENT', /input 'x', received a Promise; did you forget await\?/),
    );
    await image;
  });
});

describe('an error for an unknown name suggests a similar one', () => {
  test.each([
    ['u8', 'U8'],
    ['fp32', 'FP32'],
    ['FP23', 'FP32'],
    ['uint8', 'U8'],
    ['UINT8', 'U8'],
    ['float32', 'FP32'],
    ['float', 'FP32'],
    ['f16', 'FP16'],
    ['int64', 'I64'],
    ['bfloat16', 'BF16'],
    ['boolean', 'BOOL'],
    ['Float32Array', 'FP32'],
    ['Uint8ClampedArray', 'U8'],
    ['BigInt64Array', 'I64'],
  ])('the precision %s: %s', async (given, meant) => {
    const words = coded('INVALID_ARGUMENT', new RegExp(`'${given}'; did you mean '${meant}'\\?$`));
    const net = await ie.readNetwork(relu);
    const blob = new Blob(desc);
    const uses = [
      () => (net.inputInfo['x']!.precision = given as never),
      () => (net.outputs['y']!.precision = given as never),
      () => new Blob({ precision: given as never, dims: [1] }),
      () => blob.as(given as never),
    ];
    for (const use of uses) expect(use).toThrow(words);
  });

  test.each([
    ['nhwc', 'NHWC'],
    ['NHWCC', 'NHWC'],
    ['nc', 'NC'],
  ])('the layout %s: %s', async (given, meant) => {
    const words = coded('INVALID_ARGUMENT', `did you mean '${meant}'\\?$`);
    const net = await ie.readNetwork(relu);
    expect(() => (net.inputInfo['x']!.layout = given as never)).toThrow(words);
    expect(() => new Blob({ ...desc, layout: given as never })).toThrow(words);
  });

  test.each([
    ['cpu', 'CPU'],
    ['Cpu', 'CPU'],
    ['CPUU', 'CPU'],
    [' CPU', 'CPU'],
    ['gpu', 'GPU'],
    ['auto:CPU', 'AUTO'],
    ['HETRO:CPU', 'HETERO'],
    ['myriad', 'MYRIAD'],
  ])('the device %s: %s', async (given, meant) => {
    const words = coded('DEVICE_NOT_AVAILABLE', `did you mean '${meant}'\\?$`);
    await expect(ie.loadNetwork(relu, given)).rejects.toThrow(words);
    expect(() => {
      ie.setConfig({ PERF_COUNT: true }, given);
    }).toThrow(coded(given.includes(':') ? 'UNSUPPORTED_PROPERTY' : 'DEVICE_NOT_AVAILABLE', given));
    expect(() => ie.getVersions(given)).toThrow(words);
  });

  test('names of inputs, blobs, layers, keys, metrics and options', async () => {
    const net = await ie.readNetwork(relu);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const request = exec.createInferRequest();
    await expect(exec.infer({ X: x })).rejects.toThrow(coded('UNKNOWN_NAME', /mean 'x'/));
    expect(() => request.getBlob('Y')).toThrow(coded('UNKNOWN_NAME', /mean 'y'/));
    expect(() => {
      net.addOutputs('Y');
    }).toThrow(coded('UNKNOWN_NAME', /mean 'y'/));
    expect(() => exec.getConfig('NUM_STREAM')).toThrow(
      coded('UNSUPPORTED_PROPERTY', /mean 'NUM_STREAMS'/),
    );
    expect(() => ie.getMetric('CPU', 'FULL_DEVICE_NAM')).toThrow(
      coded('UNSUPPORTED_PROPERTY', /mean 'FULL_DEVICE_NAME'/),
    );
    expect(() => ie.getMetric('CPU', 'SUPPORTED_METRIC')).toThrow(
      coded('UNSUPPORTED_PROPERTY', /mean 'SUPPORTED_METRICS'/),
    );
    await expect(ie.loadNetwork(net, 'CPU', { conifg: {} } as never)).rejects.toThrow(
      coded('INVALID_ARGUMENT', /mean 'config'/),
    );
  });
});

describe('a misspelt name in inputInfo or outputs', () => {
  test('is an error that lists the names', async () => {
    const net = await ie.readNetwork(relu);
    const exec = await ie.loadNetwork(net, 'CPU', f32);
    const unknown = (name: string, there: string) =>
      coded('UNKNOWN_NAME', `There is no (input|output) named '${name}'; there are: ${there}`);
    expect(() => (net.inputInfo['input']!.precision = 'U8')).toThrow(unknown('input', 'x'));
    expect(() => net.inputInfo['X']).toThrow(coded('UNKNOWN_NAME', /did you mean 'x'/));
    expect(() => (net.outputs['output']!.precision = 'U8')).toThrow(unknown('output', 'y'));
    expect(() => exec.inputInfo['input']!.shape).toThrow(unknown('input', 'x'));
    expect(() => exec.outputs['output']!.shape).toThrow(unknown('output', 'y'));
    for (const record of [net.inputInfo, net.outputs, exec.inputInfo]) {
      expect(() => Object.assign(record, { z: 1 })).toThrow(coded('INVALID_ARGUMENT', /'z'/));
      expect('input' in record).toBe(false);
      expect(Object.hasOwn(record, 'input')).toBe(false);
    }
    expect(() => ((net.inputInfo['x'] as { precison?: string }).precison = 'U8')).toThrow(
      coded('INVALID_ARGUMENT', /precison/),
    );
  });

  test('does not affect the properties that tools read from every object', async () => {
    const net = await ie.readNetwork(relu);
    const { inputInfo } = net;
    expect(await Promise.resolve(inputInfo)).toBe(inputInfo);
    expect(inspect(inputInfo)).toContain('x:');
    expect(`${JSON.stringify(inputInfo)}`).toContain('"x"');
    expect({ ...inputInfo }).toEqual({ x: inputInfo['x'] });
    expect(inputInfo).toEqual(inputInfo);
    expect(Object.entries(inputInfo)).toHaveLength(1);
    expect(structuredClone(net.outputs)).toHaveProperty('y');
    const names: string[] = [];
    for (const name in inputInfo) names.push(name);
    expect(names).toEqual(['x']);
  });
});

describe('an object of another copy of the package', () => {
  let other: typeof lib;

  beforeAll(() => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      other = require('../../lib') as typeof lib;
    });
  });

  test('is reported with its class, version and folder', async () => {
    const net = await new other.IECore().readNetwork(relu);
    const exec = await new other.IECore().loadNetwork(net, 'CPU', f32);
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { version } = require('../../package.json') as { version: string };
    const folder = join(__dirname, '../../lib').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const of = (name: string) =>
      coded('INVALID_ARGUMENT', `${name} of the copy .* in ${folder} \\(version ${version}\\)`);
    const request = (await loadSmall(ie)).createInferRequest();
    await expect(ie.loadNetwork(net as never, 'CPU')).rejects.toThrow(of('IENetwork'));
    expect(() => ie.loadNetworkSync(net as never, 'CPU')).toThrow(of('IENetwork'));
    await expect(ie.queryNetwork(net as never, 'CPU')).rejects.toThrow(of('IENetwork'));
    expect(() => acceptImages(net as never)).toThrow(of('IENetwork'));
    await expect(convertModel(net as never, {})).rejects.toThrow(of('IENetwork'));
    expect(() => new InferQueue(exec as never)).toThrow(of('ExecutableNetwork'));
    expect(() => {
      request.setBlob('x', new other.Blob(desc));
    }).toThrow(of('Blob'));
    exec.close();
  });

  test('is accepted where plain data is enough', async () => {
    const exec = await loadSmall(ie);
    const { x_out } = await exec.infer({ x: new other.Blob(desc, x) });
    expect([...x_out!.data]).toEqual([1, 0, 3, 0]);
  });
});
