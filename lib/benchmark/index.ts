export {
  benchmark,
  type BenchmarkOptions,
  type BenchmarkResult,
  type StartTimes,
} from './benchmark';
export {
  benchmarkSweep,
  combinations,
  recommend,
  type Recommendation,
  type Sweep,
  type SweepName,
  type Trial,
} from './sweep';
