/** Builds what is missing or out of date; errors have the code TOOL_FAILED. */
export function build(options?: {
  /** Fetch the runtime again if setup had fetched it, and build everything from scratch. */
  force?: boolean | undefined;
  /** Do not compile the TypeScript. */
  addon?: boolean | undefined;
  /** The Python whose pip fetches the runtime. */
  python?: string | undefined;
}): Promise<void>;
