import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { checkString, invalid, reading, readOptions } from './base/check';
import { markClass } from './base/package-copies';
import { propertyError, readProperty, toNativeConfig, type Config } from './device/config-keys';
import {
  alwaysListed,
  baseDevices,
  explainDevice,
  fillsCacheAtLoad,
  isKnownDevice,
  type DeviceName,
} from './device/names';
import { checkLoadConfig, devicesOf, explainRefusal, toSettings } from './device/config-check';
import { diagnose } from './device/diagnosis';
import type { OpenVINOError } from './errors';
import { errorOf, translate } from './errors';
import {
  ExecutableNetwork,
  poolOptionNames,
  toPool,
  unpack,
  unpackSync,
  type ExportedPorts,
  type PoolOptions,
} from './executable-network';
import { defaultLayout } from './tensor/layout';
import { checkLibrary } from './addon/library-check';
import { filesBeside, formatOfBytes, formatOfFile, modelEndings } from './read/format';
import { loadAddon, release } from './addon/loader';
import type {
  NativeCachePlace,
  NativeConfig,
  NativeCore,
  NativeExecutableNetwork,
  NativePort,
} from './addon/native-types';
import { IENetwork, isNetwork, loadableOf, nativeOf, type Loadable } from './network';
import { plainDims, type LoadedPort, type Port } from './tensor/port';
import { readPreProcess } from './ports/preprocess';
import { bytesOf, precisionOf, typedArrayName } from './tensor/precision';
import { copyBytes } from './base/private-bytes';
import { checkFile, checkFileOrFolder, readRegular, readRegularSync } from './base/regular-file';
import {
  toLimits,
  tryModel,
  tryModelSync,
  type IsolationOptions,
  type Limits,
  type TrialModel,
} from './read/isolated';
import { withUniqueNames } from './tensor/unique-names';

/** A model or weights: a path, a file URL, or the bytes themselves. */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer;

/** Options of `IECore`. */
export interface CoreOptions {
  /** An XML file that lists plugins besides those of the runtime. */
  pluginsXml?: string;
}

/** A device, as `diagnoseDevices` sees it. */
export interface DeviceReport {
  /** Its name, such as `GPU.0`. */
  device: string;
  /** Whether networks can be loaded on it. */
  usable: boolean;
  /** Full name of the hardware. */
  name?: string;
  /** Its architecture. */
  architecture?: string;
  /** What it computes in and can do: `FP32`, `INT8`, `EXPORT_IMPORT`, … */
  capabilities?: string[];
  /** Least and most streams. */
  streams?: number[];
  /** Least and most requests that are of use at once, and the step. */
  requests?: number[];
  /** How many requests it works best with, loaded for throughput with a small network. */
  optimalRequests?: number;
  /** Version of its driver; `unknown` where there is none or it does not say. */
  driver?: string;
  /** Version of its plugin. */
  plugin?: string;
  /** Why it cannot be used. */
  reason?: string;
  /** What to do about it; may be empty. */
  remedy?: string;
}

/** As a device needs one to say how many requests it works best with. */
const smallNetwork = Buffer.from(`<?xml version="1.0"?><net name="small" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,16" element_type="f32"/><output><port id="0" precision="FP32"><dim>1</dim><dim>16</dim></port></output></layer>
<layer id="1" name="y" type="ReLU" version="opset1"><input><port id="0" precision="FP32"><dim>1</dim><dim>16</dim></port></input><output><port id="1" precision="FP32"><dim>1</dim><dim>16</dim></port></output></layer>
<layer id="2" name="r" type="Result" version="opset1"><input><port id="0" precision="FP32"><dim>1</dim><dim>16</dim></port></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/><edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>`);

/** Options of `loadNetwork` and `importNetwork`. */
export interface LoadOptions extends PoolOptions {
  /** Configuration for this network. */
  config?: Config;
}

/** The same, checked and in the runtime's terms. */
interface LoadSettings {
  config: NativeConfig;
  pool: Required<PoolOptions>;
}

/** Options of `readNetwork`. */
export interface ReadOptions {
  /**
   * For a model that is not trusted: another process tries it first. There it is read, loaded on the CPU
   * and run once with zeros, since a damaged model may end the process at each of these; only
   * what came through is read here. It guards against models that crash, hang, or take all memory with
   * such inputs, and costs the start of a process and what is done in it. It is no guard against
   * one made to take a process over, nor against a file that is changed in between.
   */
  isolated?: boolean | IsolationOptions;
}

