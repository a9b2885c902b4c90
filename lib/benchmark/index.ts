export { benchmark, type BenchmarkOptions, type BenchmarkResult } from './benchmark';
export {
  benchmarkSweep,
  combinations,
  recommend,
  type Recommendation,
  type Sweep,
  type SweepName,
  type Trial,
} from './sweep';
