import { combinations, recommend, type BenchmarkResult, type Trial } from '../../lib/benchmark';
import { coded } from '../helpers/networks';

test('returns every combination; the last name changes fastest', () => {
  expect(combinations({ nireq: [1, 2], batch: [4, 8] })).toEqual([
    { nireq: 1, batch: 4 },
    { nireq: 1, batch: 8 },
    { nireq: 2, batch: 4 },
    { nireq: 2, batch: 8 },
  ]);
  expect(combinations({})).toEqual([{}]);
});

test.each([
  [{ threads: [1] }, /nireq, nstreams, nthreads/],
  [{ nireq: [] }, /sweep\.nireq/],
  [{ nireq: 3 }, /sweep\.nireq/],
])('%j is not a sweep', (sweep, message) => {
  expect(() => combinations(sweep as object)).toThrow(coded('INVALID_ARGUMENT'));
  expect(() => combinations(sweep as object)).toThrow(message);
});

test('recommends the shortest latency and the highest throughput among the results', () => {
  const trial = (median: number, fps: number): Trial => ({
    settings: { nireq: fps },
    result: { latency: { median }, fps } as BenchmarkResult,
    error: undefined,
  });
  const trials = [trial(5, 200), trial(9, 700), trial(7, 300)];
  const failed: Trial = { settings: {}, result: undefined, error: undefined };
  expect(recommend([failed, ...trials])).toEqual({ latency: trials[0], throughput: trials[1] });
  expect(recommend([failed])).toEqual({ latency: undefined, throughput: undefined });
});
