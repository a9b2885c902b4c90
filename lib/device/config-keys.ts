/** Translates classic configuration keys and metrics to today's names, and back. */
import { invalid, readPlain, readRecord } from '../base/check';
import { errorOf, type OpenVINOError } from '../errors';
import { didYouMean } from '../base/suggest';

/** A configuration value. A nested record is for a device under MULTI, AUTO or HETERO. */
export type ConfigValue =
  string | number | boolean | readonly string[] | { readonly [key: string]: ConfigValue };

/** Configuration of a device or network: current keys (`NUM_STREAMS`) or classic ones (`CPU_THROUGHPUT_STREAMS`). */
export type Config = Readonly<Record<string, ConfigValue>>;

const streams: Readonly<Record<string, string>> = {
  CPU_THROUGHPUT_AUTO: 'AUTO',
  GPU_THROUGHPUT_AUTO: 'AUTO',
  CPU_THROUGHPUT_NUMA: 'NUMA',
};
const bfloat: Readonly<Record<string, string>> = { YES: 'bf16', NO: 'f32' };

interface ClassicKey {
  /** Its current name. */
  key: string;
  /** The only device that had it; default: every device that has the current key. */
  device?: string;
  /** Current value by classic value, for values that differ. */
  values?: Readonly<Record<string, string>>;
}

/** Classic keys with a current name. */
const classicKeys: Readonly<Record<string, ClassicKey>> = {
  CPU_THREADS_NUM: { key: 'INFERENCE_NUM_THREADS', device: 'CPU' },
  CPU_THROUGHPUT_STREAMS: { key: 'NUM_STREAMS', device: 'CPU', values: streams },
  GPU_THROUGHPUT_STREAMS: { key: 'NUM_STREAMS', device: 'GPU', values: streams },
  CPU_BIND_THREAD: {
    key: 'ENABLE_CPU_PINNING',
    device: 'CPU',
    values: { NUMA: 'YES', HYBRID_AWARE: 'YES' },
  },
  ENFORCE_BF16: { key: 'INFERENCE_PRECISION_HINT', device: 'CPU', values: bfloat },
  TARGET_FALLBACK: { key: 'MULTI_DEVICE_PRIORITIES' },
};

const varyingBatch =
  "reshape the network's batch to -1 before loadNetwork(), so that each inference has its own";

interface GoneKey {
  /** The value that turns the feature off: the only accepted value, and the one that reading returns. */
  off: boolean | number | string;
  /** The devices that had it. */
  devices: readonly string[];
  /** The replacement, for the error message. */
  instead: string;
}

/** Classic keys of features that the runtime no longer has. */
const goneKeys: Readonly<Record<string, GoneKey>> = {
  DYN_BATCH_ENABLED: { off: false, devices: ['CPU', 'GPU'], instead: varyingBatch },
  DYN_BATCH_LIMIT: { off: 0, devices: ['CPU', 'GPU'], instead: varyingBatch },
  DUMP_EXEC_GRAPH_AS_DOT: {
    off: '',
    devices: ['CPU'],
    instead: 'call getExecGraphInfo() on the loaded network',
  },
  HETERO_DUMP_GRAPH_DOT: {
    off: false,
    devices: ['HETERO'],
    instead: 'call queryNetwork(), which returns the device of each layer',
  },
};

/** Current keys that begin with `KEY_`, which is not the classic prefix here. */
const ownPrefix: ReadonlySet<string> = new Set(['KEY_CACHE_PRECISION', 'KEY_CACHE_GROUP_SIZE']);

function withoutPrefix(name: string): string {
  return ownPrefix.has(name) ? name : name.replace(/^KEY_/, '');
}

function at<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The current name of a key, which may have the classic prefix `KEY_`. */
export function currentKey(name: string): string {
  const key = withoutPrefix(name);
  return at(classicKeys, key)?.key ?? key;
}

