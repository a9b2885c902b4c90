import type { NativeNetwork, NativePlan, NativePort } from './native-types';
import { PortInfo } from './port-info';
import { defaultInputPrecision } from './precision';
import { planPreProcess, type PreProcess } from './preprocess';

/** An input of a network: what it is, and what `loadNetwork` shall make of it. */
export class InputInfo extends PortInfo {
  /** What happens to the data inside the compiled network. Default: nothing. */
  preProcess: PreProcess = {};

  /** @internal */
  constructor(network: NativeNetwork, port: NativePort) {
    super('input', network, port, defaultInputPrecision);
  }

  /** @internal */
  get plan(): NativePlan['inputs'][number] {
    const channels = this.shape[this.layout.indexOf('C')] ?? -1;
    const steps = planPreProcess(
      this.preProcess,
      `input '${this.name}'.preProcess`,
      this.layout,
      channels,
    );
    return { precision: this.precision, ...this.layouts, ...steps };
  }
}
