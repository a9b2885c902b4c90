/** Exact equality of two types, which assignability cannot tell (`any` is assignable to all). */
export type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Takes nothing but `true`: `check<Equals<A, B>>()` compiles only if the types are equal. */
export function check<_ extends true>(): void {
  // Types only: nothing to do.
}
