import { probabilities, softmax, topK } from '../../lib/image';

describe('topK', () => {
  test('returns the best first, and of equal scores the lower index', () => {
    expect(topK(Float32Array.of(1, 3, 2, 3, 0), 3)).toEqual([
      { index: 1, score: 3 },
      { index: 3, score: 3 },
      { index: 2, score: 2 },
    ]);
  });

  test('returns five by default, and all if there are fewer', () => {
    expect(topK(new Float32Array(10))).toHaveLength(5);
    expect(topK([0.5, 0.25], 5).map(({ index }) => index)).toEqual([0, 1]);
  });

  test('puts NaN last', () => {
    const order = topK([NaN, -Infinity, 2, NaN, Infinity], 5).map(({ index }) => index);
    expect(order.slice(0, 2)).toEqual([4, 2]);
  });

  test.each([[undefined], [null], ['12'], [5], [{}]])('refuses the scores %p', (scores) => {
    expect(() => topK(scores as unknown as number[])).toThrow(/for scores, received/);
  });

  test.each([[0], [1.5], ['3']])('refuses k = %p', (k) => {
    expect(() => topK([1], k as number)).toThrow(/for k, received/);
  });
});

describe('softmax', () => {
  // From scipy.special.softmax.
  test('agrees with SciPy', () => {
    const wanted = [0.09003057317038046, 0.24472847105479764, 0.6652409557748219];
    softmax([1, 2, 3]).forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 15));
  });

  test('does not overflow', () => {
    expect([...softmax([1000, 1000, -1000])]).toEqual([0.5, 0.5, 0]);
  });
});

describe('probabilities', () => {
  test('leaves probabilities unchanged', () => {
    expect([...probabilities([0.25, 0.7, 0.05])]).toEqual([0.25, 0.7, 0.05]);
  });

  test.each([
    ['add up to something else', [0.2, 0.2]],
    ['go below 0', [-0.5, 1.5]],
    ['go beyond 1', [3, -2]],
  ])('turns scores that %s into probabilities', (_, scores) => {
    expect(probabilities(scores)).toEqual(softmax(scores));
  });
});
