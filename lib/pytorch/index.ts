export type { OnProgress } from '../python';
export { exportOnnx, type ExportedModel, type ExportOptions } from './export-onnx';
export type { ModelOptions } from './source';
export { providePyTorch } from './find-python';
