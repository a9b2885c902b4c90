import { checkSignal, whenFired } from './abortable';
import { invalid } from './check';

/** Items, and how they become results. */
export interface OrderedWork<T, R> {
  source: Iterable<T> | AsyncIterable<T>;
  /**
   * Whether another item may be taken from the source.
   *
   * @param taken - how many were taken whose results the caller is not done with
   */
  hasRoom: (taken: number) => boolean;
  /** Begins the work on an item. */
  start: (item: T) => Promise<R>;
  /** Ends everything promptly: the caller gets an AbortError. */
  signal?: AbortSignal | undefined;
  /** Called last, however it ends, when no work goes on any more. */
  done?: () => void;
}

type End<R> = { result: R } | { error: unknown };

interface Begun<R> {
  end: End<R> | undefined;
  /** Resolves when there is an end; never rejects. */
  settled: Promise<void>;
}

/** Takes items while there is room, also while the caller works on a result, and begins their work. */
class Intake<T, R> {
  readonly #work: OrderedWork<T, R>;
  readonly #isAsync: boolean;
  readonly #steps: Iterator<T, unknown> | AsyncIterator<T, unknown>;
  readonly #begun: Begun<R>[] = [];
  /** 1 while the caller works on a result. */
  #inUse = 0;
  /** The source was asked for an item that is not there yet. */
  #isAsking = false;
  /** The source has no more items. */
  #hasEnded = false;
  /** What the source threw. */
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
      // What it used may be free for the next one.
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

  /** The next result as soon as it is there; undefined after the last. */
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

  /** Ends the wait of `next`, with an error or without. */
  stop(reason: { error?: unknown }): void {
    this.#stopped ??= reason;
    this.#wake();
  }

  /** Lets go of the source, and waits for what runs unless a signal said that nobody waits. */
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
    // A generator ends only after the step that it was asked for, which may never come.
    if (isPrompt || this.#isAsking) ended.catch(() => undefined);
    if (isPrompt) return;
    await settled;
    if (!this.#isAsking) await ended;
  }
}

/**
 * Works on items, several at a time, and yields their results in the order of the items, each as soon as it
 * and those before it are there: a source that waits for its last result before it gives the next item
 * works too. What the source or the work on an item fails with comes after the results before it. When
 * the caller stops, the source is told, and the work that has begun is waited for.
 *
 * @param begin - called when the first result is asked for; what it throws ends it
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
      // As in a loop, the first error counts.
      await running.close().catch((error: unknown) => {
        if (!isFailing) throw error;
      });
    }
  }

  const results = run();
  const finish = results.return.bind(results);
  // By itself a generator would wait for its next result first, and so for the source.
  results.return = async (value) => {
    intake?.stop({});
    return finish(value);
  };
  return results;
}
