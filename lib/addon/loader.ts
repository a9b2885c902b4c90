/** Loads the addon with the right OpenVINO runtime, and explains why it does not load. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, resolve } from 'node:path';
import { reading } from '../base/check';
import { errorOf, type OpenVINOError } from '../errors';
import type { Addon } from './native-types';
import {
  addonFile,
  explainMissing,
  findRuntime,
  listPlaces,
  readAddonNote,
  type AddonNote,
  type Runtime,
  type Search,
} from './runtime';

/** RTLD_NODELETE of glibc and musl: keeps a library in memory after its handle is closed. */
const KEEP_LOADED = 0x1000;

let addon: Addon | undefined;

/** The runtime that the finder chose for the addon; undefined if the linker found one by itself. */
let chosen: Runtime | undefined;

/**
 * The native addon; loads it at the first call in each environment (main thread or worker).
 *
 * It uses the runtime that it was built for, from LD_LIBRARY_PATH or from where the build found it. If the runtime
 * is in neither, or if OPENVINO_IECORE_RUNTIME names a folder, it uses the finder's runtime, which must be the
 * same version. OPENVINO_IECORE_ADDON names another addon file to load.
 *
 * @throws LoadError - RUNTIME_NOT_FOUND or ADDON_NOT_LOADED, with every place that was tried, the message of the
 *   system's linker, and the remedy
 */
export function loadAddon(): Addon {
  addon ??= load();
  return addon;
}

/**
 * Checks that a constructor received an object of the addon. Only this package has such objects, so callers cannot
 * use the constructors of networks and requests.
 *
 * @param maker - the public function that creates the object
 */
export function checkMade(
  name: 'ExecutableNetwork' | 'InferRequest' | 'Network' | 'VariableState',
  native: unknown,
  maker: string,
): void {
  if (!reading(name, () => native instanceof loadAddon()[name])) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `There is no public constructor for this class; ${maker} creates the object`,
    );
  }
}

/** Frees the memory of bytes now. V8 would free it late, because it takes buffers for small objects. */
export function release(bytes: Uint8Array): void {
  if (bytes.byteLength === bytes.buffer.byteLength) loadAddon().release(bytes);
}

/** The environment variables that another process needs to load the same addon with the same runtime. */
export function loadingEnvironment(): NodeJS.ProcessEnv {
  const names = ['OPENVINO_IECORE_ADDON', 'OPENVINO_IECORE_RUNTIME', 'LD_LIBRARY_PATH'];
  if (process.platform === 'darwin') names.push('DYLD_LIBRARY_PATH');
  if (process.platform === 'win32') names.push('PATH', 'SystemRoot');
  const env: NodeJS.ProcessEnv = {};
  for (const name of names) if (process.env[name] !== undefined) env[name] = process.env[name];
  return chosen === undefined ? env : { ...env, OPENVINO_IECORE_RUNTIME: chosen.root };
}

function load(): Addon {
  const custom = process.env.OPENVINO_IECORE_ADDON;
  const file = custom ? resolve(custom) : addonFile;
  if (!existsSync(file)) {
    const remedy = custom
      ? 'Set OPENVINO_IECORE_ADDON to the file of a built addon, or unset it.'
      : 'It is not built yet. To build it: npx iecore setup';
    throw errorOf('ADDON_NOT_LOADED', `The OpenVINO addon ${file} does not exist.\n${remedy}`);
  }
  // The build's record describes our own addon only.
  const note = custom ? undefined : readAddonNote();
  // An addon for Windows stores no search path, so there only the finder can locate the runtime.
  const ask = Boolean(process.env.OPENVINO_IECORE_RUNTIME) || process.platform === 'win32';
  return ask ? loadWithFinder(file, note) : loadWithLinker(file, note);
}

/** Lets the linker find the runtime, and asks the finder only if that fails. */
function loadWithLinker(file: string, note: AddonNote | undefined): Addon {
  try {
    return open(file);
  } catch (error) {
    if (missesRuntime(error)) return loadWithFinder(file, note, error);
    throw failure(file, note, findRuntime(), error);
  }
}

