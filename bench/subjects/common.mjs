/** Helpers of the JavaScript subjects: clock, test data, percentiles. */

/** Starts a clock; the returned function gives the seconds since then. */
export function elapsed() {
  const start = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - start) / 1e9;
}

/** Normally distributed numbers, like real activations; zeros would distort the speed of some processors. */
export function normal(size) {
  const values = new Float32Array(size);
  let state = 1;
  const uniform = () => {
    // The generator of Park and Miller.
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let i = 0; i < size; i += 1)
    values[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return values;
}

/** A percentile of a list of numbers; `part` is between 0 and 1. */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
