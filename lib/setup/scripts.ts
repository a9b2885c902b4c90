/** The tools around OpenVINO: the typed way to the scripts that fetch, build and make environments. */
import { errorOf, type OpenVINOError, translate } from '../errors';
import * as builder from '../../scripts/build.cjs';
import * as environment from '../../scripts/environment.cjs';
import * as inspect from '../../scripts/inspect.cjs';
import * as python from '../../scripts/python.cjs';
import * as tools from '../../scripts/tools.cjs';

export type Tool = inspect.Tool;

/** The scripts' own errors are written for people, line breaks included; anything else is a failed system call. */
function fromScript(error: unknown): OpenVINOError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'TOOL_FAILED' ? errorOf(code, message, { cause: error }) : translate(error);
}

/**
 * What is here of CMake, a compiler, Python and pip, and how to get what is missing.
 *
 * @throws LoadError TOOL_FAILED when the system starts no program
 */
export function inspectTools(): Tool[] {
  try {
    return inspect.inspectTools();
  } catch (error) {
    throw fromScript(error);
  }
}

/** What to build, and how. */
export interface BuildOptions {
  /** Fetch the runtime again, if it had been fetched, and build from nothing. Default: false. */
  force?: boolean | undefined;
  /** The Python whose pip fetches the runtime. Default: the active one. */
  python?: string | undefined;
}

/**
 * Fetches the runtime and builds what is missing or out of date, with progress on stderr.
 *
 * @throws LoadError TOOL_FAILED with the command that mends it
 */
export async function build(options: BuildOptions): Promise<void> {
  try {
    await builder.build(options);
  } catch (error) {
    throw fromScript(error);
  }
}

/** Python environments of the package's own. */
export type EnvironmentName = environment.EnvironmentName;

/**
 * The interpreter of a Python environment of the package's own; it is made first where it is missing,
 * with progress on stderr.
 *
 * @param base - the Python to make it with. Default: the active one
 * @throws LoadError TOOL_FAILED with what mends it
 */
export async function provideEnvironment(name: EnvironmentName, base?: string): Promise<string> {
  try {
    return await environment.provideEnvironment(name, { python: base });
  } catch (error) {
    throw fromScript(error);
  }
}

/** The interpreter of such an environment if it was made already. */
export const findEnvironment = environment.findEnvironment;

/** Python commands worth asking, the likeliest first. */
export function pythonCommands(): string[] {
  return python.pythonCommands();
}

/** The file that a command means, and arguments with which an interpreter prints its own path. */
export const { programFile, whichInterpreter } = python;

/** Where tools run, and with which variables: without anything of the working directory. */
export const { neutralFolder, toolEnvironment } = tools;
