import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, resolve } from 'node:path';
import { errorOf, type ErrorCode } from './errors';
import type { Addon } from './native-types';
import {
  addonFile,
  explainMissing,
  findRuntime,
  listPlaces,
  packageRoot,
  readAddonNote,
  type AddonNote,
  type Runtime,
  type Search,
} from './runtime';

/** Keeps a library in memory after the handle to it is closed (RTLD_NODELETE; the same on glibc and musl). */
const KEEP_LOADED = 0x1000;

let addon: Addon | undefined;

/**
 * The native addon, loaded at the first call.
 *
 * The runtime it uses is the one it was built for, wherever the linker finds that: in the folders of
 * LD_LIBRARY_PATH, else where it was at the build. When the linker finds none, or
 * OPENVINO_IECORE_RUNTIME names one, the finder's runtime is taken, provided that it is the same version.
 * OPENVINO_IECORE_ADDON names another addon to load.
 *
 * @throws LoadError RUNTIME_NOT_FOUND or ADDON_NOT_LOADED, with every place tried, the linker's own
 *   words and the remedy
 */
export function loadAddon(): Addon {
  addon ??= load();
  return addon;
}

function load(): Addon {
  const custom = process.env.OPENVINO_IECORE_ADDON;
  const file = custom ? resolve(custom) : addonFile;
  if (!existsSync(file)) {
    throw failure('ADDON_NOT_LOADED', file, {
      words: 'no such file',
      remedy: custom
        ? 'Set OPENVINO_IECORE_ADDON to the path of a built addon, or unset it.'
        : 'The addon is not built yet. To build it: npx iecore setup',
    });
  }
  // The note beside our own addon says nothing about another one.
  const note = custom ? undefined : readAddonNote();
  // Windows has no path in the addon to find the runtime by, so it is always looked up there.
  if (process.env.OPENVINO_IECORE_RUNTIME || process.platform === 'win32') {
    const search = findRuntime();
    if (search.runtime === null) throw errorOf('RUNTIME_NOT_FOUND', explainMissing(search));
    offer(search.runtime, file, search, note);
  }
  try {
    return open(file);
  } catch (error) {
    return openWithFound(file, note, error);
  }
}

/** The linker found no runtime, or something else is wrong: the finder may know better, else the reason is told. */
function openWithFound(file: string, note: AddonNote | undefined, first: unknown): Addon {
  const search = findRuntime();
  const words = first instanceof Error ? first.message : String(first);
  if (!missesRuntime(words)) {
    throw failure('ADDON_NOT_LOADED', file, { words, search, remedy: remedyFor(words, note), cause: first });
  }
  if (search.runtime === null) {
    throw failure('RUNTIME_NOT_FOUND', file, { words, search, remedy: 'To fetch it: npx iecore setup', cause: first });
  }
  offer(search.runtime, file, search, note);
  try {
    return open(file);
  } catch (error) {
    const second = error instanceof Error ? error.message : String(error);
    throw failure('ADDON_NOT_LOADED', file, {
      words: second,
      search,
      remedy: missesRuntime(second) ? rebuild(search.runtime, note) : remedyFor(second, note),
      cause: error,
    });
  }
}
