/** True if two types are exactly equal; assignability is not enough, because `any` is assignable to all types. */
export type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Accepts only `true`: `check<Equals<A, B>>()` compiles only if the types are equal. */
export function check<_ extends true>(): void {
  // Only the types matter.
}
