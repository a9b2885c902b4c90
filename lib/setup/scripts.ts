/** The typed interface to the scripts that find tools, build the addon and make Python environments. */

import { errorOf, type OpenVINOError, translate } from '../errors';
import * as builder from '../../scripts/build.cjs';
import * as environment from '../../scripts/environment.cjs';
import * as inspect from '../../scripts/inspect-tools.cjs';
import * as python from '../../scripts/python.cjs';
import * as runTool from '../../scripts/run-tool.cjs';

export type Tool = inspect.Tool;

/** Translates an error of a script: TOOL_FAILED already has a message for users; others are failed system calls. */
function fromScript(error: unknown): OpenVINOError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'TOOL_FAILED' ? errorOf(code, message, { cause: error }) : translate(error);
}

/**
 * Reports which of CMake, a C++ compiler, Python and pip are installed, and how to install the others.
 *
 * @throws LoadError - TOOL_FAILED when the system cannot start any program
 */
export function inspectTools(): Tool[] {
  try {
    return inspect.inspectTools();
  } catch (error) {
    throw fromScript(error);
  }
}

/** Options for fetching the runtime and building the addon. */
export interface BuildOptions {
  /** Fetch the runtime again even if it exists, and rebuild everything. Default: false. */
  force?: boolean | undefined;
  /** The Python whose pip fetches the runtime. Default: the active one. */
  python?: string | undefined;
}

/**
 * Fetches the runtime and builds the addon, if they are missing or out of date. Prints progress on stderr.
 *
 * @throws LoadError - TOOL_FAILED with the command that solves the problem
 */
export async function build(options: BuildOptions): Promise<void> {
  try {
    await builder.build(options);
  } catch (error) {
    throw fromScript(error);
  }
}

/** Name of one of the package's own Python environments. */
export type EnvironmentName = environment.EnvironmentName;

/**
 * Returns the interpreter of one of the package's own Python environments. A missing environment is made first,
 * with progress on stderr.
 *
 * @param base - the Python that makes the environment. Default: the active one
 * @throws LoadError - TOOL_FAILED with a way to solve the problem
 */
export async function provideEnvironment(name: EnvironmentName, base?: string): Promise<string> {
  try {
    return await environment.provideEnvironment(name, { python: base });
  } catch (error) {
    throw fromScript(error);
  }
}

/** Returns the interpreter of an existing environment, or undefined if it was not made yet. */
export const findEnvironment = environment.findEnvironment;

/** Lists the Python commands to try, the most likely one first. */
export function pythonCommands(): string[] {
  return python.pythonCommands();
}

/** Resolves a command to a file; arguments that make a Python interpreter print its own path. */
export const { programFile, whichInterpreter } = python;

/** The working directory and the environment variables of tools, which exclude the user's working directory. */
export const { neutralFolder, toolEnvironment } = runTool;
