'use strict';
/** Every public member with a valid call of it, whose arguments ./run.cjs replaces. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const lib = require('../..');
const entries = {
  index: lib,
  benchmark: require('../../dist/benchmark'),
  image: require('../../dist/image'),
  'model-optimizer': require('../../dist/model-optimizer'),
  pytorch: require('../../dist/pytorch'),
  quantization: require('../../dist/quantization'),
};

const fixtures = join(__dirname, '../fixtures');
const relu = join(fixtures, 'networks/relu1x4.xml');
const conv = join(fixtures, 'networks/conv.xml');
const picture = join(fixtures, 'images/rgb.png');
const graph = readFileSync(relu);
const weights = readFileSync(relu.replace('.xml', '.bin'));
const pixels = readFileSync(picture);
const ie = new lib.IECore();
const f32 = { INFERENCE_PRECISION_HINT: 'f32' };

/** The objects that the calls of one run use, made when first needed. */
class World {
  #made = new Map();

  #once(name, make) {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name);
  }

  /** An object of its own, because a call may change it permanently. */
  get core() {
    return this.#once('core', () => new lib.IECore());
  }

  get net() {
    return this.#once('net', () => ie.readNetworkSync(relu));
  }

  get dynamic() {
    return this.#once('dynamic', () => {
      const net = ie.readNetworkSync(relu);
      net.reshape({ x: [-1, 4] });
      return ie.loadNetworkSync(net, 'CPU', { config: f32, numRequests: 1 });
    });
  }

  /** A network that takes images. */
  get picture() {
    return this.#once('picture', () => ie.readNetworkSync(conv));
  }

  /** The same network, prepared and loaded. */
  get pictures() {
    return this.#once('pictures', () => {
      const net = ie.readNetworkSync(conv);
      const accepted = entries.image.acceptImages(net);
      return { accepted, exec: ie.loadNetworkSync(net, 'CPU', { config: f32, numRequests: 1 }) };
    });
  }

  get exec() {
    return this.#once('exec', () =>
      ie.loadNetworkSync(ie.readNetworkSync(relu), 'CPU', { config: f32, numRequests: 2 }),
    );
  }

  get request() {
    return this.#once('request', () => this.exec.createInferRequest());
  }

  /** An object of its own, because settings are permanent. */
  get prepared() {
    return this.#once('prepared', () => this.exec.createInferRequest());
  }

  get varying() {
    return this.#once('varying', () => this.dynamic.createInferRequest());
  }

  get state() {
    return this.#once('state', () => {
      const exec = ie.loadNetworkSync('state.xml', 'CPU', { config: f32, numRequests: 1 });
      return exec.createInferRequest().queryState()[0];
    });
  }

  get queue() {
    return this.#once('queue', () => new lib.InferQueue(this.exec, { size: 1 }));
  }

  get blob() {
    return this.#once('blob', () => new lib.Blob({ precision: 'FP32', dims: [1, 4] }, this.x));
  }

  get half() {
    return this.#once('half', () => new lib.Blob({ precision: 'FP32', dims: [1, 2] }));
  }

  /** New memory each time, because a call may transfer it. */
  get x() {
    return Float32Array.of(1, -2, 3, -4);
  }

  get signal() {
    return new AbortController().signal;
  }

  /** What the caller's code may do while its arguments are read. */
  meddle(act) {
    const acts = {
      close: () => this.#all((one) => one.close?.()),
      cancel: () => this.#all((one) => one.cancel?.()),
      start: () => this.#all((one) => one.startAsync?.length === 0 && one.startAsync()),
      infer: () => this.#all((one) => one.inferSync?.({ x: this.x })),
      nothing: () => undefined,
    };
    acts[act]();
  }

  #all(action) {
    for (const one of this.#made.values()) {
      try {
        action(one);
      } catch (error) {
        if (!(error instanceof lib.OpenVINOError)) throw error;
      }
    }
  }

  /** Whether objects that were not closed still work. */
  async check() {
    for (const name of ['exec', 'request', 'queue']) {
      const one = this.#made.get(name);
      if (one === undefined) continue;
      try {
        if (name === 'request') {
          await one.wait().catch(() => undefined);
          one.inferSync({ x: this.x });
        }
        const { y } =
          name === 'request'
            ? one.outputBlobs
            : await (one.infer ?? one.run).call(one, { x: this.x });
        if (String(y.data) !== '1,0,3,0') throw new Error(`${name} gives ${String(y.data)}`);
      } catch (error) {
        if (!['CLOSED', 'CANCELLED'].includes(error.code)) throw error;
      }
    }
  }

  close() {
    this.#all((one) => one.close?.());
  }
}

