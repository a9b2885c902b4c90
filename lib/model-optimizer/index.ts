/** The entry `openvino-iecore/model-optimizer`. */

export { convertModel } from './convert-model';
export type { ByInput, ConvertOptions, InputChange } from './options';
export type { Transformations } from './transformations';
export { drawLayers, largestPicture } from './draw-layers';
export { reportConversion, type ConversionReport, type OperationCount } from './conversion-report';
export { layersOf, type ExecutedLayer } from './layers';
