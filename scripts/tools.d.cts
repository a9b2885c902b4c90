export const packageRoot: string;

/** The addon, and the note beside it of what it was built from and for. */
export const addonFile: string;
export const addonStamp: string;

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

/** The command that installs tools on a system. */
export function installCommand(tools: Tool['tool'][], platform?: string, release?: string): string;

/** Python interpreters worth asking, the likeliest first; of the one named, only that. */
export function pythonCommands(env?: NodeJS.ProcessEnv, named?: string): string[];
