/** Lets a method and its `…Sync` twin share one body: each step of an operation runs either way. */
import { isOwnError } from '../errors';

/** One step: its value when `sync` is true, else a value or a promise of it. */
type Step = (sync: boolean) => unknown;

/** The body of a method and its twin. Write it as a generator, and each step in it as `yield* step(…)`. */
export type Operation<T> = Generator<Step, T>;

/**
 * Runs one step of an operation and returns its value.
 *
 * @param action - must return the value itself, not a promise, when `sync` is true
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

/**
 * Adds the frames of the caller to the stack of an error, if the frames of this package fill the stack: V8 records
 * only 10 frames by default, and each generator takes two.
 */
function withCaller(error: unknown, runner: typeof run | typeof runSync): unknown {
  if (!isOwnError(error)) return error;
  const caller: { stack?: unknown } = {};
  Error.captureStackTrace(caller, runner);
  const { stack } = error as { stack?: unknown };
  // A program may have replaced stacks by other values, with Error.prepareStackTrace.
  if (typeof stack !== 'string' || typeof caller.stack !== 'string') return error;
  const [, ...frames] = caller.stack.split('\n');
  if (frames[0] !== undefined && !stack.includes(frames[0]))
    error.stack = [stack, ...frames].join('\n');
  return error;
}

/** Runs an operation off the event loop if its steps allow it; an error that it throws rejects the promise. */
export async function run<T>(operation: Operation<T>): Promise<T> {
  try {
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
  } catch (error) {
    throw withCaller(error, run);
  }
}

/** Runs an operation in the calling thread, which waits for its end. */
export function runSync<T>(operation: Operation<T>): T {
  try {
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
  } catch (error) {
    throw withCaller(error, runSync);
  }
}
