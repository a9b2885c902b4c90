/** Items one by one: each is given only when the result of the one before has come. */
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

/** Some items, and then nothing for ever. */
export async function* unending<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
  await new Promise(() => undefined);
}