/** The version of a device's plugin. */
export interface DeviceVersion {
  /** The year of the release. */
  major: number;
  /** The release of that year. */
  minor: number;
  /** The whole version with its build. */
  buildNumber: string;
  /** The plugin's own name. */
  description: string;
}

type ReadCall =
  | { kind: 'path'; what: string; args: [path: string, weights: string, frontend: string] }
  | {
      kind: 'bytes';
      what: string;
      args: [model: Uint8Array, weights: Uint8Array, frontend: string];
    };

function isBytes(value: unknown): value is Uint8Array | ArrayBuffer {
  return typedArrayName(value) === 'Uint8Array' || types.isArrayBuffer(value);
}

/** The bytes as they are now, in the same memory. */
function toBytes(value: Uint8Array | ArrayBuffer, name: string): Uint8Array {
  if (!types.isArrayBuffer(value)) return bytesOf(value);
  return reading(name, () => new Uint8Array(value));
}

function toPath(value: unknown, name: string): string {
  const isUrl = reading(name, () => value instanceof URL && value.protocol === 'file:');
  const path = isUrl ? reading(name, () => fileURLToPath(value as URL)) : value;
  if (typeof path !== 'string' || path === '')
    throw invalid(name, 'a path, a file URL or bytes', value);
  return path;
}

function prepareRead(model: unknown, weights: unknown): ReadCall {
  if (isBytes(model)) {
    if (weights !== undefined && !isBytes(weights))
      throw invalid('weights', 'bytes, since the model comes as bytes', weights);
    const bytes = toBytes(model, 'model');
    if (bytes.byteLength === 0)
      throw errorOf('NETWORK_NOT_READ', 'Cannot read the model: there are no bytes in it');
    const format = formatOfBytes(bytes);
    const args: [Uint8Array, Uint8Array, string] = [
      bytes,
      weights === undefined ? new Uint8Array() : toBytes(weights, 'weights'),
      format,
    ];
    return { kind: 'bytes', what: 'the model', args };
  }
  const path = toPath(model, 'model');
  const { isFolder } = checkFileOrFolder(path, 'model');
  const format = formatOfFile(path, isFolder);
  if (format === undefined) {
    throw errorOf(
      'NETWORK_NOT_READ',
      `Cannot tell the format of ${path}; expected a file ending in ${modelEndings.join(', ')} or a SavedModel folder`,
    );
  }
  for (const { file, what } of filesBeside(path, isFolder)) checkFile(file, what);
  let bin = '';
  if (weights !== undefined) {
    bin = toPath(weights, 'weights');
    checkFile(bin, 'weights');
  }
  return { kind: 'path', what: path, args: [path, bin, format] };
}

/** Takes a call's arguments apart: the weights may be left out before the options. */
function toReadArguments(
  model: unknown,
  second: unknown,
  third: unknown,
): { call: ReadCall; limits: Limits | undefined } {
  const isOptions =
    third === undefined &&
    typeof second === 'object' &&
    second !== null &&
    !reading('weights', () => second instanceof URL) &&
    !ArrayBuffer.isView(second) &&
    !isBytes(second);
  const [weights, options = {}] = isOptions ? [undefined, second] : [second, third];
  const { isolated } = readOptions(options as ReadOptions, 'options', ['isolated']);
  const limits = toLimits(isolated, 'options.isolated');
  return { call: prepareRead(model, weights), limits };
}

const exported = 'exported network';

/** The bytes of an exported network; nobody else can change them while the runtime reads them. */
async function toExported(model: ModelSource): Promise<Uint8Array> {
  if (isBytes(model)) return copyBytes(toBytes(model, 'model'), 'model');
  return readRegular(toPath(model, 'model'), exported);
}

function toExportedSync(model: ModelSource): Uint8Array {
  return isBytes(model)
    ? new Uint8Array(toBytes(model, 'model'))
    : readRegularSync(toPath(model, 'model'), exported);
}

function toTrial({ what, args: [model, weights] }: ReadCall): TrialModel {
  return { what, model, weights };
}

function toPort(index: number, port: NativePort): Port {
  return {
    index,
    name: port.name,
    aliases: port.aliases,
    precision: precisionOf(port.element),
    layout: defaultLayout(port.layout, port.dims === null ? null : plainDims(port.dims)),
    dims: port.dims,
  };
}