/** Loads the addon with the runtime that the finder locates. */
function loadWithFinder(file: string, note: AddonNote | undefined, first?: unknown): Addon {
  const search = findRuntime();
  if (search.runtime === null) {
    const text = explainMissing(search);
    if (first === undefined) throw errorOf('RUNTIME_NOT_FOUND', text);
    throw errorOf('RUNTIME_NOT_FOUND', `${text}\nThe system says: ${messageOf(first)}`, {
      cause: first,
    });
  }
  if (isOther(note, search.runtime)) throw failure(file, note, search, first);
  try {
    preload(search.runtime);
    chosen = search.runtime;
    return open(file);
  } catch (error) {
    throw failure(file, note, search, error);
  }
}

/** Whether a runtime is not the one that the addon requests from the linker. */
function isOther(note: AddonNote | undefined, runtime: Runtime): note is AddonNote {
  return note !== undefined && note.library !== basename(runtime.library);
}

function open(file: string): Addon {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports as Addon;
}

/** Makes the linker use a runtime when it loads the addon. */
function preload(runtime: Runtime): void {
  if (process.platform === 'win32') {
    process.env.PATH = [...runtime.libs, process.env.PATH ?? ''].join(delimiter);
  } else if (process.platform === 'linux') {
    // The linker does not load a library again if one of that name is in memory already.
    try {
      process.dlopen({ exports: {} }, runtime.library, constants.dlopen.RTLD_NOW | KEEP_LOADED);
    } catch (error) {
      // The library loaded; Node complains only that it is not an addon.
      if (!messageOf(error).includes('did not self-register')) throw error;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the linker did not find the runtime's main library; knows the messages of glibc, musl and macOS. */
function missesRuntime(error: unknown): boolean {
  return /libopenvino\.so\S*: (cannot open shared|No such file)|Library not loaded: \S*libopenvino\./.test(
    messageOf(error),
  );
}

/** Advice for messages of the linker; the first pattern that matches applies. */
const diagnoses: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /\.node: (cannot open|cannot read|file too short)|wrong ELF class|invalid ELF|Exec format|incompatible architecture|not a mach-o|not a valid Win32/i,
    'It was built for another system or processor, or is damaged. To build it here: npx iecore setup --force',
  ],
  [
    /ld-linux|libc\.musl|Error relocating/,
    "OpenVINO's libraries and this Node use different C libraries (glibc and musl). Use an image or a Node with glibc, such as Debian's.",
  ],
  [
    /GLIBC(XX)?_\d|CXXABI_/,
    'It was built on a newer system than this one. To build it here: npx iecore setup --force',
  ],
  [
    /undefined symbol|symbol not found|did not self-register/i,
    'It was built for another runtime or from other sources. To build it again: npx iecore setup --force',
  ],
];

function failure(
  file: string,
  note: AddonNote | undefined,
  search: Search,
  cause: unknown,
): OpenVINOError {
  const { runtime, tried } = search;
  const here = runtime
    ? `OpenVINO ${runtime.version ?? 'of unknown version'} in ${runtime.root} (${runtime.place})`
    : 'none';
  const advice =
    diagnoses.find(([pattern]) => pattern.test(messageOf(cause)))?.[1] ??
    (runtime && isOther(note, runtime)
      ? 'The runtime is another version than the one it was built for. To build it again: npx iecore setup'
      : 'To see what is missing: npx iecore doctor. To build it again: npx iecore setup --force');
  const lines = [
    `The OpenVINO addon ${file} could not be loaded.`,
    ...(cause === undefined ? [] : [`The system says: ${messageOf(cause)}`]),
    ...(note
      ? [`Built for: OpenVINO ${note.version} (${note.library}) on ${note.platform}-${note.arch}`]
      : []),
    `Runtime found: ${here}`,
    ...(tried.length > 0 ? [`Places tried first:\n${listPlaces(search)}`] : []),
    advice,
  ];
  return errorOf('ADDON_NOT_LOADED', lines.join('\n'), cause === undefined ? {} : { cause });
}
