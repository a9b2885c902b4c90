import { getEventListeners } from 'node:events';
import { abortable, whenFired } from '../../lib/base/abortable';

const never = async () => new Promise<never>(() => undefined);

test('a signal has one listener while any call uses it, and none after the last call has ended', async () => {
  const warned = jest.fn();
  process.on('warning', warned);
  const { signal } = new AbortController();
  const ends: (() => void)[] = [];
  const calls = Array.from({ length: 1000 }, async (_, i) =>
    abortable(signal, async () => new Promise<number>((resolve) => ends.push(() => resolve(i)))),
  );
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  ends.slice(1).forEach((end) => {
    end();
  });
  await Promise.all(calls.slice(1));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  ends[0]!();
  expect(await calls[0]).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  // Node emits warnings in the next iteration of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

test('when a signal fires, each call runs its clean-up and rejects', async () => {
  const controller = new AbortController();
  const stopped: number[] = [];
  const calls = [0, 1, 2].map(async (i) =>
    abortable(controller.signal, never, () => stopped.push(i)),
  );
  controller.abort('too late');
  for (const call of calls)
    await expect(call).rejects.toMatchObject({ code: 'ABORT_ERR', cause: 'too late' });
  expect(stopped).toEqual([0, 1, 2]);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('a removed callback is not called, and removing it twice removes no other callback', () => {
  const controller = new AbortController();
  const [first, second] = [jest.fn(), jest.fn()];
  const stop = whenFired(controller.signal, first);
  stop();
  whenFired(controller.signal, second);
  stop();
  controller.abort();
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledTimes(1);
});

test('a call that begins after the signal fired rejects at once and starts no work', async () => {
  const work = jest.fn(never);
  await expect(abortable(AbortSignal.abort(), work)).rejects.toMatchObject({ name: 'AbortError' });
  expect(work).not.toHaveBeenCalled();
});
