/** A runtime that was found. Paths are absolute; null means that the runtime has no such part. */
export interface Runtime {
  /** How it was found: an environment variable, `iecore setup`, a Python, openvino-node or the system. */
  place: string;
  /** Folder of the installation. */
  root: string;
  layout: 'wheel' | 'archive' | 'distribution' | 'libraries';
  /** For example `2026.4.1`. */
  version: string | null;
  /** Folders with libraries; the one with the runtime's own comes first. */
  libs: string[];
  /** The runtime's main library. */
  library: string;
  /** Folder of OpenVINOConfig.cmake. */
  cmake: string | null;
  /** Folder of the C++ headers. */
  include: string | null;
  /** Folder to put on PYTHONPATH. */
  python: string | null;
}

/** A place without a usable runtime, and the reason. */
export interface Attempt {
  place: string;
  path: string | null;
  reason: string;
}

export interface Search {
  runtime: Runtime | null;
  /** The places tried before the runtime was found; all places if none was. */
  tried: Attempt[];
}

/** Looks for a runtime in all places, in order. */
export function findRuntime(options?: {
  env?: NodeJS.ProcessEnv;
  /** Folder of the package, which contains `runtime/` and `node_modules/`. */
  root?: string;
  platform?: string;
  /** Accept only a runtime with headers and CMake files. */
  toBuild?: boolean;
}): Search;

/** The message for a missing runtime: the places tried, and what to do. */
export function explainMissing(tried: readonly Attempt[], env?: NodeJS.ProcessEnv): string;

/** The places tried, one per line. */
export function listPlaces(tried: readonly Attempt[]): string;

/** The folder into which setup fetches the runtime. */
export function fetchedFolder(root?: string): string;

/** The version that setup fetches. */
export const pinnedVersion: string;
