/** A runtime that was found. Paths are absolute; null means that it has no such part. */
export interface Runtime {
  /** What led to it: an environment variable, `iecore setup`, a Python, openvino-node or the system. */
  place: string;
  /** Folder of the installation. */
  root: string;
  layout: 'wheel' | 'archive' | 'distribution' | 'libraries';
  /** For example `2026.4.1`. */
  version: string | null;
  /** Folders of the libraries; the runtime's own comes first. */
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

/** A place without a runtime that will do, and why. */
export interface Attempt {
  place: string;
  path: string | null;
  reason: string;
}

export interface Search {
  runtime: Runtime | null;
  /** The places before it; every place when there is none. */
  tried: Attempt[];
}

export function findRuntime(options?: {
  env?: NodeJS.ProcessEnv;
  /** Folder of the package, below which `runtime/` and `node_modules/` are. */
  root?: string;
  platform?: string;
  /** Headers and CMake files are needed too. */
  toBuild?: boolean;
}): Search;

export function explainMissing(tried: readonly Attempt[], env?: NodeJS.ProcessEnv): string;

export function listPlaces(tried: readonly Attempt[]): string;

/** Where setup puts the runtime. */
export function fetchedFolder(root?: string): string;

/** The version that setup fetches. */
export const pinnedVersion: string;
