/** The package's own Python environments. */
export type EnvironmentName = 'quantize' | 'check' | 'pytorch' | 'pytorch-extras';

/** The interpreter of an environment that exists, whatever pins it was made from; otherwise undefined. */
export function findEnvironment(name: EnvironmentName): string | undefined;

/**
 * The interpreter of an environment, which is made first if it is missing or was made from other pins.
 * Errors have the code TOOL_FAILED.
 */
export function provideEnvironment(
  name: EnvironmentName,
  options?: {
    /** The Python to make it with. Default: the active one. */
    python?: string | undefined;
    /** Where to make it. Default: a folder below the package. */
    folder?: string;
  },
): Promise<string>;
