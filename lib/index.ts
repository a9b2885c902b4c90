/** The public entry of the package: re-exports only. */

export { Blob } from './blob';
export { fromFloat32, toFloat32 } from './tensor/half';
export type { CallStats } from './base/call-stats';
export type { Config, ConfigValue } from './device/config-keys';
export { IECore, type CoreOptions } from './core';
export type { DeviceName, KnownDevice } from './device/names';
export type { DeviceReport } from './device/report';
export type { DeviceVersion } from './device/versions';
export {
  AbortError,
  ArgumentError,
  FileError,
  InferenceError,
  LoadError,
  OpenVINOError,
  type ErrorCode,
  type ErrorDetails,
} from './errors';
export { ExecutableNetwork, type InferOptions, type SharedNetwork } from './executable-network';
export { InferRequest, type LayerPerf } from './infer-request';
export type { Outputs } from './infer/outputs';
export type { Inputs, InputValue } from './infer/assignment';
export { VariableState } from './variable-state';
export { StatusCode } from './infer/status-code';
export { InferQueue, type InferQueueOptions } from './infer-queue';
export type { LoadOptions, PoolOptions } from './infer/load-options';
export { InputInfo } from './input-info';
export { layoutNames, type Layout } from './tensor/layout';
export { IENetwork } from './network';
export { OutputInfo } from './output-info';
export type { TensorDesc } from './tensor/tensor';
export {
  precisionNames,
  type BlobData,
  type DataOf,
  type InputData,
  type Precision,
  type HalfPrecision,
} from './tensor/precision';
export type { ColorFormat, MeanImage, PreProcess, ResizeAlgorithm } from './ports/preprocess';
export type { PortDescription } from './ports/port-description';
export type { IsolationOptions } from './read/isolated';
export type { ModelSource, ReadOptions } from './read/source';
export type { LayerOutput } from './read/layer-outputs';
export type { Dimension } from './tensor/reshape';
export { getVersion } from './addon/version';