/** For JSON, which would write each byte of an image as a number with its index. */
function bytesAsText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

/** The ports as the compiled graph has them, under the names, precisions and layouts the user knows. */
function portsOf(native: NativeExecutableNetwork, { inputs, outputs }: Loadable): ExportedPorts {
  const { steady, rules } = native.facts();
  const merge = <T extends LoadedPort>(
    ports: readonly NativePort[],
    known: readonly T[],
  ): (T & Port)[] => ports.map(({ dims }, index) => ({ ...(known[index] as T), index, dims }));
  return {
    inputs: merge(native.inputs(), inputs).map((port) => ({
      ...port,
      rules: rules.filter(({ input }) => input === port.index),
    })),
    outputs: merge(native.outputs(), outputs),
    steady,
  };
}

/**
 * The way in: devices, reading networks, loading them.
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
  /** Libraries with operations that its networks may have. */
  readonly #extensions: string[] = [];
  /** CACHE_DIR by device, with '' for all: never the runtime's own, which trusts what it finds there. */
  readonly #cacheFolders = new Map<string, string>();

  /**
   * @param options - or the path of an XML file that lists plugins, as the classic API takes it
   * @throws LoadError - when the runtime or the addon is missing or does not load
   * @throws FileError - when the plugins file does not exist
   */
  constructor(options: CoreOptions | string = {}) {
    const { pluginsXml } =
      typeof options === 'string'
        ? { pluginsXml: options }
        : readOptions(options, 'options', ['pluginsXml']);
    if (pluginsXml !== undefined) {
      checkString(pluginsXml, 'options.pluginsXml');
      checkFile(pluginsXml, 'plugins file');
    }
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
   * Every device people ask for: what it is and can do, or why it cannot be used here and what to do.
   *
   * @example
   * ```ts
   * for (const { device, usable, reason, remedy } of ie.diagnoseDevices())
   *   if (!usable) console.log(`${device}: ${reason}. ${remedy}`);
   * ```
   */
  diagnoseDevices(): DeviceReport[] {
    const available = this.availableDevices;
    const usable = available.map((device): DeviceReport => {
      const told = (name: string): unknown => {
        try {
          return this.getMetric(device, name);
        } catch {
          // Devices differ in what they tell.
          return undefined;
        }
      };
      const text = (name: string): string => {
        const value = told(name);
        return typeof value === 'string' ? value : 'unknown';
      };
      const version = this.getVersions(device)[device];
      return {
        device,
        usable: true,
        name: text('FULL_DEVICE_NAME'),
        architecture: text('DEVICE_ARCHITECTURE'),
        capabilities: (told('OPTIMIZATION_CAPABILITIES') as string[] | undefined) ?? [],
        streams: (told('RANGE_FOR_STREAMS') as number[] | undefined) ?? [],
        requests: (told('RANGE_FOR_ASYNC_INFER_REQUESTS') as number[] | undefined) ?? [],
        ...this.#optimalRequests(device),
        driver: text(device.startsWith('NPU') ? 'NPU_DRIVER_VERSION' : 'GPU_DRIVER_VERSION'),
        plugin: version?.buildNumber ?? 'unknown',
      };
    });
    const missing = alwaysListed.flatMap((device): DeviceReport[] => {
      const why = explainDevice(device, available);
      if (why === undefined) return [];
      return [{ device, usable: false, ...(diagnose(device) ?? { reason: why, remedy: '' }) }];
    });
    return [...usable, ...missing];
  }

  #optimalRequests(device: string): Pick<DeviceReport, 'optimalRequests'> {
    try {
      const config = { PERFORMANCE_HINT: 'THROUGHPUT', CACHE_DIR: '' };
      const network = this.loadNetworkSync(smallNetwork, device, { config });
      const optimalRequests = Number(network.getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS'));
      network.close();
      return { optimalRequests };
    } catch {
      // A device can be listed and yet refuse a network.
      return {};
    }
  }

  /** What went wrong with a device: for one that is missing, why and what instead. */
  #deviceError(
    error: unknown,
    device: string,
    context: string,
    config: NativeConfig = {},
  ): OpenVINOError {
    const translated = translate(error, context);
    if (translated === error) return translated;
    if (['OUT_OF_MEMORY', 'FILE_NOT_WRITABLE'].includes(translated.code)) return translated;
    const why = this.#brokenPlugin(device) ?? explainDevice(device, this.availableDevices);
    if (why !== undefined)
      return errorOf('DEVICE_NOT_AVAILABLE', `${context}: ${why}`, { cause: error });
    // The runtime reports configuration that the device does not take like any other failure.
    const devices = devicesOf(this.#native, device, config);
    const refused = explainRefusal(this.#native, devices, config);
    return refused === undefined
      ? translated
      : errorOf('UNSUPPORTED_PROPERTY', `${context}: ${refused}`, { cause: error });
  }

  #checkDevice(device: unknown): asserts device is string {
    checkString(device, 'device');
  }

  /**
   * Reads a network: IR (.xml, with its .bin), ONNX, TensorFlow, TensorFlow Lite or Paddle. Weights
   * are read into memory, so that their file may change afterwards; `setConfig({ ENABLE_MMAP: true })`
   * maps the file instead, which then has to be left as it is.
   *
   * @param model - path, file URL, or the bytes of IR or ONNX. Bytes of more than a MiB are copied piece by
   *   piece, so leave them as they are until the promise settles
   * @param weights - of an IR; default: the .bin beside the .xml
   * @throws FileError - FILE_NOT_FOUND, FILE_NOT_READABLE
   * @throws OpenVINOError - NETWORK_NOT_READ when the content is damaged or of no known format, or when the
   *   process that tried it first died, hung or ran out of memory; with `isolated` also what
   *   `loadNetwork` throws
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
  /** The same, where no weights are named. */
  async readNetwork(model: ModelSource, options?: ReadOptions): Promise<IENetwork>;
  async readNetwork(
    model: ModelSource,
    second?: ModelSource | ReadOptions,
    third?: ReadOptions,
  ): Promise<IENetwork> {
    const { call, limits } = toReadArguments(model, second, third);
    if (call.kind === 'bytes') {
      const [graph, bin, format] = call.args;
      // Both begin at once, so that what is small is copied as it is at the call.
      const copies = [copyBytes(graph, 'model'), copyBytes(bin, 'weights')] as const;
      call.args = [...(await Promise.all(copies)), format];
    }
    if (limits !== undefined) await tryModel(toTrial(call), this.#extensions, limits);
    try {
      if (call.kind === 'path')
        return new IENetwork(await this.#native.readModel(...call.args, false));
      const network = await this.#native.readModelFromBuffer(...call.args, false);
      for (const copy of call.args.slice(0, 2)) release(copy as Uint8Array);
      return new IENetwork(network);
    } catch (error) {
      throw translate(error, `Cannot read ${call.what}`);
    }
  }

  /** The same, waiting for the end. */
  readNetworkSync(model: ModelSource, weights?: ModelSource, options?: ReadOptions): IENetwork;
  /** The same, waiting for the end, where no weights are named. */
  readNetworkSync(model: ModelSource, options?: ReadOptions): IENetwork;
  readNetworkSync(
    model: ModelSource,
    second?: ModelSource | ReadOptions,
    third?: ReadOptions,
  ): IENetwork {
    const { call, limits } = toReadArguments(model, second, third);
    if (limits !== undefined) tryModelSync(toTrial(call), this.#extensions, limits);
    try {
      return new IENetwork(
        call.kind === 'path'
          ? this.#native.readModel(...call.args, true)
          : this.#native.readModelFromBuffer(...call.args, true),
      );
    } catch (error) {
      throw translate(error, `Cannot read ${call.what}`);
    }
  }

  /** Where a network is kept, and its configuration without that. */
  #caching(
    { native, plan }: Loadable,
    device: string,
    { CACHE_DIR: own, ...config }: NativeConfig,
  ): [config: NativeConfig, cache: NativeCachePlace | null] {
    const names = baseDevices(device);
    const folder = own ?? this.#cacheFolderOf(names);
    if (folder === undefined || folder === '') return [config, null];
    // The runtime counts those that have no name.
    const name = native.name().replace(/^Model\d+$/, '');
    const parts = [device, Object.entries(config).sort(), plan, name, native.inputs()];
    const key = JSON.stringify([...parts, native.outputs()], bytesAsText);
    // Others compile in the background, or keep what they make as they run.
    const lasting = !names.every(fillsCacheAtLoad);
    return [config, { folder, key, lasting }];
  }

  #cacheFolderOf(devices: readonly string[]): string | undefined {
    const named = devices.find((name) => this.#cacheFolders.has(name));
    return this.#cacheFolders.get(named ?? '');
  }

  #options(options: LoadOptions): LoadSettings {
    const given = readOptions(options, 'options', ['config', ...poolOptionNames]);
    const { config = {}, ...pool } = given;
    return { pool: toPool(pool), config: toNativeConfig(config, 'options.config') };
  }

  /** Takes the arguments of a call apart: the device may be left out, also before the options. */
  #loading(
    second: string | LoadOptions | undefined,
    third: LoadOptions | undefined,
  ): LoadSettings & { device: string } {
    const isOptions =
      third === undefined && typeof second === 'object' && (second as unknown) !== null;
    const [device = 'AUTO', options = {}] = isOptions ? [undefined, second] : [second, third];
    this.#checkDevice(device);
    return { device, ...this.#options(options) };
  }

  /**
   * AUTO chooses among what works, MULTI uses all it is told to. The runtime's AUTO ends at a plugin
   * that does not load, and its MULTI passes over a device that is not there.
   */
  #chosen(device: string): string {
    const [kind = '', list] = device.split(/:(.*)/s);
    if (kind === 'MULTI' && explainDevice(device, this.availableDevices) !== undefined)
      throw this.#deviceError(undefined, device, `Cannot load the network on ${device}`);
    if (kind !== 'AUTO' || list === undefined) return device;
    const kept = list.split(',').filter((name) => this.#brokenPlugin(name) === undefined);
    return kept.length === 0 ? device : `AUTO:${kept.join(',')}`;
  }

  /** What the system's linker says of the first plugin of a device that is there and does not load. */
  #brokenPlugin(device: string): string | undefined {
    for (const name of baseDevices(device)) {
      try {
        this.#native.versions(name);
      } catch (error) {
        const why = isKnownDevice(name) ? explainDevice(name, this.availableDevices) : undefined;
        const found = why ?? `The plugin of ${name} does not load`;
        return `${found} (${translate(error).message})`;
      }
    }
    return undefined;
  }

  /** Layers that were given to devices need a HETERO that has them. */
  #checkAffinity({ plan }: Loadable, device: string): void {
    const wanted = new Set(Object.values(plan.affinity));
    if (wanted.size === 0) return;
    const has = device.startsWith('HETERO:')
      ? device
          .slice('HETERO:'.length)
          .split(',')
          .map((name) => name.trim())
      : [];
    const missing = [...wanted].filter((name) => !has.includes(name));
    if (missing.length === 0) return;
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a HETERO device with ${missing.join(' and ')}, to which setAffinity() gave layers, received ${device}; load on HETERO:${[...wanted].join(',')}, or take it back by setAffinity({})`,
    );
  }

  /**
   * Compiles a network for a device.
   *
   * @param network - a network, or the path of a model
   * @param device - CPU, GPU, NPU, AUTO, `MULTI:GPU,CPU`, `HETERO:GPU,CPU`, `BATCH:GPU`, or a registered name.
   *   Default AUTO, which chooses
   * @throws OpenVINOError - DEVICE_NOT_AVAILABLE, UNSUPPORTED_PROPERTY, NETWORK_NOT_LOADED, OUT_OF_MEMORY
   * @throws FileError - FILE_NOT_WRITABLE when there can be no folder CACHE_DIR
   */
  async loadNetwork(
    network: IENetwork | ModelSource,
    device?: DeviceName,
    options?: LoadOptions,
  ): Promise<ExecutableNetwork>;
  /** The same, on the device that AUTO chooses. */
  async loadNetwork(
    network: IENetwork | ModelSource,
    options: LoadOptions,
  ): Promise<ExecutableNetwork>;
  async loadNetwork(
    network: IENetwork | ModelSource,
    second?: DeviceName | LoadOptions,
    third?: LoadOptions,
  ): Promise<ExecutableNetwork> {
    const { device, config, pool } = this.#loading(second, third);
    const loadable = loadableOf(isNetwork(network) ? network : await this.readNetwork(network));
    this.#checkAffinity(loadable, device);
    checkLoadConfig(this.#native, device, config);
    const chosen = this.#chosen(device);
    try {
      const native = await this.#native.compile(
        loadable.native,
        loadable.plan,
        chosen,
        ...this.#caching(loadable, chosen, config),
        false,
      );
      return new ExecutableNetwork(native, portsOf(native, loadable), pool);
    } catch (error) {
      throw this.#deviceError(error, device, `Cannot load the network on ${device}`, config);
    }
  }

  /** The same, waiting for the end. */
  loadNetworkSync(
    network: IENetwork | ModelSource,
    device?: DeviceName,
    options?: LoadOptions,
  ): ExecutableNetwork;
  /** The same, waiting for the end, on the device that AUTO chooses. */
  loadNetworkSync(network: IENetwork | ModelSource, options: LoadOptions): ExecutableNetwork;
  loadNetworkSync(
    network: IENetwork | ModelSource,
    second?: DeviceName | LoadOptions,
    third?: LoadOptions,
  ): ExecutableNetwork {
    const { device, config, pool } = this.#loading(second, third);
    const loadable = loadableOf(isNetwork(network) ? network : this.readNetworkSync(network));
    this.#checkAffinity(loadable, device);
    checkLoadConfig(this.#native, device, config);
    const chosen = this.#chosen(device);
    try {
      const native = this.#native.compile(
        loadable.native,
        loadable.plan,
        chosen,
        ...this.#caching(loadable, chosen, config),
        true,
      );
      return new ExecutableNetwork(native, portsOf(native, loadable), pool);
    } catch (error) {
      throw this.#deviceError(error, device, `Cannot load the network on ${device}`, config);
    }
  }

  #portsOfImported(native: NativeExecutableNetwork): ExportedPorts {
    return {
      inputs: withUniqueNames(native.inputs()).map((port, i) => ({
        ...toPort(i, port),
        preProcess: readPreProcess({}, 'preProcess'),
      })),
      outputs: withUniqueNames(native.outputs()).map((port, i) => toPort(i, port)),
    };
  }

  /**
   * Loads a network that `ExecutableNetwork.export` wrote, without compiling it again. Files that
   * other tools exported are taken too, with the precisions they were compiled with.
   *
   * @param model - path, file URL or bytes
   */
  async importNetwork(
    model: ModelSource,
    device: DeviceName,
    options: LoadOptions = {},
  ): Promise<ExecutableNetwork> {
    this.#checkDevice(device);
    const { config, pool } = this.#options(options);
    const { bytes, ports } = await unpack(await toExported(model));
    checkLoadConfig(this.#native, device, config);
    try {
      const native = await this.#native.importModel(bytes, device, config, false);
      return new ExecutableNetwork(native, ports ?? this.#portsOfImported(native), pool);
    } catch (error) {
      throw this.#deviceError(error, device, `Cannot import the network on ${device}`, config);
    }
  }

  /** The same, waiting for the end. */
  importNetworkSync(
    model: ModelSource,
    device: DeviceName,
    options: LoadOptions = {},
  ): ExecutableNetwork {
    this.#checkDevice(device);
    const { config, pool } = this.#options(options);
    const { bytes, ports } = unpackSync(toExportedSync(model));
    checkLoadConfig(this.#native, device, config);
    try {
      const native = this.#native.importModel(bytes, device, config, true);
      return new ExecutableNetwork(native, ports ?? this.#portsOfImported(native), pool);
    } catch (error) {
      throw this.#deviceError(error, device, `Cannot import the network on ${device}`, config);
    }
  }

  /**
   * Which layer would run on which device.
   *
   * @returns device by layer name; layers that no device takes are left out
   */
  async queryNetwork(
    network: IENetwork,
    device: DeviceName,
    config: Config = {},
  ): Promise<Record<string, string>> {
    if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
    this.#checkDevice(device);
    const settings = toNativeConfig(config);
    checkLoadConfig(this.#native, device, settings);
    try {
      const found = await this.#native.queryModel(nativeOf(network), device, settings, false);
      return { ...found, ...network.affinity };
    } catch (error) {
      throw this.#deviceError(error, device, `Cannot query ${device}`, settings);
    }
  }

  /** The same, waiting for the end. */
  queryNetworkSync(
    network: IENetwork,
    device: DeviceName,
    config: Config = {},
  ): Record<string, string> {
    if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
    this.#checkDevice(device);
    const settings = toNativeConfig(config);
    checkLoadConfig(this.#native, device, settings);
    try {
      const found = this.#native.queryModel(nativeOf(network), device, settings, true);
      return { ...found, ...network.affinity };
    } catch (error) {
      throw this.#deviceError(error, device, `Cannot query ${device}`, settings);
    }
  }

  /**
   * Sets configuration for a device. Networks loaded later have it. Where no device is named, each gets
   * the keys that it has. All of it is set, or nothing.
   * CACHE_DIR is a folder that compiled networks are kept in, with checksums: what is damaged is
   * compiled again.
   *
   * @throws OpenVINOError - UNSUPPORTED_PROPERTY, DEVICE_NOT_AVAILABLE
   */
  setConfig(config: Config, device: DeviceName = ''): void {
    if (typeof device !== 'string') throw invalid('device', 'a string', device);
    const { CACHE_DIR: folder, ...rest } = toNativeConfig(config);
    try {
      for (const [one, its] of toSettings(this.#native, device, rest))
        this.#native.setProperty(one, its);
    } catch (error) {
      throw this.#deviceError(error, device, 'Cannot set the configuration');
    }
    if (folder !== undefined) this.#cacheFolders.set(device.split('.')[0] ?? '', folder);
  }

  /** A configuration value of a device, by its classic or current key. */
  getConfig(device: DeviceName, name: string): unknown {
    this.#checkDevice(device);
    checkString(name, 'name');
    const read = (key: string): unknown =>
      key === 'CACHE_DIR'
        ? (this.#cacheFolderOf(baseDevices(device)) ?? '')
        : this.#native.getProperty(device, key);
    const devices = (): string[] => baseDevices(device);
    const source = { read, devices, isNetwork: false };
    try {
      return readProperty(source, name);
    } catch (error) {
      throw propertyError(source, name, this.#deviceError(error, device, `Cannot read ${name}`));
    }
  }

  /** A metric of a device, such as FULL_DEVICE_NAME or SUPPORTED_CONFIG_KEYS. */
  getMetric(device: DeviceName, name: string): unknown {
    return this.getConfig(device, name);
  }

  /** The versions of a device's plugins, by device. */
  getVersions(device: DeviceName): Record<string, DeviceVersion> {
    this.#checkDevice(device);
    const context = `Cannot read the version of ${device}`;
    let versions: ReturnType<NativeCore['versions']>;
    try {
      versions = this.#native.versions(device);
    } catch (error) {
      throw this.#deviceError(error, device, context);
    }
    // The runtime passes over the devices it does not know.
    if (Object.keys(versions).length === 0) throw this.#deviceError(undefined, device, context);
    return Object.fromEntries(
      Object.entries(versions).map(([name, version]) => {
        const [major = 0, minor = 0] = version.buildNumber.split(/[.-]/).map(Number);
        return [name, { major, minor, ...version }];
      }),
    );
  }

  #do(context: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      throw translate(error, context);
    }
  }

  /**
   * Adds a device: a plugin's library under a name.
   *
   * @param plugin - the library's name, such as 'openvino_intel_cpu_plugin', or its path
   * @param device - the name to give the device; the plugin's own, such as CPU, must be part of it
   */
  registerPlugin(plugin: string, device: string): void {
    checkString(plugin, 'plugin');
    this.#checkDevice(device);
    // A plain name is looked for beside the runtime.
    if (plugin !== basename(plugin)) {
      checkLibrary(plugin, 'plugin');
    }
    this.#do(`Cannot register ${plugin} as ${device}`, () => {
      this.#native.registerPlugin(plugin, device);
    });
  }

  /** Adds the devices that an XML file lists. */
  registerPlugins(pluginsXml: string): void {
    checkString(pluginsXml, 'pluginsXml');
    checkFile(pluginsXml, 'plugins file');
    this.#do(`Cannot register the plugins of ${pluginsXml}`, () => {
      this.#native.registerPlugins(pluginsXml);
    });
  }

  /** Unloads a device's plugin; it is loaded again when it is next used. */
  unregisterPlugin(device: DeviceName): void {
    this.#checkDevice(device);
    this.#do(`Cannot unregister ${device}`, () => {
      this.#native.unregisterPlugin(device);
    });
  }

  /** Loads a library with operations of the user's own. */
  addExtension(library: string): void {
    checkString(library, 'library');
    checkLibrary(library, 'extension');
    this.#do(`Cannot load the extension ${library}`, () => {
      this.#native.addExtension(library);
    });
    this.#extensions.push(resolve(library));
  }
}

markClass(IECore);
