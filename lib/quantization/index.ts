export type { OnProgress } from '../setup/python-module';
export {
  compareNetworks,
  type ComparedImage,
  type CompareOptions,
  type Comparison,
} from './compare';
export { quantize, type QuantizeOptions } from './quantize';
