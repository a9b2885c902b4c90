export type { OnProgress } from '../python';
export {
  compareNetworks,
  type ComparedImage,
  type CompareOptions,
  type Comparison,
} from './compare';
export { quantize, type QuantizeOptions } from './quantize';
