/** A tool that building needs. */
export interface Tool {
  tool: 'cmake' | 'compiler' | 'python' | 'pip';
  /** For people. */
  name: string;
  /** What it says of itself; null when it is missing. */
  found: string | null;
  /** The command that installs it on this system. */
  install: string;
}

export function inspectTools(): Tool[];
