/** The entry `openvino-iecore/benchmark`. */

export { benchmark } from './benchmark';
export { type BenchmarkOptions } from './options';
export { type BenchmarkResult, type StartTimes } from './result';
export {
  benchmarkSweep,
  combinations,
  recommend,
  type Recommendation,
  type Sweep,
  type SweepName,
  type Trial,
} from './sweep';
