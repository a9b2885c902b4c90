import { setImmediate } from 'node:timers/promises';
import { inOrder, type OrderedWork } from '../../lib/base/in-order';

/** Work that the test finishes or fails item by item. */
class Desk {
  readonly started: number[] = [];
  readonly done = jest.fn();
  readonly #ends = new Map<number, { resolve: (n: number) => void; reject: (e: Error) => void }>();

  of(source: OrderedWork<number, number>['source'], most = 3, signal?: AbortSignal) {
    return inOrder<number, number>(() => ({
      source,
      hasRoom: (taken) => taken < most,
      start: async (item) =>
        new Promise((resolve, reject) => {
          this.started.push(item);
          this.#ends.set(item, { resolve, reject });
        }),
      done: this.done,
      signal,
    }));
  }

  finish(...items: number[]): void {
    for (const item of items) this.#ends.get(item)!.resolve(10 * item);
  }

  fail(item: number): void {
    this.#ends.get(item)!.reject(new Error(`no ${item}`));
  }
}

function* count(length = Infinity): Generator<number> {
  for (let i = 0; i < length; i += 1) yield i;
}

/** A source that yields these items and then never settles; counts the calls of return(). */
function silent(first: number[] = []) {
  const asked = { returned: 0 };
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = first.shift();
        return value === undefined ? new Promise(() => undefined) : { done: false, value };
      },
      return: async () => {
        asked.returned += 1;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  return { source, asked };
}

const given = (value: number) => ({ done: false, value });
const over = { done: true, value: undefined };

test('each result is yielded as soon as it and all earlier ones exist', async () => {
  const desk = new Desk();
  const { source } = silent([0, 1, 2]);
  const results = desk.of(source, 10);
  const first = results.next();
  await setImmediate();
  expect(desk.started).toEqual([0, 1, 2]);
  const seen = jest.fn();
  void first.then(seen);
  desk.finish(1, 2);
  await setImmediate();
  expect(seen).not.toHaveBeenCalled();
  desk.finish(0);
  expect(await first).toEqual(given(0));
  expect(await results.next()).toEqual(given(10));
  expect(await results.next()).toEqual(given(20));
  await results.return();
});

test('a source may wait for its last result before it yields the next item', async () => {
  let answer: (value: number) => void = () => undefined;
  async function* conversation(): AsyncGenerator<number> {
    let next = 1;
    for (let i = 0; i < 5; i += 1) {
      const answered = new Promise<number>((resolve) => (answer = resolve));
      yield next;
      next = await answered;
    }
  }
  const results = inOrder<number, number>(() => ({
    source: conversation(),
    hasRoom: (taken) => taken < 8,
    start: async (item) => Promise.resolve(2 * item),
  }));
  const all = [];
  for await (const result of results) {
    all.push(result);
    answer(result);
  }
  expect(all).toEqual([2, 4, 8, 16, 32]);
});

test('takes items only while there is room, also while the caller uses a result', async () => {
  const desk = new Desk();
  const results = desk.of(count(), 3);
  expect(desk.started).toEqual([]);
  const first = results.next();
  await setImmediate();
  expect(desk.started).toEqual([0, 1, 2]);
  desk.finish(0);
  await first;
  await setImmediate();
  // The caller still uses the result of 0.
  expect(desk.started).toEqual([0, 1, 2]);
  const second = results.next();
  await setImmediate();
  expect(desk.started).toEqual([0, 1, 2, 3]);
  desk.finish(1, 2, 3);
  await second;
  await results.return();
  const late = new Desk();
  const slow = (async function* () {
    yield 0;
    await setImmediate();
    yield 1;
  })();
  const others = late.of(slow, 3);
  const one = others.next();
  await setImmediate();
  late.finish(0);
  await one;
  await setImmediate();
  await setImmediate();
  expect(late.started).toEqual([0, 1]);
  late.finish(1);
  await others.return();
});

