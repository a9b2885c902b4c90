/** Lets a method and its `…Sync` twin share one body: each step of an operation runs either way. */

/** One step: its value when `sync` is true, else a value or a promise of it. */
type Step = (sync: boolean) => unknown;

/** The body of a method and its twin. Write it as a generator, and each step in it as `yield* step(…)`. */
export type Operation<T> = Generator<Step, T>;

/**
 * Runs one step of an operation and returns its value.
 *
 * @param action - has to return the value itself when `sync` is true
 * @example
 * ```ts
 * function* readSize(path: string): Operation<number> {
 *   const stats = yield* step((sync) => (sync ? statSync(path) : promises.stat(path)));
 *   return stats.size;
 * }
 * ```
 */
export function* step<T>(action: (sync: boolean) => T | Promise<T>): Operation<T> {
  return (yield action) as T;
}

/** Runs an operation off the event loop where its steps can; what it throws rejects the promise. */
export async function run<T>(operation: Operation<T>): Promise<T> {
  let next = operation.next();
  while (next.done !== true) {
    let value: unknown;
    try {
      value = await next.value(false);
    } catch (error) {
      next = operation.throw(error);
      continue;
    }
    next = operation.next(value);
  }
  return next.value;
}

/** Runs an operation in the calling thread, which waits for its end. */
export function runSync<T>(operation: Operation<T>): T {
  let next = operation.next();
  while (next.done !== true) {
    let value: unknown;
    try {
      value = next.value(true);
    } catch (error) {
      next = operation.throw(error);
      continue;
    }
    next = operation.next(value);
  }
  return next.value;
}