/** The current value of a classic key. */
function currentValue(name: string, text: string): string {
  return at(at(classicKeys, withoutPrefix(name))?.values ?? {}, text) ?? text;
}

function toText(value: unknown, name: string): string {
  if (typeof value === 'boolean') return value ? 'YES' : 'NO';
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)))
    return String(value);
  if (Array.isArray(value)) return value.map((item) => toText(item, name)).join(',');
  if (typeof value !== 'object' || value === null)
    throw invalid(name, 'a string, finite number, boolean, list or record', value);
  // The runtime's own notation of nested properties: {CPU:{NUM_STREAMS:2}}
  const entries = toEntries(value as Readonly<Record<string, unknown>>, name);
  return `{${entries.map(([key, text]) => `${key}:${text}`).join(',')}}`;
}

/** Current keys with their values as text. Omits classic keys that turn off a feature which no longer exists. */
function toEntries(
  config: Readonly<Record<string, unknown>>,
  name: string,
): [key: string, text: string][] {
  return Object.entries(config).flatMap(([classic, value]) => {
    const text = toText(value, `${name}.${classic}`);
    const gone = at(goneKeys, withoutPrefix(classic));
    if (gone === undefined) return [[currentKey(classic), currentValue(classic, text)]];
    if (text === toText(gone.off, classic)) return [];
    throw errorOf(
      'UNSUPPORTED_PROPERTY',
      `OpenVINO no longer has the feature that ${classic} turned on; ${gone.instead}`,
    );
  });
}

/** Checks a configuration, and converts it to current keys with values as text. */
export function toNativeConfig(config: Config, name = 'config'): Record<string, string> {
  const given = readRecord(config, name, 'a record of configuration keys');
  for (const [key, value] of Object.entries(given)) given[key] = readPlain(value, `${name}.${key}`);
  return Object.fromEntries(toEntries(given, name));
}

/**
 * The properties of each device in a value of DEVICE_PROPERTIES, `{CPU:{NUM_STREAMS:2}}`.
 *
 * @param text - as `toNativeConfig` returns it
 */
export function nestedConfigs(text: string): [device: string, config: Record<string, string>][] {
  return [...text.matchAll(/([\w.]+):\{([^{}]*)\}/g)].map(([, device = '', inner = '']) => {
    // A value may contain commas too, but no key follows those.
    const entries = inner.split(/,(?=\w+:)/).map((entry) => entry.split(/:(.*)/s).slice(0, 2));
    return [device, Object.fromEntries(entries) as Record<string, string>];
  });
}

/** Keys that plugins accept and report, but do not list. */
const unlistedKeys: readonly string[] = ['CACHE_DIR', 'EXCLUSIVE_ASYNC_REQUESTS'];

/** Properties that describe a loaded network; its other properties are its configuration. */
const networkMetrics: ReadonlySet<string> = new Set([
  'EXECUTION_DEVICES',
  'HETERO_NUMBER_OF_SUBMODELS',
  'LOADED_FROM_CACHE',
  'NETWORK_NAME',
  'OPTIMAL_NUMBER_OF_INFER_REQUESTS',
  'RUNTIME_REQUIREMENTS',
  'SUPPORTED_PROPERTIES',
]);

/** Keys with a number as value, which some loaded networks report as text. */
const numericKeys: ReadonlySet<string> = new Set([
  'INFERENCE_NUM_THREADS',
  'NUM_STREAMS',
  'PERFORMANCE_HINT_NUM_REQUESTS',
]);

/** A device or a loaded network, whose properties can be read. */
export interface PropertySource {
  /** Reads a property by its current name; throws if there is no such property. */
  read: (name: string) => unknown;
  /** The device, or the devices that the network runs on. */
  devices: () => readonly string[];
  /** Whether this is a loaded network, which lists its configuration as read-only properties. */
  isNetwork: boolean;
}

/**
 * The keys that `setConfig` accepts for devices: the current keys that they list, and the classic names for them.
 *
 * @param listed - the current names of the keys that can be set
 */
