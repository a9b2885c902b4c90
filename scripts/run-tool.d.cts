/** A folder without Python modules: the working directory of tools. */
export const neutralFolder: string;

/** Environment variables with which tools find no program or Python module of the working directory. */
export function toolEnvironment(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
