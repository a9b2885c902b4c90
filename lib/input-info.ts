import type { LoadedInput } from './ports/port';
import { axesOf, axisLength, type Layout } from './tensor/layout';
import type { NativeNetwork, NativePlan, NativePort } from './addon/native-types';
import { PortInfo } from './ports/port-info';
import { defaultInputPrecision } from './tensor/precision';
import {
  planPreProcess,
  preProcessSettings,
  tensorLayout,
  type PreProcess,
} from './ports/preprocess';

/** An input of a network: what it is, and what `loadNetwork` shall make of it. */
export class InputInfo extends PortInfo {
  #preProcess: PreProcess;

  /** @internal */
  constructor(network: NativeNetwork, port: NativePort) {
    super('input', network, port, defaultInputPrecision);
    this.#preProcess = preProcessSettings({}, this.#what);
  }

  get #what(): string {
    return `input '${this.name}'.preProcess`;
  }

  /**
   * What happens to the data before the network sees it; may be set before `loadNetwork`, as a whole or
   * one by one. What is not set reads as its default: `RAW`, `NO_RESIZE`, false, and no mean or scale.
   *
   * @throws ArgumentError - INVALID_ARGUMENT for what is no step, or no value for it
   * @example
   * ```ts
   * net.inputInfo.data.preProcess = { mean: [104, 117, 123], reverseChannels: true };
   * net.inputInfo.data.preProcess.resizeAlgorithm = 'RESIZE_BILINEAR';
   * ```
   */
  get preProcess(): PreProcess {
    return this.#preProcess;
  }

  set preProcess(steps: PreProcess) {
    this.#preProcess = preProcessSettings(steps, this.#what);
  }

  /** @internal */
  protected override get settable(): readonly string[] {
    return [...super.settable, 'preProcess'];
  }

  #axis(axis: string): number {
    return axisLength(this.shape, this.layout, axis);
  }

  get #tensorLayout(): Layout {
    return tensorLayout(this.#preProcess, this.layout);
  }

  /** @internal */
  get plan(): NativePlan['inputs'][number] {
    const [channels, height, width] = ['C', 'H', 'W'].map((axis) => this.#axis(axis)) as [
      number,
      number,
      number,
    ];
    const steps = planPreProcess(this.#preProcess, this.#what, this.layout, channels, {
      height,
      width,
    });
    const { modelLayout } = this.layouts;
    return { precision: this.precision, layout: axesOf(this.#tensorLayout), modelLayout, ...steps };
  }

  /** @internal */
  override get loaded(): LoadedInput {
    return { ...super.loaded, layout: this.#tensorLayout, preProcess: { ...this.#preProcess } };
  }
}
