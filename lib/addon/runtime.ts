/** Finds the OpenVINO runtime and the addon's file, through the scripts that also build them. */
import { readFileSync } from 'node:fs';
import * as finder from '../../scripts/find-openvino.cjs';
import * as files from '../../scripts/package-files.cjs';

export type Runtime = finder.Runtime;
export type Search = finder.Search;

/** Path of the addon that the build produces. */
export const addonFile = files.addonFile;

/** The build's record of the runtime and the platform that the addon was built for. */
export interface AddonNote {
  platform: string;
  arch: string;
  /** Version of the runtime. */
  version: string;
  /** File name of the runtime's main library, which the system's linker searches for. */
  library: string;
  /** Folder of the runtime; relative to the package if it is inside the package. */
  root: string;
}

/** Reads the build's record; undefined if the addon has none. */
export function readAddonNote(): AddonNote | undefined {
  try {
    return JSON.parse(readFileSync(files.addonStamp, 'utf8')) as AddonNote;
  } catch {
    return undefined;
  }
}

/** Searches for the runtime in all places, in the documented order. */
export function findRuntime(): Search {
  return finder.findRuntime();
}

/** Explains why no runtime was found: every place that was tried, and the remedy. */
export function explainMissing({ tried }: Search): string {
  return finder.explainMissing(tried);
}

/** Lists the places without a usable runtime, one per line. */
export function listPlaces({ tried }: Search): string {
  return finder.listPlaces(tried);
}

/** Path of this package's folder. */
export const packageRoot = files.packageRoot;
