/** Uses the public types in an ES module. Compiled only, never run. */
import {
  AbortError,
  Blob,
  ExecutableNetwork,
  FileError,
  getVersion,
  IECore,
  IENetwork,
  InferQueue,
  InferRequest,
  OpenVINOError,
  StatusCode,
  type DataOf,
  type DeviceName,
  type ErrorCode,
  type Inputs,
  type InputValue,
  type KnownDevice,
  type Layout,
  type Outputs,
  type Precision,
  type PoolOptions,
  type PreProcess,
  type SharedNetwork,
  type TensorDesc,
} from 'openvino-iecore';
import { findImages, loadImage, loadImages, readLabels, topK } from 'openvino-iecore/image';
import { check, type Equals } from './equals.mjs';

// The flow as the README shows it.
const ie = new IECore();
const net = await ie.readNetwork('model.xml', 'model.bin');
const exec = await ie.loadNetwork(net, 'CPU');
const outputs = await exec.infer({ input: new Float32Array(4) });
check<Equals<typeof net, IENetwork>>();
check<Equals<typeof exec, ExecutableNetwork>>();
check<Equals<typeof outputs, Outputs>>();

// Sync twins return the value itself.
check<Equals<ReturnType<IECore['readNetworkSync']>, IENetwork>>();
check<Equals<ReturnType<IECore['loadNetworkSync']>, ExecutableNetwork>>();
check<Equals<ReturnType<ExecutableNetwork['inferSync']>, Outputs>>();

// Networks are read from paths, URLs and bytes, and loaded from a path directly.
await ie.readNetwork(new URL('file:///model.onnx'));
await ie.readNetwork(new Uint8Array(8), new Uint8Array(8));
await ie.readNetwork(Buffer.from('<net/>'));
await ie.loadNetwork('model.onnx', 'AUTO', { numRequests: 0, config: { NUM_STREAMS: 2 } });
// @ts-expect-error a number is not a model
await ie.readNetwork(1);
// @ts-expect-error misspelt option
await ie.loadNetwork(net, 'CPU', { requests: 2 });
await ie.loadNetwork(net);
await ie.loadNetwork(net, { numRequests: 2 });
// @ts-expect-error options come last
await ie.loadNetwork(net, { numRequests: 2 }, 'CPU');
new IECore('plugins.xml');
check<Equals<ReturnType<typeof getVersion>, string>>();
check<Equals<ReturnType<typeof net.getOvNameForTensor>, string>>();

// Devices: known names are part of the type, other strings are accepted.
const known: KnownDevice[] = ['CPU', 'GPU', 'NPU', 'AUTO', 'MULTI', 'HETERO', 'BATCH', 'MYRIAD'];
const devices: DeviceName[] = [...known, 'GPU.1', 'HETERO:GPU,CPU', 'a plugin of mine'];
// @ts-expect-error a device must be a string
const noDevice: DeviceName = 0;

// Data types follow the precision.
check<Equals<Blob<'FP32'>['data'], DataOf<'FP32'>>>();
check<DataOf<'FP32'> extends Float32Array ? true : false>();
check<DataOf<'FP64'> extends Float64Array ? true : false>();
check<DataOf<'FP16'> extends Uint16Array ? true : false>();
check<DataOf<'BF16'> extends Uint16Array ? true : false>();
check<DataOf<'I64'> extends BigInt64Array ? true : false>();
check<DataOf<'U64'> extends BigUint64Array ? true : false>();
check<DataOf<'I32'> extends Int32Array ? true : false>();
check<DataOf<'U32'> extends Uint32Array ? true : false>();
check<DataOf<'I16'> extends Int16Array ? true : false>();
check<DataOf<'U16'> extends Uint16Array ? true : false>();
check<DataOf<'I8'> extends Int8Array ? true : false>();
check<DataOf<'U8'> extends Uint8Array ? true : false>();
check<DataOf<'BOOL'> extends Uint8Array ? true : false>();
const scores: Float32Array = new Blob({ precision: 'FP32', dims: [1, 4] }).data;
// @ts-expect-error the array does not match the precision
new Blob({ precision: 'FP32', dims: [1] }, new Uint8Array(1));
// @ts-expect-error the precision of a result is not known before it is checked
const unknownScores: Float32Array = outputs['output']!.data;
const sureScores: Float32Array = outputs['output']!.as('FP32').data;
// @ts-expect-error data cannot be assigned
outputs['output']!.data = new Float32Array(4);

