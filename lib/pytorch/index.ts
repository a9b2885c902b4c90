export type { OnProgress } from '../setup/python-module';
export {
  compareWithPyTorch,
  type ComparedSide,
  type ImageResult,
  type PyTorchCompareOptions,
  type PyTorchComparison,
} from './compare';
export { exportOnnx, type ExportedModel, type ExportOptions } from './export-onnx';
export type { ModelOptions } from './source';
export { providePyTorch, type PyTorchEnvironment } from './find-python';
