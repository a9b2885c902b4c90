/** The interpreter of an environment with what `python/NAME.txt` pins; its errors have the code TOOL_FAILED. */
export function provideEnvironment(
  name: string,
  options?: {
    /** The Python to make it with. Default: the active one. */
    python?: string | undefined;
    /** Where to make it. Default: a folder below the package. */
    folder?: string;
  },
): Promise<string>;
