/** The measured loop: runs inferences until a time limit, a number of inferences, or a signal ends it. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasFired } from '../base/abortable';
import type { InferRequest } from '../infer-request';
import { defaultSeconds, type BenchmarkSettings } from './options';

/** Time between two reports of progress, in ms. */
const progressInterval = 100;

/** Decides when to stop, and reports progress. */
class Limit {
  readonly #began = performance.now();
  readonly #iterations: number;
  readonly #milliseconds: number;
  readonly #settings: BenchmarkSettings;
  #reported = this.#began;
  #started = 0;

  constructor(settings: BenchmarkSettings, requests: number) {
    const { iterations, seconds } = settings;
    this.#settings = settings;
    // Rounds up to whole rounds, so that no request is idle at the end.
    this.#iterations =
      iterations === undefined ? Infinity : Math.ceil(iterations / requests) * requests;
    this.#milliseconds = 1000 * (seconds ?? (iterations === undefined ? defaultSeconds : Infinity));
  }

  /** Whether another inference may start; if so, it counts as started. */
  next(): boolean {
    const elapsed = performance.now() - this.#began;
    if (this.#started >= this.#iterations || elapsed >= this.#milliseconds) return false;
    if (hasFired(this.#settings.signal)) return false;
    this.#started += 1;
    return true;
  }

  /** Reports progress if the last report is old enough; returns whether it did. */
  report(): boolean {
    const now = performance.now();
    if (now - this.#reported < progressInterval) return false;
    this.#reported = now;
    const elapsed = now - this.#began;
    const part = Math.min(
      1,
      Math.max(elapsed / this.#milliseconds, this.#started / this.#iterations),
    );
    this.#settings.onProgress?.(part, part > 0 ? ((elapsed / part) * (1 - part)) / 1000 : Infinity);
    return true;
  }
}

/** Infers until the limit; returns the latency of each inference and the whole time, in ms. */
export async function measure(
  requests: readonly InferRequest[],
  settings: BenchmarkSettings,
): Promise<{ latencies: number[]; duration: number }> {
  const latencies: number[] = [];
  const limit = new Limit(settings, requests.length);
  const began = performance.now();
  if (settings.api === 'sync') {
    const [request] = requests as [InferRequest];
    while (limit.next()) {
      request.inferSync();
      latencies.push(request.latency);
      // Yields to the event loop, so that Ctrl-C is handled.
      if (limit.report()) await nextTurn();
    }
  } else {
    await Promise.all(
      requests.map(async (request) => {
        while (limit.next()) {
          await request.infer();
          latencies.push(request.latency);
          limit.report();
        }
      }),
    );
  }
  return { latencies, duration: performance.now() - began };
}

/** The limits in words, for the title of the step. */
export function describeLimits({ iterations, seconds }: BenchmarkSettings): string {
  const time = seconds ?? (iterations === undefined ? defaultSeconds : undefined);
  return [
    ...(iterations === undefined ? [] : [`${iterations} iterations`]),
    ...(time === undefined ? [] : [`${1000 * time} ms duration`]),
  ].join(', ');
}