const inputs = (w) => ({ x: w.x });
const desc = () => ({ precision: 'FP32', dims: [1, 4], layout: 'NC' });
const loading = () => ({
  config: { INFERENCE_PRECISION_HINT: 'f32' },
  numRequests: 1,
  maxQueue: 64,
});
const size = () => ({
  width: 8,
  height: 8,
  resize: 'fit',
  cropFraction: 1,
  background: 'white',
  limitPixels: 1e6,
});
const preparing = () => ({ mean: [1, 2, 3], scale: [1, 1, 2], reverseChannels: false });
const layers = () => [{ name: 'x', type: 'Relu', operations: ['x', 'y'], sources: [0] }];
const trials = () => [{ settings: {}, result: { fps: 1, latency: { median: 1 } } }];
const told = { onProgress: () => undefined, onOutput: () => undefined, onSkipped: () => undefined };
const short = { iterations: 1, seconds: 0.01 };

/** Options with few iterations: without options, the benchmark would run for a minute. */
function limited(options) {
  try {
    return Object.keys(options).length === 0 ? short : options;
  } catch {
    return options;
  }
}

/**
 * By group and name: the function or a function that returns the receiver, a function that returns valid arguments, and
 * for some members how to call them.
 */
const members = {
  Blob: {
    'new Blob': [lib.Blob, (w) => [desc(), w.x]],
    'get Blob.data': [(w) => w.blob],
    'get Blob.tensorDesc': [(w) => w.blob],
    'Blob.as': [(w) => w.blob, () => ['FP32']],
    'Blob.setShape': [(w) => w.blob, () => [[1, 4]]],
    toFloat32: [lib.toFloat32, () => [new Uint16Array(4), 'FP16']],
    fromFloat32: [lib.fromFloat32, (w) => [w.x, 'BF16']],
  },
  IECore: {
    'new IECore': [lib.IECore, () => [{}]],
    getVersion: [lib.getVersion, () => []],
    'get IECore.availableDevices': [(w) => w.core],
    'IECore.diagnoseDevices': [(w) => w.core, () => []],
    'IECore.readNetwork': [(w) => w.core, () => [Uint8Array.from(graph), Uint8Array.from(weights)]],
    'IECore.readNetworkSync': [(w) => w.core, () => [relu, relu.replace('.xml', '.bin')]],
    'IECore.loadNetwork': [(w) => w.core, (w) => [w.net, 'CPU', loading()]],
    'IECore.loadNetworkSync': [(w) => w.core, (w) => [w.net, 'CPU', loading()]],
    'IECore.importNetwork': [(w) => w.core, () => ['exported.bin', 'CPU', loading()]],
    'IECore.importNetworkSync': [
      (w) => w.core,
      () => [Uint8Array.from(readFileSync('exported.bin')), 'CPU', loading()],
    ],
    'IECore.queryNetwork': [(w) => w.core, (w) => [w.net, 'CPU', { PERF_COUNT: true }]],
    'IECore.queryNetworkSync': [(w) => w.core, (w) => [w.net, 'CPU', { PERF_COUNT: true }]],
    'IECore.setConfig': [(w) => w.core, () => [{ PERF_COUNT: ['YES'], CPU: { A: 1 } }, 'CPU']],
    'IECore.getConfig': [(w) => w.core, () => ['CPU', 'PERF_COUNT']],
    'IECore.getMetric': [(w) => w.core, () => ['CPU', 'SUPPORTED_METRICS']],
    'IECore.getVersions': [(w) => w.core, () => ['CPU']],
    'IECore.registerPlugin': [(w) => w.core, () => ['openvino_intel_cpu_plugin', 'CPU2']],
    'IECore.registerPlugins': [(w) => w.core, () => ['plugins.xml']],
    'IECore.unregisterPlugin': [(w) => w.core, () => ['CPU']],
    'IECore.addExtension': [(w) => w.core, () => ['state.xml']],
  },
  IENetwork: {
    'new IENetwork': [lib.IENetwork, () => [{ inputs: () => [], outputs: () => [] }]],
    'get IENetwork.name': [(w) => w.net],
    'get IENetwork.inputInfo': [(w) => w.net],
    'get IENetwork.outputs': [(w) => w.net],
    'get IENetwork.batchSize': [(w) => w.net],
    'set IENetwork.batchSize': [(w) => w.net, () => [2]],
    'IENetwork.reshape': [(w) => w.net, () => [{ x: [[1, 4], 4] }]],
    'IENetwork.addOutputs': [(w) => w.net, () => [[['y', 0], 'x']]],
    'IENetwork.getOvNameForTensor': [(w) => w.net, () => ['y']],
    'get IENetwork.affinity': [(w) => w.net],
    'IENetwork.setAffinity': [(w) => w.net, () => [{ y: 'CPU' }]],
    'IENetwork.rtInfo': [(w) => w.net, () => ['model_info', 'labels']],
    'get IENetwork.layers': [(w) => w.net],
    'IENetwork.serialize': [(w) => w.net, () => ['out.xml', 'out.bin']],
    'IENetwork.serializeSync': [(w) => w.net, () => ['out.xml']],
    'IENetwork.close': [(w) => w.net, () => []],
    'IENetwork[Symbol.dispose]': [(w) => w.net, () => []],
  },
  InputInfo: {
    'new InputInfo': [lib.InputInfo, () => [{}, { name: 'x', element: 'f32', dims: [1] }]],
    'new OutputInfo': [lib.OutputInfo, () => [{}, { name: 'x', element: 'f32', dims: [1] }]],
    'get InputInfo.name': [(w) => w.net.inputInfo.x],
    'get InputInfo.precision': [(w) => w.net.inputInfo.x],
    'set InputInfo.precision': [(w) => w.net.inputInfo.x, () => ['U8']],
    'get InputInfo.layout': [(w) => w.net.inputInfo.x],
    'set InputInfo.layout': [(w) => w.net.inputInfo.x, () => ['CN']],
    'get InputInfo.shape': [(w) => w.net.inputInfo.x],
    'get InputInfo.tensorDesc': [(w) => w.net.inputInfo.x],
    'get OutputInfo.name': [(w) => w.net.outputs.y],
    'get OutputInfo.precision': [(w) => w.net.outputs.y],
    'set OutputInfo.precision': [(w) => w.net.outputs.y, () => ['I32']],
    'get OutputInfo.layout': [(w) => w.net.outputs.y],
    'set OutputInfo.layout': [(w) => w.net.outputs.y, () => ['NC']],
    'get OutputInfo.shape': [(w) => w.net.outputs.y],
    'get OutputInfo.tensorDesc': [(w) => w.net.outputs.y],
    'get InputInfo.preProcess': [(w) => w.net.inputInfo.x],
    // The value is checked again, together with all other settings, when the network is loaded.
    'set InputInfo.preProcess': [
      (w) => w,
      () => [{ mean: [1], scale: 2, reverseChannels: false, colorFormat: 'RAW' }],
      (w, preProcess) => {
        w.net.inputInfo.x.preProcess = preProcess;
        return ie.loadNetworkSync(w.net, 'CPU');
      },
    ],
  },
  ExecutableNetwork: {
    'new ExecutableNetwork': [lib.ExecutableNetwork, () => [{}, { inputs: [], outputs: [] }, 1]],
    'get ExecutableNetwork.inputInfo': [(w) => w.exec],
    'get ExecutableNetwork.outputs': [(w) => w.exec],
    'get ExecutableNetwork.requests': [(w) => w.exec],
    'get ExecutableNetwork.pending': [(w) => w.exec],
    'get ExecutableNetwork.running': [(w) => w.exec],
    'ExecutableNetwork.stats': [(w) => w.exec, () => []],
    'ExecutableNetwork.infer': [(w) => w.exec, (w) => [inputs(w), { signal: w.signal }]],
    'ExecutableNetwork.inferSync': [(w) => w.exec, (w) => [inputs(w)]],
    'ExecutableNetwork.startAsync': [(w) => w.exec, (w) => [1, inputs(w)]],
    'ExecutableNetwork.wait': [(w) => w.exec, () => [1, 5]],
    'ExecutableNetwork.getIdleRequestId': [(w) => w.exec, () => []],
    'ExecutableNetwork.createInferRequest': [(w) => w.exec, () => []],
    'ExecutableNetwork.getMetric': [(w) => w.exec, () => ['SUPPORTED_PROPERTIES']],
    'ExecutableNetwork.getConfig': [(w) => w.exec, () => ['PERF_COUNT']],
    'ExecutableNetwork.getExecGraphInfo': [(w) => w.exec, () => []],
    'ExecutableNetwork.share': [(w) => w.exec, () => []],
    'static ExecutableNetwork.attach': [
      undefined,
      (w) => [w.exec.share(), { numRequests: 1, maxQueue: 64 }],
      (_, ...args) => lib.ExecutableNetwork.attach(...args),
    ],
    'ExecutableNetwork.export': [(w) => w.exec, () => ['out.bin']],
    'ExecutableNetwork.exportSync': [(w) => w.exec, () => ['out.bin']],
    'ExecutableNetwork.close': [(w) => w.exec, () => []],
    'ExecutableNetwork[Symbol.dispose]': [(w) => w.exec, () => []],
  },
  InferRequest: {
    'new InferRequest': [lib.InferRequest, () => [{}, {}, {}]],
    'get InferRequest.inputBlobs': [(w) => w.request],
    'get InferRequest.outputBlobs': [(w) => w.request],
    'get InferRequest.latency': [(w) => w.request],
    'InferRequest.getBlob': [(w) => w.request, () => ['x']],
    'get InferRequest.preProcess': [(w) => w.request],
    'InferRequest.setBlob': [(w) => w.request, (w) => ['x', w.blob]],
    'InferRequest.setBlob, prepared': [
      (w) => w.prepared,
      (w) => ['x', w.blob, { mean: 1, scale: 2 }],
      (w, ...args) => w.prepared.setBlob(...args),
    ],
    'InferRequest.infer': [(w) => w.request, (w) => [{ x: w.blob }]],
    'InferRequest.infer, dynamic': [
      (w) => w.varying,
      (w) => [{ x: { data: w.x, dims: [1, 4] } }],
      async (w, ...args) => w.varying.infer(...args),
    ],
    'InferRequest.inferSync': [(w) => w.request, (w) => [inputs(w)]],
    'InferRequest.startAsync': [(w) => w.request, (w) => [inputs(w)]],
    'InferRequest.wait': [(w) => w.request, () => [5]],
    'InferRequest.waitSync': [(w) => w.request, () => [5]],
    'InferRequest.cancel': [(w) => w.request, () => []],
    'InferRequest.getPerfCounts': [(w) => w.request, () => []],
    'InferRequest.queryState': [(w) => w.request, () => []],
    'InferRequest.setBatch': [(w) => w.varying, () => [2]],
    'InferRequest.close': [(w) => w.request, () => []],
    'InferRequest[Symbol.dispose]': [(w) => w.request, () => []],
    'new VariableState': [lib.VariableState, () => [{ name: () => 'a' }, () => undefined]],
    'get VariableState.state': [(w) => w.state],
    'set VariableState.state': [(w) => w.state, (w) => [w.half]],
    'VariableState.reset': [(w) => w.state, () => []],
  },
  InferQueue: {
    'new InferQueue': [lib.InferQueue, (w) => [w.exec, { size: 2, maxQueue: 64 }]],
    'get InferQueue.size': [(w) => w.queue],
    'get InferQueue.pending': [(w) => w.queue],
    'get InferQueue.running': [(w) => w.queue],
    'InferQueue.stats': [(w) => w.queue, () => []],
    'InferQueue.run': [(w) => w.queue, (w) => [inputs(w), { signal: w.signal }]],
    'InferQueue.map': [(w) => w.queue, (w) => [[inputs(w), inputs(w)], { signal: w.signal }]],
    'InferQueue.drain': [(w) => w.queue, () => []],
    'InferQueue.close': [(w) => w.queue, () => []],
    'InferQueue[Symbol.dispose]': [(w) => w.queue, () => []],
  },
  image: {
    acceptImages: [
      entries.image.acceptImages,
      (w) => [w.picture, { resize: 'fit', ...preparing() }],
    ],
    findImages: [entries.image.findImages, () => [['picture.png', '.', '*.png']]],
    readLabels: [entries.image.readLabels, () => ['labels.txt', 2]],
    loadImage: [
      entries.image.loadImage,
      (w) => [Uint8Array.from(pixels), { ...size(), into: new Uint8Array(192), signal: w.signal }],
    ],
    loadImages: [
      entries.image.loadImages,
      (w) => [['picture.png', 'none'], { ...size(), ahead: 1, signal: w.signal }],
    ],
    inferImages: [
      entries.image.inferImages,
      (w) => [
        w.pictures.exec,
        w.pictures.accepted,
        ['picture.png', 'none'],
        { ahead: 1, signal: w.signal },
      ],
    ],
    recordedPreparation: [entries.image.recordedPreparation, (w) => [w.picture]],
    topK: [entries.image.topK, (w) => [w.x, 2]],
    softmax: [entries.image.softmax, () => [[1, 2, 3]]],
    probabilities: [entries.image.probabilities, (w) => [w.x]],
  },
  'model-optimizer': {
    convertModel: [
      entries['model-optimizer'].convertModel,
      (w) => [
        w.picture,
        {
          input: [{ name: 'input', shape: [1, 3, 16, 16] }],
          output: ['output'],
          meanValues: { input: [1, 2, 3] },
          scaleValues: [[1, 2, 3]],
          layout: { input: 'nchw' },
          transform: { MakeStateful: { param_res_names: {} } },
          outputFile: 'converted.xml',
          onProgress: () => undefined,
          onWarning: () => undefined,
        },
      ],
    ],
    'convertModel, other options': [
      entries['model-optimizer'].convertModel,
      (w) => [
        w.picture,
        {
          inputShape: [1, 3, [8, 16], 16],
          freeze: {},
          scale: 2,
          sourceLayout: 'nchw',
          targetLayout: { input: 'nhwc' },
          reverseInputChannels: true,
          staticShape: true,
          compressToFp16: true,
          extensions: [],
        },
      ],
    ],
    drawLayers: [entries['model-optimizer'].drawLayers, () => [layers(), { x: 'CPU' }]],
    layersOf: [entries['model-optimizer'].layersOf, (w) => [w.net]],
    reportConversion: [entries['model-optimizer'].reportConversion, (w) => [w.net, w.net, 'CPU']],
  },
  benchmark: {
    benchmark: [
      entries.benchmark.benchmark,
      (w) => [
        w.net,
        {
          ...{ ...short, device: 'CPU', hint: 'none', api: 'async', requests: 1, streams: 1 },
          ...{ threads: 1, shape: { x: [1, 4] }, dataShape: [1, 4], inputPrecision: 'FP32' },
          ...{ perfCounts: true, percentile: 90, config: { PERF_COUNT: 'YES' } },
          ...{ onStep: () => undefined, onInfo: () => undefined, onWarning: () => undefined },
          ...{ onProgress: () => undefined, signal: w.signal },
        },
      ],
      async (_, model, options) => entries.benchmark.benchmark(model, limited(options)),
    ],
    benchmarkSweep: [
      entries.benchmark.benchmarkSweep,
      () => [relu, { nireq: [1], hint: ['none'] }, short, () => undefined],
      async (_, model, sweep, options, onTrial) =>
        entries.benchmark.benchmarkSweep(model, sweep, limited(options), onTrial),
    ],
    combinations: [entries.benchmark.combinations, () => [{ nireq: [1, 2], batch: [1] }]],
    recommend: [entries.benchmark.recommend, () => [trials()]],
  },
  others: {
    compareNetworks: [
      entries.quantization.compareNetworks,
      (w) => [
        w.picture,
        conv,
        {
          ...{ images: ['picture.png'], device: 'CPU', referenceConfig: f32, config: {} },
          ...{ onSkipped: () => undefined, ...preparing() },
        },
      ],
    ],
    // Errors: the network takes no images, the file cannot be written, the network does not exist.
    quantize: [
      entries.quantization.quantize,
      (w) => [
        w.net,
        {
          ...{ images: ['picture.png'], preset: 'mixed', subset: 1, overflowFix: true },
          ...{ python: 'no-python', signal: w.signal, ...preparing(), ...told },
        },
      ],
    ],
    exportOnnx: [
      entries.pytorch.exportOnnx,
      (w) => [
        {
          ...{ model: 'timm:none', output: 'none/none.onnx', opset: 10, python: 'no-python' },
          ...{ inputShape: [[1, 3, 8, 8]], inputNames: ['a'], outputNames: ['b'] },
          ...{ seed: 1, trust: false, signal: w.signal, onPython: () => undefined },
        },
      ],
    ],
    compareWithPyTorch: [
      entries.pytorch.compareWithPyTorch,
      (w) => [
        {
          ...{ network: 'none.xml', model: 'timm:none', images: ['picture.png'], threads: 1 },
          ...{ rounds: 1, batches: [1], mean: [1], scale: 1, resize: 'fit', signal: w.signal },
          ...{ onImage: () => undefined, onPython: () => undefined },
        },
      ],
    ],
    // Valid arguments, or none, would start a download.
    'providePyTorch, wrong': [
      entries.pytorch.providePyTorch,
      () => [5],
      async (_, named) =>
        entries.pytorch.providePyTorch(
          named === undefined || typeof named === 'string' ? 5 : named,
        ),
    ],
  },
};