// Inputs: any typed array, a blob, or data with dims; over any kind of buffer.
const values: InputValue[] = [
  new Float32Array(1),
  new BigInt64Array(1),
  new Uint8ClampedArray(1),
  Buffer.alloc(1),
  new Uint8Array(new SharedArrayBuffer(1)),
  new Blob({ precision: 'U8', dims: [1] }),
  { data: new Float32Array(4), dims: [1, 4] },
];
// @ts-expect-error a plain list has no element type
const list: InputValue = [1, 2, 3];
// @ts-expect-error a string is not data
const text: InputValue = 'pixels';
await exec.infer({ input: values[0]! }, { signal: AbortSignal.timeout(1000) });

// Before loading: precision, layout and preprocessing.
const input = net.inputInfo['input']!;
const precisions: Precision[] = ['FP32', 'FP16', 'BF16', 'I64', 'I32', 'U8', 'BOOL', 'I4', 'U4'];
const layouts: Layout[] = ['ANY', 'NCHW', 'NHWC', 'NCDHW', 'CHW', 'NC', 'C', 'SCALAR', 'BLOCKED'];
input.precision = precisions[0]!;
input.layout = layouts[0]!;
input.preProcess = { mean: [127], scale: 128, reverseChannels: true, colorFormat: 'BGR' };
const preProcess: PreProcess = { resizeAlgorithm: 'RESIZE_BILINEAR' };
check<Equals<typeof input.tensorDesc, TensorDesc>>();
// @ts-expect-error misspelt
input.preProcess = { means: [127] };
input.preProcess.mean = [new Float32Array(4), new Blob({ precision: 'FP32', dims: [2, 2] })];
input.preProcess.resizeAlgorithm = 'RESIZE_AREA';
// @ts-expect-error misspelt
input.preProcess.means = 1;
// @ts-expect-error the property is called preProcess
input.preprocessInfo = { mean: 1 };
// @ts-expect-error an input cannot be replaced
net.inputInfo['input'] = input;
// @ts-expect-error reshape() changes a shape
input.shape = [1];
// @ts-expect-error the inputs of a loaded network are read-only
exec.inputInfo['input']!.precision = 'U8';
net.reshape({ input: [-1, 3, [64, 1024], 224] });
net.addOutputs(['relu', ['split', 1]]);

// Worker threads.
check<Equals<ReturnType<typeof exec.share>, SharedNetwork>>();
check<
  Equals<
    Parameters<typeof ExecutableNetwork.attach>,
    [network: SharedNetwork, options?: PoolOptions]
  >
>();
check<Equals<ReturnType<typeof ExecutableNetwork.attach>, ExecutableNetwork>>();
// @ts-expect-error the network itself cannot be sent
ExecutableNetwork.attach(exec);

// Requests and queues.
const request = exec.createInferRequest();
check<Equals<typeof request, InferRequest>>();
request.setBlob('input', new Blob({ precision: 'U8', dims: [1] }));
request.setBlob('input', new Blob({ precision: 'U8', dims: [1] }), { colorFormat: 'NV12' });
request.inputBlobs['input']!.setShape([2]);
const set: PreProcess = request.preProcess['input']!;
// @ts-expect-error setShape() changes a shape
request.inputBlobs['input']!.dims = [2];
const status: StatusCode = await request.wait(10);
const ready: boolean = status === StatusCode.OK;
check<Equals<typeof request.latency, number>>();
const queue = new InferQueue(exec, { size: 2 });
const source: AsyncIterable<Inputs> = (async function* () {})();
for await (const result of queue.map(source)) check<Equals<typeof result, Outputs>>();

// Errors: one union of codes.
try {
  await exec.infer({});
} catch (error) {
  if (error instanceof OpenVINOError) check<Equals<typeof error.code, ErrorCode>>();
}
const isError: Error = new FileError('FILE_NOT_FOUND', 'gone');
const aborted: OpenVINOError = new AbortError('ABORT_ERR', 'stopped', { cause: 'reason' });
// @ts-expect-error no such code
new OpenVINOError('NO_SUCH_CODE', 'text');

// Images.
const picture = await loadImage('cat.jpg', { width: 224, height: 224 });
await exec.infer({ input: picture });
for await (const { file } of loadImages(await findImages(['photographs']), {
  width: 8,
  height: 8,
})) {
  check<Equals<typeof file, string>>();
}
const [best] = topK(outputs['output']!.as('FP32').data, 1);
const label = (await readLabels('labels.txt'))[best!.index];
// @ts-expect-error misspelt
await loadImage('cat.jpg', { width: 224, heigth: 224 });
