/** What the subjects in JavaScript share. */

/** A clock that is started: gives the seconds since then. */
export function elapsed() {
  const start = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - start) / 1e9;
}

/** Numbers like those of pictures and activations: zeros make some processors slow and others fast. */
export function normal(size) {
  const values = new Float32Array(size);
  let state = 1;
  const uniform = () => {
    // Park and Miller's generator.
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let i = 0; i < size; i += 1)
    values[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return values;
}

/** The value below which a part of some numbers lies. */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
