import { CallRecorder } from '../../lib/base/call-stats';
import { errorOf, type ErrorCode } from '../../lib/errors';

const now = { pending: 3, running: 2 };

/** A recorder of calls with these latencies in ms; the clock does not advance. */
async function recorded(times: readonly number[]) {
  const recorder = new CallRecorder();
  jest.spyOn(performance, 'now').mockReturnValue(1e6);
  for (const time of times) await recorder.record(1e6 - time, Promise.resolve());
  jest.restoreAllMocks();
  return recorder;
}

test('reports zeros before the first call', () => {
  expect(new CallRecorder().stats(now)).toEqual({
    ...{ completed: 0, failed: 0, cancelled: 0, refused: 0, pending: 3, running: 2 },
    latency: { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 },
  });
});

test('computes the same percentiles as NumPy', async () => {
  // np.percentile([1, 2, 4, 8, 16, 32], [50, 90, 99]) is [6, 24, 31.2].
  const { latency } = (await recorded([8, 1, 32, 4, 2, 16])).stats(now);
  expect(latency).toMatchObject({ count: 6, mean: 10.5, p50: 6, max: 32 });
  expect(latency.p90).toBeCloseTo(24, 9);
  expect(latency.p99).toBeCloseTo(31.2, 9);
});

test('keeps the latencies of the last 1024 calls', async () => {
  const times = Array.from({ length: 3000 }, (_, i) => i);
  const { completed, latency } = (await recorded(times)).stats(now);
  expect(completed).toBe(3000);
  // The last 1024 are 1976 … 2999.
  expect(latency).toMatchObject({ count: 1024, mean: 2487.5, p50: 2487.5, max: 2999 });
});

test.each([
  ['ABORT_ERR', 'cancelled'],
  ['CANCELLED', 'cancelled'],
  ['CLOSED', 'cancelled'],
  ['QUEUE_FULL', 'refused'],
  ['REQUEST_BUSY', 'refused'],
  ['SHAPE_MISMATCH', 'failed'],
  ['INFERENCE_FAILED', 'failed'],
] as [ErrorCode, string][])('counts %s as %s', async (code, outcome) => {
  const recorder = new CallRecorder();
  const error = errorOf(code, 'no');
  await expect(recorder.record(0, Promise.reject(error))).rejects.toBe(error);
  expect(() =>
    recorder.recordSync(() => {
      throw error;
    }),
  ).toThrow(error);
  expect(recorder.stats(now)).toMatchObject({ completed: 0, [outcome]: 2 });
});
