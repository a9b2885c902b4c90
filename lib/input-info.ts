/** The public class InputInfo: an input of a network, and its settings. */

import type { LoadedInput } from './ports/port';
import { axesOf, axisLength, type Layout } from './tensor/layout';
import type { NativeNetwork, NativePlan, NativePort } from './addon/native-types';
import { PortInfo } from './ports/port-info';
import { defaultInputPrecision } from './tensor/precision';
import { preProcessSettings, type PreProcess } from './ports/preprocess';
import { planPreProcess, tensorLayout } from './ports/preprocess-plan';

/** An input of a network, with the settings that `loadNetwork` applies. */
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
   * The preprocessing of the data; may be set before `loadNetwork`, as a whole or step by step. Steps that are not set
   * have their defaults: `RAW`, `NO_RESIZE`, false, and no mean or scale.
   *
   * @throws ArgumentError - INVALID_ARGUMENT for an unknown step or a wrong value
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
