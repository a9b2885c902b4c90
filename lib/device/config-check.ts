/** Finds configuration that a device refuses before the runtime stores it. */
import { acceptedKeys, nestedConfigs } from './config-keys';
import { baseDevices, explainDevice, isVirtual, virtualDevices } from './names';
import { errorOf, translate } from '../errors';
import type { NativeConfig, NativeCore } from '../addon/native-types';
import { didYouMean } from '../base/suggest';

/** Keys that the runtime itself reads when it loads a network; no device lists them. */
const readAtLoading = new Set([
  'ALLOW_AUTO_BATCHING',
  'AUTO_BATCH_TIMEOUT',
  'CACHE_DIR',
  'CACHE_MODE',
  'DEVICE_ID',
  'DEVICE_PROPERTIES',
]);

/** Reads a property of a device; undefined if the device does not have it, or does not load. */
function readOptional(core: NativeCore, device: string, name: string): unknown {
  try {
    return core.getProperty(device, name);
  } catch {
    return undefined;
  }
}

/** The keys that can be set for a device. */
function settableKeys(core: NativeCore, device: string): string[] {
  const properties = Object(readOptional(core, device, 'SUPPORTED_PROPERTIES')) as Record<
    string,
    string
  >;
  return Object.keys(properties).filter((key) => properties[key] === 'RW');
}

/** Why a device refuses properties; null if it accepts them, or cannot be queried. */
function refusal(core: NativeCore, device: string, config: NativeConfig): string | null {
  try {
    return core.refusal(device, config);
  } catch {
    return null;
  }
}

/**
 * Finds the first key of a configuration that all devices refuse, and says why; undefined if each key is accepted by
 * at least one device.
 *
 * @param devices - the devices that the configuration may be for
 */
export function explainRefusal(
  core: NativeCore,
  devices: readonly string[],
  config: NativeConfig,
): string | undefined {
  for (const [key, value] of Object.entries(config)) {
    const reasons = devices.map((device) => refusal(core, device, { [key]: value }));
    const [first] = reasons;
    if (reasons.includes(null) || typeof first !== 'string') continue;
    const known = devices.flatMap((device) => settableKeys(core, device));
    const name = devices.join(', ');
    if (known.includes(key))
      return `${name} refuses ${key}=${value}: ${translate({ message: first }).message}`;
    const names = acceptedKeys(known, devices);
    return `${name} has no configuration key ${key}${didYouMean(key, names)}`;
  }
  return undefined;
}

/** Checks that a device exists and accepts a configuration. */
function checkAccepted(core: NativeCore, device: string, config: NativeConfig): void {
  const [base = '', id] = device.split(/\.(.*)/s);
  const ids = readOptional(core, base, 'AVAILABLE_DEVICES');
  const exists = Array.isArray(ids)
    ? ids.length > 0 && (id === undefined || ids.includes(id))
    : base !== '' && Object.keys(core.versions(base)).length > 0;
  if (!exists) {
    const here = core.availableDevices();
    const why =
      explainDevice(device, here) ?? `There is no ${device}; usable here: ${here.join(', ')}`;
    throw errorOf('DEVICE_NOT_AVAILABLE', `Cannot set the configuration: ${why}`);
  }
  const reason = core.refusal(device, config);
  if (reason === null) return;
  const why = explainRefusal(core, [device], config) ?? translate({ message: reason }).message;
  throw errorOf('UNSUPPORTED_PROPERTY', `Cannot set the configuration: ${why}`);
}

