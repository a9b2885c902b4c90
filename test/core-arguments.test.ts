import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { IECore, type IENetwork } from '../lib';
import { expectBothRefuse } from './helpers/both-ways';
import { temporaryFolders, write } from './helpers/folders';
import { coded, f32, fixture, ir, parameter, passthrough } from './helpers/networks';
import { runtimeAtHand } from './helpers/package';
import { isSince, runtimeVersion, testSince2026 } from './helpers/runtime';

const newFolder = temporaryFolders();
const ie = new IECore();
const conv = fixture('conv.xml');
let net: IENetwork;

beforeAll(async () => {
  net = await ie.readNetwork(conv);
});

describe('new IECore', () => {
  test.each([null, 1, '', { plugins: 'x' }, { pluginsXml: 1 }, { pluginsXml: '' }])(
    'refuses %j',
    (options) => {
      expect(() => new IECore(options as never)).toThrow(coded('INVALID_ARGUMENT'));
    },
  );

  test('adds the devices that an XML file lists', () => {
    const location = join(runtimeAtHand().libs[0]!, 'libopenvino_intel_cpu_plugin.so');
    const pluginsXml = write(
      join(newFolder(), 'plugins.xml'),
      `<ie><plugins><plugin name="CPU2" location="${location}"/></plugins></ie>`,
    );
    expect(new IECore({ pluginsXml }).availableDevices).toEqual(
      expect.arrayContaining(['CPU', 'CPU2']),
    );
    const core = new IECore();
    core.registerPlugins(pluginsXml);
    expect(core.availableDevices).toEqual(expect.arrayContaining(['CPU', 'CPU2']));
    core.unregisterPlugin('CPU2');
    expect(core.getVersions('CPU')['CPU']!.buildNumber).toMatch(runtimeVersion);
  });

  test('refuses a plugins file that is missing or damaged', () => {
    const folder = newFolder();
    expect(() => new IECore({ pluginsXml: join(folder, 'none.xml') })).toThrow(
      coded('FILE_NOT_FOUND'),
    );
    const damaged = write(join(folder, 'damaged.xml'), '<ie><plugins>');
    const core = new IECore();
    for (const use of [
      () => new IECore({ pluginsXml: damaged }),
      () => {
        core.registerPlugins(damaged);
      },
    ]) {
      expect(use).toThrow(expect.objectContaining({ name: 'OpenVINOError' }) as Error);
    }
  });
});

