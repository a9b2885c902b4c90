import type { Tool } from './inspect.cjs';

export const packageRoot: string;

/** The addon, and the note beside it of what it was built from and for. */
export const addonFile: string;
export const addonStamp: string;

/** The command that installs tools on a system. */
export function installCommand(tools: Tool['tool'][], platform?: string, release?: string): string;

/** A folder without Python modules, to run Python in. */
export const neutralFolder: string;

/** An environment in which no program and no Python module of the working directory is found. */
export function toolEnvironment(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
