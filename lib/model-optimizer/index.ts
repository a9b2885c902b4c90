export { convertModel } from './convert-model';
export type { ByInput, ConvertOptions, InputChange, Transformations } from './options';
export {
  drawLayers,
  largestPicture,
  layersOf,
  reportConversion,
  type ConversionReport,
  type ExecutedLayer,
  type OperationCount,
} from './report';
