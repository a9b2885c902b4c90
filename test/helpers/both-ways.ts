/** Expects that a method rejects and its Sync twin throws, with the same code and message. */
export async function expectBothRefuse(
  asynchronous: () => Promise<unknown>,
  synchronous: () => unknown,
  expected: { code: string; message?: RegExp },
): Promise<void> {
  const matching = {
    code: expected.code,
    message: expect.stringMatching(expected.message ?? /./) as string,
  };
  await expect(asynchronous()).rejects.toMatchObject(matching);
  expect(synchronous).toThrow(expect.objectContaining(matching) as Error);
}
