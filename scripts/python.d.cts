/** Commands that may start Python, in order of preference; only the named one if given. */
export function pythonCommands(env?: NodeJS.ProcessEnv, named?: string): string[];

/** The absolute path of a command; the working directory is not searched. */
export function programFile(command: string, env?: NodeJS.ProcessEnv): string | undefined;

/** The absolute path of the interpreter that a command starts; null if there is none. */
export function interpreterOf(command: string, env?: NodeJS.ProcessEnv): string | null;

/** Arguments that make an interpreter print its own path. */
export const whichInterpreter: readonly string[];
