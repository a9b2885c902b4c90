/** The public class IECore: devices, reading networks, loading them. */
import { basename, resolve } from 'node:path';
import { checkLibrary } from './addon/library-check';
import { loadAddon } from './addon/loader';
import type { NativeCore } from './addon/native-types';
import { checkString, invalid } from './base/check';
import { run, runSync, step, type Operation } from './base/operation';
import { readTable, text, type OptionsOf, type OptionTable } from './base/option-table';
import { markClass } from './base/package-copies';
import { checkFile } from './base/regular-file';
import { CacheFolders } from './device/cache';
import { checkLoadConfig, toSettings } from './device/config-check';
import { getProperty, toNativeConfig, type Config } from './device/config-keys';
import { deviceError } from './device/errors';
import { baseDevices, type DeviceName } from './device/names';
import { checkAffinity, chooseDevices } from './device/placement';
import { reportDevices, type DeviceReport } from './device/report';
import { readVersions, type DeviceVersion } from './device/versions';
import { translate } from './errors';
import { ExecutableNetwork } from './executable-network';
import { readLoadOptions, type LoadOptions } from './infer/load-options';
import { IENetwork, isNetwork, loadableOf, nativeNetworkOf } from './network';
import { compiledPorts, importedPorts } from './ports/network-ports';
import { readExported, unpackExported } from './read/exported-file';
import { readModel, type ModelSource, type ReadOptions } from './read/source';

/** The table of {@link CoreOptions}. */
const coreOptions = {
  /** An XML file that lists plugins in addition to the runtime's own. */
  pluginsXml: text(),
} satisfies OptionTable;

/** Options of `IECore`. */
export interface CoreOptions extends OptionsOf<typeof coreOptions> {}

/** Checks the device and the options of `loadNetwork`; both may be left out. */
function readLoadArguments(second: unknown, third: unknown) {
  const isOptions = third === undefined && typeof second === 'object' && second !== null;
  const [device = 'AUTO', options = {}] = isOptions ? [undefined, second] : [second, third];
  checkString(device, 'device');
  return { device, ...readLoadOptions(options as LoadOptions) };
}

/** Runs a native call that returns nothing, and translates its errors. */
function call(context: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw translate(error, context);
  }
}

/**
 * The entry point: lists devices, reads networks and loads them.
 *
 * @example
 * ```ts
 * const ie = new IECore();
 * const net = await ie.readNetwork('resnet18.xml');
 * const [input] = Object.keys(net.inputInfo);
 * net.inputInfo[input].precision = 'U8';
 * const exec = await ie.loadNetwork(net, 'CPU');
 * const { output } = await exec.infer({ [input]: pixels });
 * ```
 */
export class IECore {
  readonly #native: NativeCore;
  /** Libraries with operations that networks may use. */
  readonly #extensions: string[] = [];
  readonly #cacheFolders = new CacheFolders();

  /**
   * @param options - or the path of an XML file that lists plugins, as in the classic API
   * @throws LoadError - when the runtime or the addon is missing or does not load
   * @throws FileError - when the plugins file does not exist
   */
  constructor(options: CoreOptions | string = {}) {
    const given = typeof options === 'string' ? { pluginsXml: options } : options;
    const { pluginsXml } = readTable(coreOptions, given);
    if (pluginsXml !== undefined) checkFile(pluginsXml, 'plugins file');
    const addon = loadAddon();
    try {
      this.#native = new addon.Core(pluginsXml ?? '');
    } catch (error) {
      throw translate(error, 'The runtime does not start');
    }
  }

  /** The devices that can be used on this machine, such as `['CPU', 'GPU.0']`. */
  get availableDevices(): string[] {
    return this.#native.availableDevices();
  }

