/** Fetches the pinned runtime into its folder, replacing what is there; its errors have the code TOOL_FAILED. */
export function fetchRuntime(options?: {
  /** The Python whose pip is used. Default: the active one. */
  python?: string;
  /** Where to put the runtime. Default: the folder below the package. */
  folder?: string;
}): Promise<void>;