describe('loadNetwork', () => {
  test('refuses tensors that exceed the memory', async () => {
    const huge = await ie.readNetwork(join(__dirname, 'fixtures/mo/models/tinyposneg.onnx'));
    huge.reshape({ input: [1, 3, 2 ** 32 - 1, 8] });
    await expectBothRefuse(
      async () => ie.loadNetwork(huge, 'CPU'),
      () => ie.loadNetworkSync(huge, 'CPU'),
      { code: 'OUT_OF_MEMORY', message: /there is not enough memory/ },
    );
  });

  test.each([undefined, null, 1, '', {}])('refuses the network %p', async (given) => {
    await expectBothRefuse(
      async () => ie.loadNetwork(given as string, 'CPU'),
      () => ie.loadNetworkSync(given as string, 'CPU'),
      { code: 'INVALID_ARGUMENT' },
    );
  });

  test.each([null, 1, '', { device: 'CPU' }])('refuses the device %p', async (device) => {
    await expectBothRefuse(
      async () => ie.loadNetwork(net, device as string),
      () => ie.loadNetworkSync(net, device as string),
      { code: 'INVALID_ARGUMENT' },
    );
  });

  test.each([
    null,
    'config',
    { confg: {} },
    { config: 1 },
    { config: { NUM_STREAMS: undefined } },
    { config: { NUM_STREAMS: NaN } },
    { numRequests: -1 },
    { numRequests: 1.5 },
    { numRequests: '1' },
  ])('refuses the options %j', async (options) => {
    await expectBothRefuse(
      async () => ie.loadNetwork(net, 'CPU', options as never),
      () => ie.loadNetworkSync(net, 'CPU', options as never),
      { code: 'INVALID_ARGUMENT' },
    );
  });

  test.each([
    ['GPU', /GPU is not usable on this machine; usable here: CPU/],
    ['NPU', /NPU is not usable/],
    ['MYRIAD', /2022\.3/],
    ['HETERO:GPU,CPU', /GPU/],
    ['MULTI:NPU', /NPU/],
    ['cpu', /knows no device cpu; usable here: CPU/],
    ['CPU,GPU', /./],
    ['HETERO:', /./],
    [':', /./],
  ])('explains why the device %s cannot be used', async (device, message) => {
    await expectBothRefuse(
      async () => ie.loadNetwork(net, device),
      () => ie.loadNetworkSync(net, device),
      { code: 'DEVICE_NOT_AVAILABLE', message },
    );
  });

  test.each([
    { NUM_STREAMS: -7 },
    { PERFORMANCE_HINT: 'FASTER' },
    { INFERENCE_NUM_THREADS: -7 },
    { NO_KEY: 'x' },
    // Earlier runtimes accept any text.
    ...(isSince('2026.0') ? [{ INFERENCE_PRECISION_HINT: 'f33' }] : []),
  ])('names the key when the device refuses the configuration %j', async (config) => {
    const [key] = Object.keys(config);
    await expect(ie.loadNetwork(net, 'CPU', { config: config })).rejects.toMatchObject({
      name: 'OpenVINOError',
      message: expect.stringContaining(key!) as string,
    });
  });

  test('accepts the path of a model', async () => {
    const exec = await ie.loadNetwork(conv, 'CPU', f32);
    expect(Object.keys(exec.inputInfo)).toEqual(['input']);
    await expect(ie.loadNetwork('/missing.xml', 'CPU')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  test('refuses a closed network', async () => {
    const closed = await ie.readNetwork(conv);
    closed.close();
    await expectBothRefuse(
      async () => ie.loadNetwork(closed, 'CPU'),
      () => ie.loadNetworkSync(closed, 'CPU'),
      { code: 'CLOSED' },
    );
  });
});

describe('queryNetwork and importNetwork', () => {
  test('refuse values that are not a network', async () => {
    for (const given of [undefined, conv, {}]) {
      await expectBothRefuse(
        async () => ie.queryNetwork(given as never, 'CPU'),
        () => ie.queryNetworkSync(given as never, 'CPU'),
        { code: 'INVALID_ARGUMENT' },
      );
    }
    for (const given of [undefined, 1, '', {}]) {
      await expectBothRefuse(
        async () => ie.importNetwork(given as never, 'CPU'),
        () => ie.importNetworkSync(given as never, 'CPU'),
        { code: 'INVALID_ARGUMENT' },
      );
    }
  });

  test('refuse missing devices and files', async () => {
    await expectBothRefuse(
      async () => ie.queryNetwork(net, 'GPU'),
      () => ie.queryNetworkSync(net, 'GPU'),
      { code: 'DEVICE_NOT_AVAILABLE', message: /GPU/ },
    );
    await expectBothRefuse(
      async () => ie.importNetwork('/missing.blob', 'CPU'),
      () => ie.importNetworkSync('/missing.blob', 'CPU'),
      { code: 'FILE_NOT_FOUND' },
    );
    await expectBothRefuse(
      async () => ie.importNetwork(newFolder(), 'CPU'),
      () => ie.importNetworkSync(newFolder(), 'CPU'),
      { code: 'FILE_NOT_READABLE' },
    );
  });
});

describe('devices and their configuration', () => {
  test('refuse wrong types', () => {
    const uses: (() => unknown)[] = [
      () => ie.getConfig(1 as never, 'NUM_STREAMS'),
      () => ie.getConfig('CPU', 1 as never),
      () => ie.getMetric('', 'NUM_STREAMS'),
      () => ie.getMetric('CPU', ''),
      () => ie.getVersions(undefined as never),
      () => ie.setConfig('x' as never, 'CPU'),
      () => ie.setConfig({}, 1 as never),
      () => ie.registerPlugin(1 as never, 'X'),
      () => ie.registerPlugin('x', undefined as never),
      () => ie.registerPlugins(1 as never),
      () => ie.unregisterPlugin(1 as never),
      () => ie.addExtension(1 as never),
    ];
    for (const use of uses) expect(use).toThrow(coded('INVALID_ARGUMENT'));
  });

  test('refuse unknown devices, keys and files', () => {
    expect(() => ie.getMetric('GPU', 'FULL_DEVICE_NAME')).toThrow(coded('DEVICE_NOT_AVAILABLE'));
    expect(() => ie.getVersions('GNA')).toThrow(coded('DEVICE_NOT_AVAILABLE'));
    expect(() => ie.setConfig({ NUM_STREAMS: 1 }, 'NOTHING')).toThrow(
      coded('DEVICE_NOT_AVAILABLE'),
    );
    expect(() => ie.getConfig('CPU', 'NO_KEY')).toThrow(coded('UNSUPPORTED_PROPERTY'));
    expect(() => ie.registerPlugins('/none.xml')).toThrow(coded('FILE_NOT_FOUND'));
    expect(() => ie.addExtension('/none.so')).toThrow(coded('FILE_NOT_FOUND'));
    expect(() => ie.addExtension(conv)).toThrow(/Cannot load the extension .*conv\.xml/);
    const core = new IECore();
    expect(() => core.registerPlugin('openvino_intel_cpu_plugin', 'CPU')).toThrow(/CPU/);
    core.registerPlugin('no_such_plugin', 'X');
    expect(() => core.getMetric('X', 'FULL_DEVICE_NAME')).toThrow(/X/);
    expect(() => core.unregisterPlugin('NOTHING')).toThrow(/NOTHING/);
  });
});

// Older wheels use the old binary interface of the C++ library.
testSince2026('addExtension adds custom operations', async () => {
  const library = join(newFolder(), 'libdouble.so');
  const { include, library: openvino } = runtimeAtHand();
  execFileSync(process.env.CXX ?? 'c++', [
    ...['-std=c++17', '-shared', '-fPIC', '-o', library, `-I${include}`],
    ...[join(__dirname, 'fixtures/extension.cpp'), openvino],
  ]);
  const tensor = { dims: [1, 4] };
  const text = ir(
    [
      parameter('x', tensor),
      { name: 'y', type: 'Double', inputs: [tensor], outputs: [tensor] },
      { name: 'result', type: 'Result', inputs: [tensor] },
    ],
    [
      [0, 0, 1, 0],
      [1, 1, 2, 0],
    ],
  )
    .toString()
    .replace('type="Double" version="opset1"', 'type="Double" version="extension"');
  const core = new IECore();
  await expect(core.readNetwork(Buffer.from(text))).rejects.toMatchObject({
    code: 'NETWORK_NOT_READ',
    message: expect.stringContaining('Double') as string,
  });
  core.addExtension(library);
  await core.readNetwork(Buffer.from(text), { isolated: true });
  const exec = await core.loadNetwork(await core.readNetwork(Buffer.from(text)), 'CPU', f32);
  const { y } = await exec.infer({ x: new Float32Array([1, 2, 3, -4]) });
  expect([...y!.data]).toEqual([2, 4, 6, -8]);
  expect(
    await core.queryNetwork(await core.readNetwork(passthrough({ x: tensor })), 'CPU'),
  ).toEqual(expect.objectContaining({ x_out: 'CPU' }));
});
