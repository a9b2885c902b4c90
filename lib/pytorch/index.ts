/** The entry `openvino-iecore/pytorch`: exports PyTorch models, and compares PyTorch with OpenVINO. */

export type { OnProgress } from '../setup/python-worker';
export { compareWithPyTorch } from './compare/compare-with-pytorch';
export type { PyTorchCompareOptions } from './compare/options';
export type { ComparedSide, ImageResult, PyTorchComparison } from './compare/result';
export { providePyTorch, type PyTorchEnvironment } from './environment';
export { exportOnnx, type ExportedModel } from './export/export-onnx';
export type { ExportOptions } from './export/options';
export type { ModelOptions } from './model-source';
