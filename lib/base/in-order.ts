/** Works on items concurrently and yields their results in the order of the items. */

import { checkSignal, whenFired } from './abortable';
import { invalid } from './check';

/** A source of items, and the work that computes the result of an item. */
export interface OrderedWork<T, R> {
  source: Iterable<T> | AsyncIterable<T>;
  /**
   * Whether another item may be taken from the source now.
   *
   * @param taken - number of items taken whose results the caller has not finished with
   */
  hasRoom: (taken: number) => boolean;
  /** Starts the work on an item. */
  start: (item: T) => Promise<R>;
  /** Stops at once when it fires: the caller gets an AbortError. */
  signal?: AbortSignal | undefined;
  /** Called last, whether or not there was an error, when no work is running any more. */
  done?: () => void;
}

type End<R> = { result: R } | { error: unknown };

interface Begun<R> {
  end: End<R> | undefined;
  /** Resolves when `end` is set; never rejects. */
  settled: Promise<void>;
}

/** Takes items from the source while there is room, even while the caller uses a result, and starts their work. */
class Intake<T, R> {
  readonly #work: OrderedWork<T, R>;
  readonly #isAsync: boolean;
  readonly #steps: Iterator<T, unknown> | AsyncIterator<T, unknown>;
  readonly #begun: Begun<R>[] = [];
  /** 1 while the caller uses a result, else 0. */
  #inUse = 0;
  /** Whether a promise of the source's next item is pending. */
  #isAsking = false;
  /** Whether the source has no more items. */
  #hasEnded = false;
  /** The error of the source. */
  #failure: { error: unknown } | undefined;
  #stopped: { error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(work: OrderedWork<T, R>) {
    const { source } = work;
    this.#work = work;
    this.#isAsync = Symbol.asyncIterator in source;
    this.#steps =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  #fill(): void {
    while (
      !this.#isAsking &&
      !this.#hasEnded &&
      this.#stopped === undefined &&
      this.#work.hasRoom(this.#begun.length + this.#inUse)
    ) {
      try {
        const step = this.#steps.next();
        if (this.#isAsync) return this.#expect(step);
        this.#accept(step);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #expect(step: unknown): void {
    this.#isAsking = true;
    const goOn = (): void => {
      this.#isAsking = false;
      this.#fill();
      this.#wake();
    };
    Promise.resolve(step)
      .then((arrived) => {
        this.#accept(arrived);
      })
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .then(goOn, goOn);
  }

  #fail(error: unknown): void {
    this.#hasEnded = true;
    this.#failure = { error };
  }

  #accept(step: unknown): void {
    if (typeof step !== 'object' || step === null)
      throw invalid('a step of the iterator', 'an object with done and value', step);
    const { done, value } = step as IteratorResult<T, unknown>;
    if (done === true) this.#hasEnded = true;
    else if (this.#stopped === undefined) this.#begin(value);
  }

  #begin(item: T): void {
    const begun: Begun<R> = { end: undefined, settled: Promise.resolve() };
    const finish = (end: End<R>): void => {
      begun.end = end;
      // The next item may use the resources that this one has released.
      this.#fill();
      this.#wake();
    };
    begun.settled = this.#work.start(item).then(
      (result) => {
        finish({ result });
      },
      (error: unknown) => {
        finish({ error });
      },
    );
    this.#begun.push(begun);
  }

  /** Resolves with the next result as soon as it exists; with undefined after the last one. */
  async next(): Promise<{ result: R } | undefined> {
    this.#inUse = 0;
    for (;;) {
      this.#fill();
      if (this.#stopped !== undefined) {
        if ('error' in this.#stopped) throw this.#stopped.error;
        return undefined;
      }
      const [head] = this.#begun;
      if (head?.end !== undefined) {
        this.#begun.shift();
        if ('error' in head.end) throw head.end.error;
        this.#inUse = 1;
        return head.end;
      }
      if (head === undefined && this.#hasEnded) {
        if (this.#failure !== undefined) throw this.#failure.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends the wait of `next`, with or without an error. */
  stop(reason: { error?: unknown }): void {
    this.#stopped ??= reason;
    this.#wake();
  }

  /** Closes the source and waits for the running work, unless a signal has stopped it. */
  async close(): Promise<void> {
    const isPrompt = this.#stopped !== undefined && 'error' in this.#stopped;
    this.stop({});
    const steps = this.#steps;
    const ended = this.#hasEnded
      ? Promise.resolve()
      : (async () => {
          await steps.return?.();
        })();
    const settled = Promise.all(this.#begun.map(async (begun) => begun.settled)).then(
      this.#work.done,
    );
    // A generator returns only after its pending step, which may never finish.
    if (isPrompt || this.#isAsking) ended.catch(() => undefined);
    if (isPrompt) return;
    await settled;
    if (!this.#isAsking) await ended;
  }
}

/**
 * Works on several items at a time and yields their results in the order of the items.
 *
 * Each result is yielded as soon as it and all earlier ones exist, so a source may wait for a result before it gives the
 * next item. An error of the source or of the work on an item is thrown after all earlier results. When the caller stops
 * early, the source is closed, and the iteration ends after the running work.
 *
 * @param begin - called when the first result is requested; an error that it throws ends the iteration
 */
export function inOrder<T, R>(begin: () => OrderedWork<T, R>): AsyncGenerator<R, void, undefined> {
  let intake: Intake<T, R> | undefined;

  async function* run(): AsyncGenerator<R, void, undefined> {
    const work = begin();
    checkSignal(work.signal);
    const running = new Intake(work);
    intake = running;
    const unwatch =
      work.signal &&
      whenFired(work.signal, (error) => {
        running.stop({ error });
      });
    let isFailing = false;
    try {
      for (let next = await running.next(); next !== undefined; next = await running.next())
        yield next.result;
    } catch (error) {
      isFailing = true;
      throw error;
    } finally {
      unwatch?.();
      // The first error counts, as in a `for await` loop.
      await running.close().catch((error: unknown) => {
        if (!isFailing) throw error;
      });
    }
  }

  const results = run();
  const finish = results.return.bind(results);
  // A generator's own return() would first wait for its pending result, and therefore for the source.
  results.return = async (value) => {
    intake?.stop({});
    return finish(value);
  };
  return results;
}
