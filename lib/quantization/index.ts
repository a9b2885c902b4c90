/** The entry `openvino-iecore/quantization`: quantizes networks to INT8, and compares networks. */

export type { OnProgress } from '../setup/python-worker';
export { compareNetworks, type ComparedImage, type Comparison } from './compare-networks';
export type { CompareOptions } from './compare-options';
export { quantize } from './quantize';
export type { QuantizeOptions } from './quantize-options';