/** Assigns each key to the devices that have it, for a call without a device; '' is the runtime itself. */
function assignKeys(core: NativeCore, config: NativeConfig): Map<string, NativeConfig> {
  const configs = new Map<string, NativeConfig>();
  const add = (device: string, key: string): void => {
    configs.set(device, { ...configs.get(device), [key]: config[key] as string });
  };
  const rest = Object.keys(config).filter((key) => {
    const isOfRuntime = readOptional(core, '', key) !== undefined;
    if (isOfRuntime) add('', key);
    return !isOfRuntime;
  });
  if (rest.length === 0) return configs;
  const here = core.availableDevices().flatMap(baseDevices);
  const devices = [...new Set([...here, ...virtualDevices])];
  const lists = devices.map((device) => [device, settableKeys(core, device)] as const);
  for (const key of rest) {
    const listing = lists.flatMap(([device, keys]) => (keys.includes(key) ? [device] : []));
    const value = { [key]: config[key] as string };
    // Plugins accept some keys that they do not list.
    const accepting =
      listing.length > 0 ? listing : here.filter((device) => refusal(core, device, value) === null);
    if (accepting.length === 0) {
      const names = acceptedKeys(
        lists.flatMap(([, keys]) => keys),
        devices,
      );
      throw errorOf(
        'UNSUPPORTED_PROPERTY',
        `Cannot set the configuration: no device here has a key ${key}${didYouMean(key, names)}`,
      );
    }
    for (const device of accepting) add(device, key);
  }
  return configs;
}

/**
 * Checks a configuration before it is set. The addon tries it on a temporary core, because the runtime stores
 * configuration that a plugin refuses, and can then never load that plugin.
 *
 * @param device - '' for all devices: each gets the keys that it has
 * @returns the configuration to set for each device
 * @throws OpenVINOError - UNSUPPORTED_PROPERTY, DEVICE_NOT_AVAILABLE
 */
export function toSettings(
  core: NativeCore,
  device: string,
  config: NativeConfig,
): [device: string, config: NativeConfig][] {
  if (device.includes(':') && baseDevices(device).length > 1)
    throw errorOf(
      'UNSUPPORTED_PROPERTY',
      `Expected one device, received ${device}; call setConfig() once for each device`,
    );
  if (Object.hasOwn(config, 'DEVICE_PROPERTIES'))
    throw errorOf(
      'UNSUPPORTED_PROPERTY',
      'DEVICE_PROPERTIES is for loadNetwork(); call setConfig() once for each device instead',
    );
  const settings: [string, NativeConfig][] =
    device === '' ? [...assignKeys(core, config)] : [[device, config]];
  for (const [name, properties] of settings) if (name !== '') checkAccepted(core, name, properties);
  return settings;
}

/** The devices that the configuration of a call may be for: a virtual device and the devices under it. */
export function devicesOf(core: NativeCore, device: string, config: NativeConfig): string[] {
  const [kind = '', ...named] = baseDevices(device);
  if (!isVirtual(kind)) return [device];
  const listed = baseDevices(`:${config.MULTI_DEVICE_PRIORITIES ?? ''}`);
  const others = [named, listed, core.availableDevices().flatMap(baseDevices)];
  return [...new Set([kind, ...(others.find((list) => list.length > 0) ?? [])])];
}

/**
 * Refuses a key that neither a virtual device nor any device under it has; the runtime would ignore the key.
 *
 * @throws OpenVINOError - UNSUPPORTED_PROPERTY
 */
export function checkLoadConfig(core: NativeCore, device: string, config: NativeConfig): void {
  const devices = devicesOf(core, device, config);
  if (devices.length === 1) return;
  const nested = nestedConfigs(config.DEVICE_PROPERTIES ?? '');
  const parts: [devices: readonly string[], NativeConfig][] = [
    [devices, config],
    ...nested.map(([name, properties]): [string[], NativeConfig] => [[name], properties]),
  ];
  for (const [meant, properties] of parts) {
    const listed = new Set([...readAtLoading, ...meant.flatMap((one) => settableKeys(core, one))]);
    const unlisted = Object.entries(properties).filter(([key]) => !listed.has(key));
    const why = explainRefusal(core, meant, Object.fromEntries(unlisted));
    if (why !== undefined) throw errorOf('UNSUPPORTED_PROPERTY', why);
  }
}
