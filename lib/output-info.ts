/** The public class OutputInfo: an output of a network, and its settings. */

import type { NativeNetwork, NativePlan, NativePort } from './addon/native-types';
import { PortInfo } from './ports/port-info';
import { defaultOutputPrecision } from './tensor/precision';

/** An output of a network. Conversion to an integer precision rounds half to even, and clips at its bounds. */
export class OutputInfo extends PortInfo {
  /** @internal */
  constructor(network: NativeNetwork, port: NativePort) {
    super('output', network, port, defaultOutputPrecision);
  }

  /** @internal */
  get plan(): NativePlan['outputs'][number] {
    return { precision: this.precision, ...this.layouts };
  }
}
