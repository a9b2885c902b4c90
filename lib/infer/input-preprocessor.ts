/** Preprocesses a blob for one input of a request, on the CPU. */

import { blobOf, tensorOf, type Blob } from '../blob';
import { Tensor } from '../tensor/tensor';
import { InputReader } from './assignment';
import { errorOf } from '../errors';
import type { InputPort } from '../ports/port';
import { axesOf, axisLength, isReorder, reorder, type Layout } from '../tensor/layout';
import { loadAddon } from '../addon/loader';
import type {
  NativeCore,
  NativeExecutableNetwork,
  NativeInferRequest,
  NativePlan,
} from '../addon/native-types';
import { dimsFit, isDynamic, plainDims, showDims } from '../tensor/dims';
import { isFloating, type Precision } from '../tensor/precision';
import { setSteps, type PreProcess } from '../ports/preprocess';
import { planPreProcess, tensorLayout, tensorSize, type ImageSize } from '../ports/preprocess-plan';

/** Precisions whose values can be preprocessed, because FP32, which the preprocessing computes in, holds them exactly. */
const exactInFp32: readonly Precision[] = ['FP32', 'FP16', 'BF16', 'I8', 'I16', 'U8', 'U16'];

/** The runtime's core of this thread, made when first needed. */
let core: NativeCore | undefined;
/** Compiled networks by dimensions and plan, kept because all frames of a camera use the same one. */
const compiled = new Map<string, NativeExecutableNetwork>();

/** The maximum number of compiled networks that are kept. */
const mostCompiled = 16;

/** The IR of a network that returns its input, to which the plan adds the preprocessing. */
function identity(dims: readonly number[]): Uint8Array {
  const lengths = dims.map((dim) => `<dim>${dim}</dim>`).join('');
  const port = `<port id="0" precision="FP32">${lengths}</port>`;
  return Buffer.from(`<?xml version="1.0"?><net name="preprocessing" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1"><data shape="${dims.join(',')}" element_type="f32"/><output>${port}</output></layer>
<layer id="1" name="r" type="Result" version="opset1"><input>${port}</input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/></edges></net>`);
}

function compile(dims: readonly number[], plan: NativePlan): NativeExecutableNetwork {
  const key = JSON.stringify([dims, plan], (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
  let network = compiled.get(key);
  if (network === undefined) {
    core ??= new (loadAddon().Core)('');
    const graph = core.readModelFromBuffer(identity(dims), new Uint8Array(), 'ir', true);
    const config = { INFERENCE_PRECISION_HINT: 'f32' };
    network = core.compile(graph, plan, 'CPU', config, null, true);
    const [oldest] = compiled.keys();
    if (oldest !== undefined && compiled.size >= mostCompiled) compiled.delete(oldest);
    compiled.set(key, network);
  }
  return network;
}

function sizeOf({ dims, layout }: InputPort): ImageSize {
  const length = (axis: string): number => axisLength(plainDims(dims), layout, axis);
  return { channels: length('C'), height: length('H'), width: length('W') };
}

/** The layout of the blob: its own if it has the same axes as that of the input, else that of the input. */
function layoutOf(blob: Blob, port: InputPort, steps: PreProcess): Layout {
  const { layout } = tensorOf(blob).desc;
  const own = layout === port.layout || isReorder(port.layout, layout) ? layout : port.layout;
  return tensorLayout(steps, own);
}

/** Checks the dimensions of a blob that is going to be preprocessed. */
function checkDims(blob: Blob, port: InputPort, layout: Layout, steps: PreProcess): void {
  const size = tensorSize(steps, sizeOf(port));
  const lengths: Readonly<Record<string, number>> = {
    C: size.channels,
    H: size.height,
    W: size.width,
  };
  const axes = axesOf(layout);
  const dims = reorder(port.dims ?? [], port.layout, layout).map((dim, i) => {
    const length = lengths[axes[i] ?? ''] ?? dim;
    return length === -1 ? ([1, -1] as const) : length;
  });
  const given = tensorOf(blob).desc.dims;
  if (!dimsFit(given, dims)) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected dims ${showDims(dims)} (${layout}) for '${port.name}' with ${setSteps(steps).join(' and ')}, received ${showDims(given)}`,
    );
  }
}

/**
 * Converts the contents of a blob to the size, layout and color format of one input of a request, before each
 * inference. The device is the CPU.
 */
export class InputPreprocessor {
  /** Reads values with the precision and dimensions of the blob. */
  readonly reader: InputReader;
  /** The result, which the inference reads. */
  readonly target: Blob;
  readonly #request: NativeInferRequest;

  /**
   * @param steps - complete settings with at least one step
   * @throws ArgumentError - SHAPE_MISMATCH, INVALID_ARGUMENT
   */
  constructor(port: InputPort, blob: Blob, steps: PreProcess) {
    const name = `preProcess for '${port.name}'`;
    const { precision } = port;
    if (isDynamic(port)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `${name} needs an input of fixed shape, and the shape is ${showDims(port.dims)}; reshape the network, or set net.inputInfo['${port.name}'].preProcess, before loadNetwork`,
      );
    }
    const made = ['mean', 'scale'].filter((step) => setSteps(steps).includes(step as 'mean'));
    if (!exactInFp32.includes(precision) || (!isFloating(precision) && made.length > 0)) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `${name} cannot do ${setSteps(steps).join(' and ')} in ${precision}; set net.inputInfo['${port.name}'].preProcess before loadNetwork`,
      );
    }
    const layout = layoutOf(blob, port, steps);
    const { channels, ...size } = sizeOf(port);
    const planned = planPreProcess(steps, name, layout, channels, size);
    checkDims(blob, port, layout, steps);
    const dims = plainDims(port.dims);
    const axes = { layout: axesOf(layout), modelLayout: axesOf(port.layout) };
    const network = compile(dims, {
      inputs: [{ precision, ...axes, ...planned }],
      outputs: [{ precision, layout: '', modelLayout: '' }],
      affinity: {},
    });
    this.reader = new InputReader({ ...port, layout, dims: tensorOf(blob).desc.dims });
    this.target = blobOf(Tensor.zeros({ precision, dims, layout: port.layout }));
    this.#request = network.createRequest([precision], false);
    this.#request.setInput(0, tensorOf(blob).native);
    this.#request.setOutput(0, tensorOf(this.target).native);
  }

  start(): Promise<void> {
    return this.#request.start(false);
  }

  runSync(): void {
    this.#request.infer();
  }

  wait(milliseconds: number): boolean {
    return this.#request.wait(milliseconds);
  }

  cancel(): void {
    this.#request.cancel();
  }

  close(): void {
    this.#request.close();
  }
}
