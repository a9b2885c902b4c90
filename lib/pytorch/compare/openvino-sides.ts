/** The sides of OpenVINO: the network in FP32, in BF16 if the processor supports it, and in INT8 if there is a file. */

import { exists } from '../../base/regular-file';
import type { IECore } from '../../core';
import type { Config } from '../../device/config-keys';
import { errorOf } from '../../errors';
import type { ExecutableNetwork } from '../../executable-network';
import { acceptImages, type AcceptedImages, type AcceptOptions } from '../../image';
import type { CompareSettings } from './options';
import type { Pixels } from './pixels';
import type { Infer, Side } from './side';

/** Measures batches with a loaded network, from pixels in memory to scores in memory. */
function inferWith(
  exec: ExecutableNetwork,
  { input, output }: AcceptedImages,
  data: readonly Uint8Array[],
): Infer {
  const [request] = exec.requests as [ExecutableNetwork['requests'][number]];
  const size = data[0]?.length ?? 0;
  return (indices) => {
    const pixels = new Uint8Array(size * indices.length);
    indices.forEach((index, i) => {
      pixels.set(data[index] as Uint8Array, i * size);
    });
    const began = performance.now();
    request.inferSync({ [input]: pixels });
    const all = request.getBlob(output).as('FP32').data.slice();
    const milliseconds = performance.now() - began;
    const length = all.length / indices.length;
    const scores = indices.map((_, i) => all.subarray(i * length, (i + 1) * length));
    return Promise.resolve({ milliseconds, scores });
  };
}

/** Loads networks for the sides, and closes them at the end. */
export class OpenVINOSides implements Disposable {
  readonly #core: IECore;
  readonly #loaded: ExecutableNetwork[] = [];
  readonly #pixels: Pixels;
  readonly #accept: AcceptOptions;

  constructor(core: IECore, pixels: Pixels, accept: AcceptOptions) {
    this.#core = core;
    this.#pixels = pixels;
    this.#accept = accept;
  }

  /** Loads the network in each precision that is available; `onSkipped` receives the reason for each other one. */
  async load({ network, int8, threads, onSkipped }: CompareSettings): Promise<Side[]> {
    const common = { INFERENCE_NUM_THREADS: threads, PERFORMANCE_HINT: 'LATENCY' };
    const supported = this.#core.getMetric('CPU', 'OPTIMIZATION_CAPABILITIES') as string[];
    const make = (precision: string, path: string, config: Config): Promise<Side> =>
      this.#side(`OpenVINO ${precision}`, path, { ...common, ...config });
    const sides = [await make('FP32', network, { INFERENCE_PRECISION_HINT: 'f32' })];
    if (supported.includes('BF16'))
      sides.push(await make('BF16', network, { INFERENCE_PRECISION_HINT: 'bf16' }));
    else onSkipped?.('BF16: this processor does not support it');
    const beside = `${network.replace(/\.\w+$/, '')}-int8.xml`;
    const quantized = int8 ?? (exists(beside) ? beside : undefined);
    if (quantized !== undefined) sides.push(await make('INT8', quantized, {}));
    else onSkipped?.(`INT8: there is no file ${beside}; iecore quantize makes it`);
    return sides;
  }

  async #side(name: string, path: string, config: Config): Promise<Side> {
    const ofBatch = (batch: number): Promise<Infer> => this.#loadBatch(path, config, batch);
    return { name, infer: await ofBatch(1), ofBatch };
  }

  async #loadBatch(path: string, config: Config, batch: number): Promise<Infer> {
    using network = await this.#core.readNetwork(path);
    const accepted = acceptImages(network, this.#accept);
    const { width, height } = accepted.imageOptions;
    const expected = this.#pixels;
    if (width !== expected.width || height !== expected.height) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected an input of ${expected.width}x${expected.height} pixels, as the first network has, but ${path} takes ${width}x${height}`,
      );
    }
    if (network.batchSize !== batch) network.batchSize = batch;
    const exec = await this.#core.loadNetwork(network, 'CPU', { config, numRequests: 1 });
    this.#loaded.push(exec);
    return inferWith(exec, accepted, expected.data);
  }

  /** Closes all networks that were loaded. */
  [Symbol.dispose](): void {
    for (const exec of this.#loaded) exec.close();
  }
}
