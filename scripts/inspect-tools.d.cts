/** A tool that building needs. */
export interface Tool {
  tool: 'cmake' | 'compiler' | 'python' | 'pip';
  /** The name to show to users. */
  name: string;
  /** The version line that it prints; null if it is missing. */
  found: string | null;
  /** The command that installs it on this system. */
  install: string;
}

/** The tools that building needs. */
export function inspectTools(): Tool[];
