/** Runs the preprocessors of a request, and then its inference. */
import { errorOf } from '../errors';
import type { InputPreprocessor } from './input-preprocessor';

/** Preprocessors that run, and the inference that begins when the last of them has ended. */
export class PreprocessingStage {
  readonly #preprocessors: readonly InputPreprocessor[];
  readonly #begin: () => Promise<void>;
  #inference: Promise<void> | undefined;
  #cancelled = false;
  /** Settles with the inference; rejects with the first preprocessor that fails. */
  readonly done: Promise<void>;

  constructor(preprocessors: readonly InputPreprocessor[], begin: () => Promise<void>) {
    this.#preprocessors = preprocessors;
    this.#begin = begin;
    this.done = this.#run();
  }

  async #run(): Promise<void> {
    const ends = await Promise.allSettled(this.#preprocessors.map((one) => one.start()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    await this.#proceed();
  }

  #proceed(): Promise<void> {
    if (this.#cancelled) throw errorOf('CANCELLED', 'The inference was cancelled');
    this.#inference ??= this.#begin();
    return this.#inference;
  }

  /**
   * Blocks this thread until the inference itself has begun.
   *
   * @param milliseconds - maximum time to wait; -1 for no limit
   * @returns whether it has begun
   */
  wait(milliseconds: number): boolean {
    if (this.#inference !== undefined) return true;
    const end = performance.now() + milliseconds;
    for (const one of this.#preprocessors) {
      const left = milliseconds < 0 ? -1 : Math.max(0, Math.round(end - performance.now()));
      if (!one.wait(left)) return false;
    }
    // `done` waits for the same promise and reports its rejection.
    this.#proceed().catch(() => undefined);
    return true;
  }

  cancel(): void {
    this.#cancelled = true;
    for (const one of this.#preprocessors) one.cancel();
  }
}
