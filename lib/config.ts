import { invalid, readPlain, readRecord } from './check';

/** A configuration value; nested records are for the devices of MULTI, AUTO and HETERO. */
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

/** Classic keys that have a new name, and the values that changed with it. */
const classicKeys: Readonly<
  Record<string, { key: string; values?: Readonly<Record<string, string>> }>
> = {
  CPU_THREADS_NUM: { key: 'INFERENCE_NUM_THREADS' },
  CPU_THROUGHPUT_STREAMS: { key: 'NUM_STREAMS', values: streams },
  GPU_THROUGHPUT_STREAMS: { key: 'NUM_STREAMS', values: streams },
  CPU_BIND_THREAD: { key: 'ENABLE_CPU_PINNING', values: { NUMA: 'YES', HYBRID_AWARE: 'YES' } },
  ENFORCE_BF16: { key: 'INFERENCE_PRECISION_HINT', values: bfloat },
  TARGET_FALLBACK: { key: 'MULTI_DEVICE_PRIORITIES' },
};

/** Current keys about the cache of a language model's keys: no `KEY_` of old. */
const ownPrefix: ReadonlySet<string> = new Set(['KEY_CACHE_PRECISION', 'KEY_CACHE_GROUP_SIZE']);

function withoutPrefix(name: string): string {
  return ownPrefix.has(name) ? name : name.replace(/^KEY_/, '');
}

function at<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The current name of a key, without the `KEY_` of old. */
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
  const entries = Object.entries(value).map(
    ([key, item]) => `${currentKey(key)}:${toText(item, `${name}.${key}`)}`,
  );
  return `{${entries.join(',')}}`;
}

/** Checks a configuration and turns it into the runtime's keys and texts. */
export function toNativeConfig(config: Config, name = 'config'): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readRecord(config, name, 'a record of configuration keys')).map(
      ([classic, value]) => {
        const text = toText(readPlain(value, `${name}.${classic}`), `${name}.${classic}`);
        return [currentKey(classic), currentValue(classic, text)];
      },
    ),
  );
}

type Read = (name: string) => unknown;

function supported(read: Read, access: 'RO' | 'RW'): string[] {
  const properties = read('SUPPORTED_PROPERTIES') as Record<string, string>;
  return Object.keys(properties)
    .filter((key) => properties[key] === access)
    .sort();
}

/** Classic metrics that the runtime no longer has by that name, made from what it has. */
const classicMetrics: Readonly<Record<string, (read: Read) => unknown>> = {
  SUPPORTED_METRICS: (read) => supported(read, 'RO'),
  SUPPORTED_CONFIG_KEYS: (read) => supported(read, 'RW'),
  IMPORT_EXPORT_SUPPORT: (read) =>
    (read('OPTIMIZATION_CAPABILITIES') as string[]).includes('EXPORT_IMPORT'),
};

/** Reads a metric or configuration key by its classic or current name. */
export function readProperty(read: Read, name: string): unknown {
  const key = name.replace(/^METRIC_/, '');
  const classic = at(classicMetrics, key);
  if (classic !== undefined) return classic(read);
  const value = read(currentKey(key));
  return key === 'ENFORCE_BF16' || key === 'KEY_ENFORCE_BF16' ? value === 'bf16' : value;
}
