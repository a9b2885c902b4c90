/** Where OpenVINO is: the typed way to scripts/, which run before this is compiled. */
import { readFileSync } from 'node:fs';
import * as finder from '../../scripts/find-openvino.cjs';
import * as files from '../../scripts/package-files.cjs';

export type Attempt = finder.Attempt;
export type Runtime = finder.Runtime;
export type Search = finder.Search;

/** The version of OpenVINO that `iecore setup` fetches. */
export const pinnedVersion = finder.pinnedVersion;

/** The file that the build makes. */
export const addonFile = files.addonFile;

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
    return JSON.parse(readFileSync(files.addonStamp, 'utf8')) as AddonNote;
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

/** The folder of this package. */
export const packageRoot = files.packageRoot;