/** Members that are not called here, with the reason. */
const excused = [
  // JavaScript's own Error accepts any arguments for these.
  ...[
    'OpenVINOError',
    'ArgumentError',
    'FileError',
    'InferenceError',
    'AbortError',
    'LoadError',
  ].map((name) => `new ${name}`),
  // Not part of the public types.
  ...['InputInfo', 'OutputInfo'].flatMap((name) => [
    ...['port', 'ownLayout', 'layouts', 'dims', 'aliases', 'settable', 'loaded'].flatMap((key) => [
      `get ${name}.${key}`,
      `set ${name}.${key}`,
    ]),
    `get ${name}.plan`,
    `${name}.update`,
    // They refuse all arguments.
    ...['name', 'shape', 'tensorDesc'].map((key) => `set ${name}.${key}`),
  ]),
];

/** The names of all members of the package's entries, found by inspection. */
function publicMembers() {
  const found = new Set();
  for (const entry of Object.values(entries))
    for (const [name, value] of Object.entries(entry)) {
      if (typeof value !== 'function') continue;
      if (!/^class\b/.test(Function.prototype.toString.call(value))) {
        found.add(name);
        continue;
      }
      found.add(`new ${name}`);
      for (const key of Reflect.ownKeys(value))
        if (!['length', 'name', 'prototype'].includes(key))
          found.add(`static ${name}.${String(key)}`);
      let { prototype } = value;
      while (![Object.prototype, Error.prototype].includes(prototype)) {
        for (const key of Reflect.ownKeys(prototype)) {
          // The symbol identifies objects of another copy of the package and is not public.
          if (['constructor', Symbol.for('openvino-iecore.copy')].includes(key)) continue;
          const { get, set } = Object.getOwnPropertyDescriptor(prototype, key);
          const called =
            key === Symbol.dispose ? `${name}[Symbol.dispose]` : `${name}.${String(key)}`;
          if (get === undefined) found.add(called);
          else found.add(`get ${called}`);
          if (set !== undefined) found.add(`set ${called}`);
        }
        prototype = Object.getPrototypeOf(prototype);
      }
    }
  return found;
}

module.exports = { excused, members, publicMembers, World, lib, ie };
