import { getEventListeners } from 'node:events';
import { abortable, whenFired } from '../../lib/base/abortable';

const never = async () => new Promise<never>(() => undefined);

test('a signal has one listener, however many calls wait on it, and none when they are over', async () => {
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
  // Warnings come a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

test('all calls of a signal reject when it fires, each after its own clean-up', async () => {
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

test('who stopped listening is not called, and stopping twice takes nobody else away', () => {
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

test('a call that begins after the signal fired rejects at once, without its work', async () => {
  const work = jest.fn(never);
  await expect(abortable(AbortSignal.abort(), work)).rejects.toMatchObject({ name: 'AbortError' });
  expect(work).not.toHaveBeenCalled();
});