export function acceptedKeys(listed: readonly string[], devices: readonly string[]): string[] {
  const classic = Object.keys(classicKeys).filter((name) => {
    const { key, device } = classicKeys[name] as ClassicKey;
    return listed.includes(key) && (device === undefined || devices.includes(device));
  });
  const gone = Object.keys(goneKeys).filter((name) =>
    goneKeys[name]?.devices.some((device) => devices.includes(device)),
  );
  return [...new Set([...listed, ...classic, ...gone])].sort();
}

function has({ read }: PropertySource, name: string): boolean {
  try {
    return read(name) !== undefined;
  } catch {
    return false;
  }
}

/** The current names of all properties: configuration keys and metrics. */
function listed(source: PropertySource): { keys: string[]; metrics: string[] } {
  const properties = source.read('SUPPORTED_PROPERTIES') as Record<string, string>;
  const names = Object.keys(properties);
  const isKey = (name: string): boolean =>
    properties[name] === 'RW' || (source.isNetwork && !networkMetrics.has(name));
  return {
    keys: [...names.filter(isKey), ...unlistedKeys.filter((name) => has(source, name))],
    metrics: names.filter((name) => !isKey(name)),
  };
}

function canExport(source: PropertySource): boolean {
  return (source.read('OPTIMIZATION_CAPABILITIES') as string[]).includes('EXPORT_IMPORT');
}

/** Classic metrics that the runtime no longer has, computed from current properties. */
const classicMetrics: Readonly<Record<string, (source: PropertySource) => unknown>> = {
  SUPPORTED_METRICS: (source) => {
    const { metrics } = listed(source);
    const classic = Object.keys(classicMetrics).filter(
      (name) => name !== 'IMPORT_EXPORT_SUPPORT' || metrics.includes('OPTIMIZATION_CAPABILITIES'),
    );
    return [...metrics, ...classic].sort();
  },
  SUPPORTED_CONFIG_KEYS: (source) => acceptedKeys(listed(source).keys, source.devices()),
  IMPORT_EXPORT_SUPPORT: canExport,
};

/** Gives a value the type of its key; devices and loaded networks return different types. */
function typed(key: string, value: unknown): unknown {
  if (value === 'YES' || value === 'NO') return value === 'YES';
  return numericKeys.has(key) && typeof value === 'string' && /^-?\d+$/.test(value)
    ? Number(value)
    : value;
}

/** Reads a metric or configuration key by its classic or current name. */
export function readProperty(source: PropertySource, name: string): unknown {
  const key = withoutPrefix(name.replace(/^METRIC_/, ''));
  const metric = at(classicMetrics, key);
  if (metric !== undefined) return metric(source);
  const gone = at(goneKeys, key);
  if (gone?.devices.some((device) => source.devices().includes(device))) return gone.off;
  const current = currentKey(key);
  const value = typed(current, source.read(current));
  return key === 'ENFORCE_BF16' ? value === 'bf16' : value;
}

/** Adds the name that was probably meant to the error for a property that does not exist. */
function withSuggestion(source: PropertySource, name: string, error: OpenVINOError): OpenVINOError {
  if (error.code !== 'UNSUPPORTED_PROPERTY' || !has(source, 'SUPPORTED_PROPERTIES')) return error;
  const { keys, metrics } = listed(source);
  const known = acceptedKeys(keys, source.devices());
  const meant = didYouMean(name, [...known, ...metrics, ...Object.keys(classicMetrics)]);
  return errorOf(error.code, `${error.message}${meant}`, { cause: error.cause });
}

/**
 * Reads a metric or configuration key for the user, by its classic or current name.
 *
 * @param toError - translates an error of the runtime
 */
export function getProperty(
  source: PropertySource,
  name: string,
  toError: (error: unknown) => OpenVINOError,
): unknown {
  try {
    return readProperty(source, name);
  } catch (error) {
    throw withSuggestion(source, name, toError(error));
  }
}
