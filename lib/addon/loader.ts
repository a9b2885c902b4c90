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

/** Keeps a library in memory after the handle to it is closed: RTLD_NODELETE of glibc and musl. */
const KEEP_LOADED = 0x1000;

let addon: Addon | undefined;

/** The runtime that the finder gave for it; undefined where the linker found one by itself. */
let offered: Runtime | undefined;

/**
 * The native addon, loaded at the first call and once in each environment.
 *
 * Its runtime is the one it was built for, in the folders of LD_LIBRARY_PATH or where the build found it.
 * If it is in none of them, or if OPENVINO_IECORE_RUNTIME names a folder, the finder's runtime is taken,
 * as long as it is the same version. OPENVINO_IECORE_ADDON names another addon file to load.
 *
 * @throws LoadError RUNTIME_NOT_FOUND or ADDON_NOT_LOADED, with every place tried, the words of the system's
 *   linker, and the remedy
 */
export function loadAddon(): Addon {
  addon ??= load();
  return addon;
}

/** Checks that an object of the addon is behind one of ours: what nobody but this package can make. */
export function checkMade(
  name: 'ExecutableNetwork' | 'InferRequest' | 'Network' | 'VariableState',
  native: unknown,
  maker: string,
): void {
  if (!reading(name, () => native instanceof loadAddon()[name])) {
    throw errorOf('INVALID_ARGUMENT', `There is no constructor for this; it is made by ${maker}`);
  }
}

/** Frees bytes that nobody needs any more, which V8 would do late: to it, buffers are small objects. */
export function release(bytes: Uint8Array): void {
  if (bytes.byteLength === bytes.buffer.byteLength) loadAddon().release(bytes);
}

/** The variables with which another process loads the same addon with the same runtime, and no others. */
export function loadingEnvironment(): NodeJS.ProcessEnv {
  const names = ['OPENVINO_IECORE_ADDON', 'OPENVINO_IECORE_RUNTIME', 'LD_LIBRARY_PATH'];
  if (process.platform === 'darwin') names.push('DYLD_LIBRARY_PATH');
  if (process.platform === 'win32') names.push('PATH', 'SystemRoot');
  const env: NodeJS.ProcessEnv = {};
  for (const name of names) if (process.env[name] !== undefined) env[name] = process.env[name];
  return offered === undefined ? env : { ...env, OPENVINO_IECORE_RUNTIME: offered.root };
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
  // The note is about our own addon; nothing is known of another one.
  const note = custom ? undefined : readAddonNote();
  // An addon of Windows holds no folder to look in, so the finder is always asked there.
  const ask = Boolean(process.env.OPENVINO_IECORE_RUNTIME) || process.platform === 'win32';
  return ask ? openWithFound(file, note) : openOrAsk(file, note);
}

/** Leaves it to the linker to find the runtime, and asks the finder only if that fails. */
function openOrAsk(file: string, note: AddonNote | undefined): Addon {
  try {
    return open(file);
  } catch (error) {
    if (missesRuntime(error)) return openWithFound(file, note, error);
    throw failure(file, note, findRuntime(), error);
  }
}

/** Opens the addon with the runtime that the finder finds. */
function openWithFound(file: string, note: AddonNote | undefined, first?: unknown): Addon {
  const search = findRuntime();
  if (search.runtime === null) {
    const text = explainMissing(search);
    if (first === undefined) throw errorOf('RUNTIME_NOT_FOUND', text);
    throw errorOf('RUNTIME_NOT_FOUND', `${text}\nThe system says: ${wordsOf(first)}`, {
      cause: first,
    });
  }
  if (isOther(note, search.runtime)) throw failure(file, note, search, first);
  try {
    offer(search.runtime);
    offered = search.runtime;
    return open(file);
  } catch (error) {
    throw failure(file, note, search, error);
  }
}

/** Whether a runtime is another one than the addon asks the linker for. */
function isOther(note: AddonNote | undefined, runtime: Runtime): note is AddonNote {
  return note !== undefined && note.library !== basename(runtime.library);
}

function open(file: string): Addon {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports as Addon;
}

/** Makes a runtime the one that the linker takes when it loads the addon. */
function offer(runtime: Runtime): void {
  if (process.platform === 'win32') {
    process.env.PATH = [...runtime.libs, process.env.PATH ?? ''].join(delimiter);
  } else if (process.platform === 'linux') {
    // The linker does not load a library again that is already there under the name it looks for.
    try {
      process.dlopen({ exports: {} }, runtime.library, constants.dlopen.RTLD_NOW | KEEP_LOADED);
    } catch (error) {
      // It is no addon, which Node always complains of once the library is loaded.
      if (!wordsOf(error).includes('did not self-register')) throw error;
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the linker did not find the runtime's main library: in the words of glibc, musl and macOS. */
function missesRuntime(error: unknown): boolean {
  return /libopenvino\.so\S*: (cannot open shared|No such file)|Library not loaded: \S*libopenvino\./.test(
    wordsOf(error),
  );
}

/** What the linker's words point to, and what to do. The first that matches counts. */
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
    diagnoses.find(([pattern]) => pattern.test(wordsOf(cause)))?.[1] ??
    (runtime && isOther(note, runtime)
      ? 'The runtime is another version than the one it was built for. To build it again: npx iecore setup'
      : 'To see what is missing: npx iecore doctor. To build it again: npx iecore setup --force');
  const lines = [
    `The OpenVINO addon ${file} could not be loaded.`,
    ...(cause === undefined ? [] : [`The system says: ${wordsOf(cause)}`]),
    ...(note
      ? [`Built for: OpenVINO ${note.version} (${note.library}) on ${note.platform}-${note.arch}`]
      : []),
    `Runtime found: ${here}`,
    ...(tried.length > 0 ? [`Places tried before:\n${listPlaces(search)}`] : []),
    advice,
  ];
  return errorOf('ADDON_NOT_LOADED', lines.join('\n'), cause === undefined ? {} : { cause });
}
