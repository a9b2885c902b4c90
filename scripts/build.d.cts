/** Builds what is missing or out of date; its errors have the code TOOL_FAILED. */
export function build(options?: {
  /** Fetch the runtime again if it had been fetched, and build from nothing. */
  force?: boolean | undefined;
  /** Leave the TypeScript alone. */
  addon?: boolean | undefined;
  /** The Python whose pip fetches the runtime. */
  python?: string | undefined;
}): Promise<void>;
