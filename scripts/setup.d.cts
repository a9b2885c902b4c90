/** Fetches the pinned runtime and replaces an existing one; errors have the code TOOL_FAILED. */
export function fetchRuntime(options?: {
  /** The Python whose pip is used. Default: the active one. */
  python?: string;
  /** The folder for the runtime. Default: a folder below the package. */
  folder?: string;
}): Promise<void>;
