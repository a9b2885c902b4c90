import { errorOf } from '../../lib/errors';
import { run, runSync, step, type Operation } from '../../lib/base/operation';

const ways: boolean[] = [];

/** Divides in one step; a division by zero fails in that step and is caught. */
function* divide(a: number, b: number): Operation<string> {
  try {
    const quotient = yield* step((sync) => {
      ways.push(sync);
      if (b === 0) throw new Error('division by zero');
      return sync ? a / b : Promise.resolve(a / b);
    });
    return `${quotient + 1}`;
  } catch (error) {
    throw new Error('cannot divide', { cause: error });
  }
}

beforeEach(() => {
  ways.length = 0;
});

test('one body returns the same value both ways, and each step receives `sync`', async () => {
  await expect(run(divide(6, 3))).resolves.toBe('3');
  expect(runSync(divide(6, 3))).toBe('3');
  expect(ways).toEqual([false, true]);
});

test('the body can catch the error of a step, and its own errors reach the caller', async () => {
  await expect(run(divide(1, 0))).rejects.toThrow(/^cannot divide$/);
  expect(() => runSync(divide(1, 0))).toThrow(/^cannot divide$/);
});

test('an error before the first step rejects the promise and is thrown by the twin', async () => {
  function* check(): Operation<number> {
    throw new RangeError('too large');
    yield* step(() => 1);
  }
  await expect(run(check())).rejects.toThrow(RangeError);
  expect(() => runSync(check())).toThrow(RangeError);
});

test('the first step starts during the call', async () => {
  const result = run(divide(6, 3));
  expect(ways).toEqual([false]);
  await result;
});

/** Fails `depth` generators below the operation. */
function* failDeep(depth: number): Operation<void> {
  if (depth === 0) throw errorOf('CLOSED', 'closed');
  yield* failDeep(depth - 1);
}

test.each([0, 10])(
  'an error %i generators deep shows the frame of the caller once',
  async (depth) => {
    async function asyncCaller(): Promise<void> {
      await run(failDeep(depth));
    }
    function syncCaller(): void {
      runSync(failDeep(depth));
    }
    const error = await asyncCaller().catch((reason: unknown) => reason as Error);
    expect(String((error as Error).stack).match(/asyncCaller/g)).toHaveLength(1);
    expect(syncCaller).toThrow(
      expect.objectContaining({
        stack: expect.stringMatching(/^(?!.*syncCaller.*syncCaller).*syncCaller/s) as string,
      }) as Error,
    );
  },
);

test('an error after an asynchronous step shows the frame of the caller', async () => {
  async function theCaller(): Promise<void> {
    await run(divide(1, 0));
  }
  const error = await theCaller().catch((reason: unknown) => reason as Error);
  expect(String((error as Error).stack)).toContain('theCaller');
});