test('an error of the source or the work is thrown after all earlier results', async () => {
  const desk = new Desk();
  const failing = (function* () {
    yield 0;
    yield 1;
    throw new Error('no more');
  })();
  const results = desk.of(failing, 10);
  const first = results.next();
  await setImmediate();
  desk.finish(1, 0);
  expect([await first, await results.next()]).toEqual([given(0), given(10)]);
  await expect(results.next()).rejects.toThrow('no more');
  expect(desk.done).toHaveBeenCalledTimes(1);
  const other = new Desk();
  let closed = false;
  const closing = (function* () {
    try {
      yield* count();
    } finally {
      closed = true;
    }
  })();
  const others = other.of(closing, 3);
  const begun = others.next();
  await setImmediate();
  other.fail(1);
  other.finish(0);
  await begun;
  const refused = others.next();
  refused.catch(() => undefined);
  await setImmediate();
  // The source is closed before the running work has ended.
  expect([closed, other.done.mock.calls.length]).toEqual([true, 0]);
  other.finish(2, 3);
  await expect(refused).rejects.toThrow('no 1');
  expect(other.done).toHaveBeenCalledTimes(1);
  expect(await others.next()).toEqual(over);
});

describe('stopping early', () => {
  test('closes the source and waits for running work', async () => {
    const desk = new Desk();
    const ended = jest.fn();
    const source = (async function* () {
      try {
        yield* count();
      } finally {
        await setImmediate();
        ended();
      }
    })();
    const results = desk.of(source, 3);
    const first = results.next();
    await setImmediate();
    desk.finish(0);
    await first;
    const stopped = jest.fn();
    const stopping = results.return().then(stopped);
    for (let i = 0; i < 5; i += 1) await setImmediate();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(stopped).not.toHaveBeenCalled();
    desk.finish(1, 2);
    await stopping;
    expect(desk.done).toHaveBeenCalledTimes(1);
    expect(await results.next()).toEqual(over);
  });

  test.each([
    ['an iterator', () => silent().source],
    [
      'a generator',
      () =>
        (async function* () {
          yield await new Promise<number>(() => undefined);
        })(),
    ],
  ])('does not wait for %s whose next item is pending', async (_, make) => {
    const desk = new Desk();
    const results = desk.of(make());
    const waiting = results.next();
    await setImmediate();
    await results.return();
    expect(await waiting).toEqual(over);
    expect(desk.done).toHaveBeenCalledTimes(1);
  });

  test('closes a source whose next item is pending after a result', async () => {
    const desk = new Desk();
    const { source, asked } = silent([0, 1]);
    const results = desk.of(source);
    const first = results.next();
    await setImmediate();
    desk.finish(0, 1);
    expect(await first).toEqual(given(0));
    for await (const result of results) {
      expect(result).toBe(10);
      break;
    }
    expect(asked.returned).toBe(1);
  });

  test('before the first result starts no work', async () => {
    const desk = new Desk();
    expect(await desk.of(count()).return()).toEqual(over);
    expect(desk.started).toEqual([]);
  });
});

test('a signal rejects at once, even while the source and the work are pending', async () => {
  const desk = new Desk();
  const { source, asked } = silent([0, 1]);
  const controller = new AbortController();
  const results = desk.of(source, 5, controller.signal);
  const first = results.next();
  await setImmediate();
  controller.abort('enough');
  await expect(first).rejects.toMatchObject({ code: 'ABORT_ERR', cause: 'enough' });
  expect(asked.returned).toBe(1);
  expect(desk.done).not.toHaveBeenCalled();
  desk.finish(0, 1);
  await setImmediate();
  expect(desk.done).toHaveBeenCalledTimes(1);
  const late = desk.of(count(), 5, controller.signal);
  await expect(late.next()).rejects.toMatchObject({ code: 'ABORT_ERR' });
});

test('an iterator whose steps are not objects is refused', async () => {
  const wrong = { [Symbol.iterator]: () => ({ next: () => 5 }) } as never;
  await expect(new Desk().of(wrong).next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('items that are thenables are not awaited', async () => {
  const item = { then: jest.fn() };
  const results = inOrder<object, boolean>(() => ({
    source: [item],
    hasRoom: () => true,
    start: async (given) => Promise.resolve(given === item),
  }));
  expect(await results.next()).toEqual({ done: false, value: true });
  expect(item.then).not.toHaveBeenCalled();
});
