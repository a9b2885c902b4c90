/** Counts calls by outcome and measures their latency. */

import { type ErrorCode, isOwnError } from '../errors';
import { quantile } from './statistics';

/** Counts and latencies of the calls of a network or queue since it was made. */
export interface CallStats {
  /** Calls that succeeded. */
  completed: number;
  /** Calls that failed: wrong inputs, or a failed inference. */
  failed: number;
  /** Calls that ended because of their signal, `cancel()` or `close()`. */
  cancelled: number;
  /** Calls that were refused: QUEUE_FULL, and REQUEST_BUSY of `inferSync`. */
  refused: number;
  /** Calls that are waiting for an idle request now. */
  pending: number;
  /** Calls whose inference is running now. */
  running: number;
  /** Time from the call to its result in ms, waiting included, of the last 1024 completed calls. All 0 without calls. */
  latency: {
    /** Number of calls in these figures: at most 1024. */
    count: number;
    /** The average, in ms. */
    mean: number;
    /** The median, in ms. */
    p50: number;
    /** The 90th percentile, in ms. */
    p90: number;
    /** The 99th percentile, in ms. */
    p99: number;
    /** The maximum, in ms. */
    max: number;
  };
}

type Outcome = 'completed' | 'failed' | 'cancelled' | 'refused';

/** Error codes that do not count as failed. */
const outcomes: Partial<Record<ErrorCode, Outcome>> = {
  ABORT_ERR: 'cancelled',
  CANCELLED: 'cancelled',
  CLOSED: 'cancelled',
  QUEUE_FULL: 'refused',
  REQUEST_BUSY: 'refused',
};

/** Number of completed calls whose latencies are kept. */
const windowLength = 1024;

/** Counts calls and keeps the latencies of the last calls, in constant memory. */
export class CallRecorder {
  readonly #counts = { completed: 0, failed: 0, cancelled: 0, refused: 0 };
  /** A ring buffer: the n-th completed call is at index n modulo its length. */
  readonly #latencies = new Float64Array(windowLength);

  #complete(since: number): void {
    this.#latencies[this.#counts.completed % windowLength] = performance.now() - since;
    this.#counts.completed += 1;
  }

  #fail(error: unknown): void {
    this.#counts[(isOwnError(error) && outcomes[error.code]) || 'failed'] += 1;
  }

  /**
   * Records the outcome of a call.
   *
   * @param since - when the call began; a quick inference has finished before its promise exists
   */
  async record<T>(since: number, call: Promise<T>): Promise<T> {
    try {
      const result = await call;
      this.#complete(since);
      return result;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Makes a synchronous call and records its outcome. */
  recordSync<T>(call: () => T): T {
    const since = performance.now();
    try {
      const result = call();
      this.#complete(since);
      return result;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** The figures so far, together with the present numbers of waiting and running calls. */
  stats(now: Pick<CallStats, 'pending' | 'running'>): CallStats {
    const count = Math.min(this.#counts.completed, windowLength);
    const times = [...this.#latencies.subarray(0, count)];
    const part = (share: number): number => (count === 0 ? 0 : quantile(times, share));
    const mean = times.reduce((sum, time) => sum + time, 0) / Math.max(count, 1);
    const latency = { count, mean, p50: part(0.5), p90: part(0.9), p99: part(0.99), max: part(1) };
    return { ...this.#counts, ...now, latency };
  }
}
