/** Yields items one by one, each only after the result of the previous one has arrived. */
export function conversation<T>(items: readonly T[]) {
  let answer: () => void = () => undefined;
  async function* ask(): AsyncGenerator<T> {
    for (const item of items) {
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      yield item;
      await answered;
    }
  }
  return {
    source: ask(),
    answer: (): void => {
      answer();
    },
  };
}

/** Yields some items, then waits for ever. */
export async function* unending<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
  await new Promise(() => undefined);
}
