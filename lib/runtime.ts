/** Where OpenVINO is, and the tools around it: the typed way to scripts/, which run before this is compiled. */
import { readFileSync } from 'node:fs';
import { errorOf, type OpenVINOError, translate } from './errors';
import * as builder from '../scripts/build.cjs';
import * as environment from '../scripts/environment.cjs';
import * as finder from '../scripts/find-openvino.cjs';
import * as tools from '../scripts/tools.cjs';

export type Attempt = finder.Attempt;
export type Runtime = finder.Runtime;
export type Search = finder.Search;
export type Tool = tools.Tool;

/** The version of OpenVINO that `iecore setup` fetches. */
export const pinnedVersion = finder.pinnedVersion;

/** The file that the build makes. */
export const addonFile = tools.addonFile;

/** What the addon was built from and for, as the build noted it. */
export interface AddonNote {
  platform: string;
  arch: string;
  /** Version of the runtime. */
  version: string;
  /** File name of the runtime's main library, by which the system's linker asks for it. */
  library: string;
  /** Folder of the runtime, relative to the package when it lies in it. */
  root: string;
}

/** The build's note on the addon; undefined when the build did not make it. */
export function readAddonNote(): AddonNote | undefined {
  try {
    return JSON.parse(readFileSync(tools.addonStamp, 'utf8')) as AddonNote;
  } catch {
    return undefined;
  }
}

/** Looks for the runtime in every place there may be one, in the documented order. */
export function findRuntime(): Search {
  return finder.findRuntime();
}

/** Why no runtime was found: every place tried, and what to do. */
export function explainMissing({ tried }: Search): string {
  return finder.explainMissing(tried);
}

/** Places that did not do, one a line. */
export function listPlaces({ tried }: Search): string {
  return finder.listPlaces(tried);
}

/** What is here of CMake, a compiler, Python and pip, and how to get what is missing. */
export function inspectTools(): Tool[] {
  return tools.inspectTools();
}

/** The folder of this package. */
export const packageRoot = tools.packageRoot;

/** What to build, and how. */
export interface BuildOptions {
  /** Fetch the runtime again, if it had been fetched, and build from nothing. Default: false. */
  force?: boolean | undefined;
  /** The Python whose pip fetches the runtime. Default: the active one. */
  python?: string | undefined;
}

/** The scripts' own errors are written for people, line breaks included; anything else is a failed system call. */
function fromScript(error: unknown): OpenVINOError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'TOOL_FAILED' ? errorOf(code, message, { cause: error }) : translate(error);
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

/** Python interpreters worth asking, the likeliest first. */
export function pythonCommands(): string[] {
  return tools.pythonCommands();
}
