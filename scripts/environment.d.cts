/** Python environments of the package's own. */
export type EnvironmentName = 'quantize' | 'check' | 'pytorch' | 'pytorch-extras';

/** The interpreter of an environment that was made, whatever it was made of; undefined where there is none. */
export function findEnvironment(name: EnvironmentName): string | undefined;

/**
 * The interpreter of an environment; it is made first where it is missing or of other pins. Errors have
 * the code TOOL_FAILED.
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
