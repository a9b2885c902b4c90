/** Where compiled networks are cached: the folders of CACHE_DIR, and the key of a network in them. */
import type {
  NativeCachePlace,
  NativeConfig,
  NativeNetwork,
  NativePlan,
} from '../addon/native-types';
import { baseDevices, fillsCacheAtLoad, withoutNumber } from './names';

/** Encodes byte arrays as base64: JSON would write each byte of a mean image as a number with its index. */
function bytesAsText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

/**
 * The folders that `setConfig` set as CACHE_DIR. They are not passed to the runtime, because it trusts all files
 * in such a folder; the addon checks each file first.
 */
export class CacheFolders {
  /** Folder by device name; '' stands for all devices. */
  readonly #folders = new Map<string, string>();

  set(device: string, folder: string): void {
    this.#folders.set(withoutNumber(device), folder);
  }

  /** The folder for a device; undefined if none was set. */
  of(device: string): string | undefined {
    const named = baseDevices(device).find((name) => this.#folders.has(name));
    return this.#folders.get(named ?? '');
  }

  /**
   * Splits a configuration into the part for the runtime and the place in the cache; null for no cache.
   *
   * @param config - a CACHE_DIR in it takes precedence; an empty one turns the cache off
   */
  place(
    { native, plan }: { native: NativeNetwork; plan: NativePlan },
    device: string,
    { CACHE_DIR: own, ...config }: NativeConfig,
  ): [config: NativeConfig, cache: NativeCachePlace | null] {
    const folder = own ?? this.of(device);
    if (folder === undefined || folder === '') return [config, null];
    // The runtime numbers networks without a name in the order in which it reads them.
    const name = native.name().replace(/^Model\d+$/, '');
    const settings = [device, Object.entries(config).sort(), plan];
    const graph = [name, native.inputs(), native.outputs()];
    const key = JSON.stringify([...settings, ...graph], bytesAsText);
    const lasting = !baseDevices(device).every(fillsCacheAtLoad);
    return [config, { folder, key, lasting }];
  }
}
