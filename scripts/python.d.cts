/** Python commands worth asking, the likeliest first; of the one named, only that. */
export function pythonCommands(env?: NodeJS.ProcessEnv, named?: string): string[];

/** The file that a command means, as an absolute path, without looking into the working directory. */
export function programFile(command: string, env?: NodeJS.ProcessEnv): string | undefined;

/** The interpreter that a command means, as an absolute path; null when there is none. */
export function interpreterOf(command: string, env?: NodeJS.ProcessEnv): string | null;

/** Arguments with which an interpreter prints its own path. */
export const whichInterpreter: readonly string[];
