/** Environment variables for the processes of a build. */
export function environmentOf(build: string): NodeJS.ProcessEnv;

/** Kills the processes of a build and those that they start meanwhile. */
export function endProcessesOf(build: string): void;
