export type { OnProgress } from '../python';
export { exportOnnx, type ExportedModel, type ExportOptions } from './export-onnx';
export type { ModelOptions } from './source';
export { providePyTorch, type PyTorchEnvironment } from './find-python';
