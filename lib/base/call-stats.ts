import { type ErrorCode, isOwnError } from '../errors';
import { quantile } from './statistics';

/** What became of the calls of a network or queue since it was made. */
export interface CallStats {
  /** Calls that were answered. */
  completed: number;
  /** Calls that failed: wrong inputs, or an inference that did not work. */
  failed: number;
  /** Calls that ended because of their signal, `cancel()` or `close()`. */
  cancelled: number;
  /** Calls that were turned away: QUEUE_FULL, and REQUEST_BUSY of `inferSync`. */
  refused: number;
  /** Calls that wait for a request now. */
  pending: number;
  /** Calls whose inference is under way now. */
  running: number;
  /** From the call to its answer, the wait included, in ms; of the last 1024 answered calls. All 0 before the first. */
  latency: {
    /** How many calls these figures are of: at most 1024. */
    count: number;
    /** The average, in ms. */
    mean: number;
    /** The median, in ms. */
    p50: number;
    /** 90 % of the calls took no longer, in ms. */
    p90: number;
    /** 99 % of the calls took no longer, in ms. */
    p99: number;
    /** The longest, in ms. */
    max: number;
  };
}

type Outcome = 'completed' | 'failed' | 'cancelled' | 'refused';

/** Errors that are no failure of the call or the inference. */
const outcomes: Partial<Record<ErrorCode, Outcome>> = {
  ABORT_ERR: 'cancelled',
  CANCELLED: 'cancelled',
  CLOSED: 'cancelled',
  QUEUE_FULL: 'refused',
  REQUEST_BUSY: 'refused',
};

/** How many answered calls the latencies are of. */
const windowLength = 1024;

/** Counts calls and keeps the latencies of the last ones, in constant memory. */
export class CallRecorder {
  readonly #counts = { completed: 0, failed: 0, cancelled: 0, refused: 0 };
  /** A ring: the n-th answered call is at n modulo its length. */
  readonly #latencies = new Float64Array(windowLength);

  #complete(since: number): void {
    this.#latencies[this.#counts.completed % windowLength] = performance.now() - since;
    this.#counts.completed += 1;
  }

  #fail(error: unknown): void {
    this.#counts[(isOwnError(error) && outcomes[error.code]) || 'failed'] += 1;
  }

  /**
   * Records how a call ends.
   *
   * @param since - when it began: a quick inference is over when its promise is there
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

  /** Makes a call that waits for its end, and records it. */
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

  /** The figures so far, with what is going on now. */
  stats(now: Pick<CallStats, 'pending' | 'running'>): CallStats {
    const count = Math.min(this.#counts.completed, windowLength);
    const times = [...this.#latencies.subarray(0, count)];
    const part = (share: number): number => (count === 0 ? 0 : quantile(times, share));
    const mean = times.reduce((sum, time) => sum + time, 0) / Math.max(count, 1);
    const latency = { count, mean, p50: part(0.5), p90: part(0.9), p99: part(0.99), max: part(1) };
    return { ...this.#counts, ...now, latency };
  }
}