  /**
   * Reports every usable device, and for CPU, GPU, NPU, MYRIAD, HDDL and GNA why they cannot be used here, with a remedy.
   *
   * @example
   * ```ts
   * for (const { device, usable, reason, remedy } of ie.diagnoseDevices())
   *   if (!usable) console.log(`${device}: ${reason}. ${remedy}`);
   * ```
   */
  diagnoseDevices(): DeviceReport[] {
    return reportDevices(this.#native);
  }

  /**
   * Reads a network: IR (.xml, with its .bin), ONNX, TensorFlow, TensorFlow Lite or Paddle. The weights
   * are copied into memory, so their file may change afterwards. `setConfig({ ENABLE_MMAP: true })`
   * maps the file instead, which must then stay unchanged.
   *
   * @param model - path, file URL, or the bytes of IR or ONNX. More than 1 MiB of bytes is copied in parts
   *   between other events, so do not change the bytes until the promise settles
   * @param weights - of an IR; default: the .bin beside the .xml
   * @throws FileError - FILE_NOT_FOUND, FILE_NOT_READABLE
   * @throws OpenVINOError - NETWORK_NOT_READ when the content is damaged or of an unknown format. With
   *   `isolated` also when the process that tries the model crashed or exceeded its time or memory, and
   *   every error of `loadNetwork`
   * @example
   * ```ts
   * const net = await ie.readNetwork(upload, { isolated: true });
   * ```
   */
  async readNetwork(
    model: ModelSource,
    weights?: ModelSource,
    options?: ReadOptions,
  ): Promise<IENetwork>;
  /** Reads a network, with options and without separate weights. */
  async readNetwork(model: ModelSource, options?: ReadOptions): Promise<IENetwork>;
  async readNetwork(...args: [unknown, unknown?, unknown?]): Promise<IENetwork> {
    return new IENetwork(await run(readModel(this.#native, this.#extensions, args)));
  }

  /** Like {@link IECore.readNetwork}, but blocks the calling thread until it is done. */
  readNetworkSync(model: ModelSource, weights?: ModelSource, options?: ReadOptions): IENetwork;
  /** Like {@link IECore.readNetwork}, but blocks the calling thread until it is done. */
  readNetworkSync(model: ModelSource, options?: ReadOptions): IENetwork;
  readNetworkSync(...args: [unknown, unknown?, unknown?]): IENetwork {
    return new IENetwork(runSync(readModel(this.#native, this.#extensions, args)));
  }

  /**
   * Compiles a network for a device.
   *
   * @param network - a network, or the path of a model
   * @param device - CPU, GPU, NPU, AUTO, `MULTI:GPU,CPU`, `HETERO:GPU,CPU`, `BATCH:GPU`, or a registered name.
   *   Default: AUTO, which chooses a device
   * @throws OpenVINOError - DEVICE_NOT_AVAILABLE, UNSUPPORTED_PROPERTY, NETWORK_NOT_LOADED, OUT_OF_MEMORY
   * @throws FileError - FILE_NOT_WRITABLE when the folder CACHE_DIR cannot be created
   */
  async loadNetwork(
    network: IENetwork | ModelSource,
    device?: DeviceName,
    options?: LoadOptions,
  ): Promise<ExecutableNetwork>;
  /** Compiles a network for the device that AUTO chooses. */
  async loadNetwork(
    network: IENetwork | ModelSource,
    options: LoadOptions,
  ): Promise<ExecutableNetwork>;
  async loadNetwork(
    network: IENetwork | ModelSource,
    ...args: [unknown?, unknown?]
  ): Promise<ExecutableNetwork> {
    return run(this.#load(network, ...args));
  }

  /** Like {@link IECore.loadNetwork}, but blocks the calling thread until it is done. */
  loadNetworkSync(
    network: IENetwork | ModelSource,
    device?: DeviceName,
    options?: LoadOptions,
  ): ExecutableNetwork;
  /** Like {@link IECore.loadNetwork}, but blocks the calling thread until it is done. */
  loadNetworkSync(network: IENetwork | ModelSource, options: LoadOptions): ExecutableNetwork;
  loadNetworkSync(
    network: IENetwork | ModelSource,
    ...args: [unknown?, unknown?]
  ): ExecutableNetwork {
    return runSync(this.#load(network, ...args));
  }

  *#load(
    network: IENetwork | ModelSource,
    second?: unknown,
    third?: unknown,
  ): Operation<ExecutableNetwork> {
    const { device, config, pool } = readLoadArguments(second, third);
    const loadable = loadableOf(
      isNetwork(network)
        ? network
        : new IENetwork(yield* readModel(this.#native, this.#extensions, [network])),
    );
    checkAffinity(loadable.plan.affinity, device);
    checkLoadConfig(this.#native, device, config);
    const chosen = chooseDevices(this.#native, device);
    try {
      const { native: model, plan } = loadable;
      const [rest, cache] = this.#cacheFolders.place(loadable, chosen, config);
      const native = yield* step((sync) =>
        this.#native.compile(model, plan, chosen, rest, cache, sync),
      );
      return new ExecutableNetwork(native, compiledPorts(native, loadable), pool);
    } catch (error) {
      const context = `Cannot load the network on ${device}`;
      throw deviceError(this.#native, error, device, context, config);
    }
  }

  /**
   * Loads a network that `ExecutableNetwork.export` wrote, without compiling it again. Also accepts files that
   * other tools exported, with the precisions that they were compiled with.
   *
   * @param model - path, file URL or bytes
   */
  async importNetwork(
    model: ModelSource,
    device: DeviceName,
    options: LoadOptions = {},
  ): Promise<ExecutableNetwork> {
    return run(this.#import(model, device, options));
  }

  /** Like {@link IECore.importNetwork}, but blocks the calling thread until it is done. */
  importNetworkSync(
    model: ModelSource,
    device: DeviceName,
    options: LoadOptions = {},
  ): ExecutableNetwork {
    return runSync(this.#import(model, device, options));
  }

  *#import(
    model: ModelSource,
    device: DeviceName,
    options: LoadOptions,
  ): Operation<ExecutableNetwork> {
    checkString(device, 'device');
    const { config, pool } = readLoadOptions(options);
    const { bytes, ports } = yield* unpackExported(yield* readExported(model));
    checkLoadConfig(this.#native, device, config);
    try {
      const native = yield* step((sync) => this.#native.importModel(bytes, device, config, sync));
      return new ExecutableNetwork(native, ports ?? importedPorts(native), pool);
    } catch (error) {
      const context = `Cannot import the network on ${device}`;
      throw deviceError(this.#native, error, device, context, config);
    }
  }

  /**
   * Asks which layer would run on which device.
   *
   * @returns device by layer name, without the layers that no device supports
   */
  async queryNetwork(
    network: IENetwork,
    device: DeviceName,
    config: Config = {},
  ): Promise<Record<string, string>> {
    return run(this.#query(network, device, config));
  }

  /** Like {@link IECore.queryNetwork}, but blocks the calling thread until it is done. */
  queryNetworkSync(
    network: IENetwork,
    device: DeviceName,
    config: Config = {},
  ): Record<string, string> {
    return runSync(this.#query(network, device, config));
  }

  *#query(
    network: IENetwork,
    device: DeviceName,
    given: Config,
  ): Operation<Record<string, string>> {
    if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
    checkString(device, 'device');
    const config = toNativeConfig(given);
    checkLoadConfig(this.#native, device, config);
    try {
      const model = nativeNetworkOf(network);
      const found = yield* step((sync) => this.#native.queryModel(model, device, config, sync));
      return { ...found, ...network.affinity };
    } catch (error) {
      throw deviceError(this.#native, error, device, `Cannot query ${device}`, config);
    }
  }

  /**
   * Sets configuration of a device, for networks that are loaded later. Without a device, each device gets the
   * keys that it has. If one key is refused, none is set.
   * CACHE_DIR is a folder for compiled networks. They are stored with checksums; a damaged one is compiled again.
   *
   * @throws OpenVINOError - UNSUPPORTED_PROPERTY, DEVICE_NOT_AVAILABLE
   */
  setConfig(config: Config, device: DeviceName = ''): void {
    if (typeof device !== 'string') throw invalid('device', 'a string', device);
    const { CACHE_DIR: folder, ...rest } = toNativeConfig(config);
    try {
      for (const [name, properties] of toSettings(this.#native, device, rest))
        this.#native.setProperty(name, properties);
    } catch (error) {
      throw deviceError(this.#native, error, device, 'Cannot set the configuration');
    }
    if (folder !== undefined) this.#cacheFolders.set(device, folder);
  }

  /** Reads a configuration value of a device, by its classic or current key. */
  getConfig(device: DeviceName, name: string): unknown {
    checkString(device, 'device');
    checkString(name, 'name');
    const read = (key: string): unknown =>
      key === 'CACHE_DIR'
        ? (this.#cacheFolders.of(device) ?? '')
        : this.#native.getProperty(device, key);
    const source = { read, devices: () => baseDevices(device), isNetwork: false };
    return getProperty(source, name, (error) =>
      deviceError(this.#native, error, device, `Cannot read ${name}`),
    );
  }

  /** Reads a metric of a device, such as FULL_DEVICE_NAME or SUPPORTED_CONFIG_KEYS. */
  getMetric(device: DeviceName, name: string): unknown {
    return this.getConfig(device, name);
  }

  /** The versions of a device's plugins, by device name. */
  getVersions(device: DeviceName): Record<string, DeviceVersion> {
    checkString(device, 'device');
    return readVersions(this.#native, device);
  }

  /**
   * Adds a device: the library of a plugin, under a name.
   *
   * @param plugin - the library's name, such as 'openvino_intel_cpu_plugin', or its path
   * @param device - the name of the new device; must contain the plugin's own name, such as CPU
   */
  registerPlugin(plugin: string, device: string): void {
    checkString(plugin, 'plugin');
    checkString(device, 'device');
    // The runtime searches for a plain name in its own folder.
    if (plugin !== basename(plugin)) checkLibrary(plugin, 'plugin');
    call(`Cannot register ${plugin} as ${device}`, () => {
      this.#native.registerPlugin(plugin, device);
    });
  }

  /** Adds the devices that an XML file lists. */
  registerPlugins(pluginsXml: string): void {
    checkString(pluginsXml, 'pluginsXml');
    checkFile(pluginsXml, 'plugins file');
    call(`Cannot register the plugins of ${pluginsXml}`, () => {
      this.#native.registerPlugins(pluginsXml);
    });
  }

  /** Unloads a device's plugin; the runtime loads it again at the next use. */
  unregisterPlugin(device: DeviceName): void {
    checkString(device, 'device');
    call(`Cannot unregister ${device}`, () => {
      this.#native.unregisterPlugin(device);
    });
  }

  /** Loads a library with custom operations. */
  addExtension(library: string): void {
    checkString(library, 'library');
    checkLibrary(library, 'extension');
    call(`Cannot load the extension ${library}`, () => {
      this.#native.addExtension(library);
    });
    this.#extensions.push(resolve(library));
  }
}

markClass(IECore);
