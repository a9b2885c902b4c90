/** The result of a benchmark, and its figures. */

import type { Config } from '../device/config-keys';
import { quantile } from '../base/statistics';
import type { LayerPerf } from '../infer-request';
import type { apis, hints } from './options';

/** The time until a network can be used, in ms; undefined for a way that the device does not offer. */
export interface StartTimes {
  /** Time to compile the network. */
  compiled: number;
  /** Time to load it from the cache, as a second start does. */
  cached: number | undefined;
  /** Time of `importNetwork` for a file that `export` wrote. */
  imported: number | undefined;
}

/** The result of a benchmark. All times are in ms. */
export interface BenchmarkResult {
  /** The requested device. */
  device: string;
  /** The devices that executed the network. */
  executionDevices: string[];
  /** The hint that was used. */
  hint: keyof typeof hints;
  /** The way of inferring that was used. */
  api: keyof typeof apis;
  /** The number of images, or of other items, in an inference. */
  batch: number;
  /** The number of requests, which ran in parallel. */
  requests: number;
  /** The type that the device computed in; empty if the device does not report it. */
  inferPrecision: string;
  /** The number of inferences that were measured. */
  iterations: number;
  /** Whether a signal ended the measurement early. */
  interrupted: boolean;
  /** Time to read the model. */
  readTime: number;
  /** Time to compile it or to load it from the cache. */
  loadTime: number;
  /** Whether it was loaded from the cache. */
  fromCache: boolean;
  /** With `cacheDir`: the times of a first and a second start. */
  starts: StartTimes | undefined;
  /** Time of the first inference, which is not part of the other figures. */
  firstInference: number;
  /** Time from the start of the first measured inference to the end of the last one. */
  duration: number;
  /** Latency of an inference. */
  latency: {
    /** The requested percentile. */
    percentile: number;
    /** The median. */
    median: number;
    /** The mean. */
    average: number;
    /** The shortest. */
    min: number;
    /** The longest. */
    max: number;
  };
  /** Throughput per second: batch × iterations / duration. */
  fps: number;
  /** The configuration that was passed to the device. */
  config: Config;
  /** The properties that the device reports. */
  properties: Record<string, unknown>;
  /** With `perfCounts`: the layers of the last inference of each request. */
  layers: Record<string, LayerPerf>[];
}

/**
 * The figures of some latencies.
 *
 * @param percentile - from 1 to 100
 */
export function latencyOf(
  latencies: readonly number[],
  percentile: number,
): BenchmarkResult['latency'] {
  return {
    percentile: quantile(latencies, percentile / 100),
    median: quantile(latencies, 0.5),
    average: latencies.reduce((sum, value) => sum + value, 0) / latencies.length,
    min: latencies.reduce((least, value) => Math.min(least, value), Infinity),
    max: latencies.reduce((most, value) => Math.max(most, value), 0),
  };
}
