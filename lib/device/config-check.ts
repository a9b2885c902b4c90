/** Configuration that a device does not take is found before the runtime keeps it. */
import { acceptedKeys, nestedConfigs } from './config-keys';
import { baseDevices, explainDevice, isVirtual, virtualDevices } from './names';
import { errorOf, translate } from '../errors';
import type { NativeConfig, NativeCore } from '../addon/native-types';
import { didYouMean } from '../base/suggest';

/** Keys that the runtime itself reads when it loads a network, so no device lists them. */
const readAtLoading = new Set([
  'ALLOW_AUTO_BATCHING',
  'AUTO_BATCH_TIMEOUT',
  'CACHE_DIR',
  'CACHE_MODE',
  'DEVICE_ID',
  'DEVICE_PROPERTIES',
]);

/** What a device says of itself; undefined where it says nothing of that, or does not load. */
function ask(native: NativeCore, device: string, name: string): unknown {
  try {
    return native.getProperty(device, name);
  } catch {
    return undefined;
  }
}

/** The keys that can be set for a device. */
function settable(native: NativeCore, device: string): string[] {
  const properties = Object(ask(native, device, 'SUPPORTED_PROPERTIES')) as Record<string, string>;
  return Object.keys(properties).filter((key) => properties[key] === 'RW');
}

/** Why a device does not take properties; null where it does, or cannot be asked. */
function refusal(native: NativeCore, device: string, config: NativeConfig): string | null {
  try {
    return native.refusal(device, config);
  } catch {
    return null;
  }
}

/**
 * Which key of a configuration none of some devices takes, and why; undefined where each is taken by one.
 *
 * @param devices - those that the configuration may be meant for
 */
export function explainRefusal(
  native: NativeCore,
  devices: readonly string[],
  config: NativeConfig,
): string | undefined {
  for (const [key, value] of Object.entries(config)) {
    const words = devices.map((device) => refusal(native, device, { [key]: value }));
    const [first] = words;
    if (words.includes(null) || typeof first !== 'string') continue;
    const known = devices.flatMap((device) => settable(native, device));
    const name = devices.join(', ');
    if (known.includes(key))
      return `${name} does not take ${key}=${value}: ${translate({ message: first }).message}`;
    const names = acceptedKeys(known, devices);
    return `${name} has no configuration key ${key}${didYouMean(key, names)}`;
  }
  return undefined;
}

function checkTaken(native: NativeCore, device: string, config: NativeConfig): void {
  const [base = '', id] = device.split(/\.(.*)/s);
  const ids = ask(native, base, 'AVAILABLE_DEVICES');
  const isAbsent = Array.isArray(ids)
    ? id === undefined
      ? ids.length === 0
      : !ids.includes(id)
    : base === '' || Object.keys(native.versions(base)).length === 0;
  if (isAbsent) {
    const here = native.availableDevices();
    const why =
      explainDevice(device, here) ?? `There is no ${device}; usable here: ${here.join(', ')}`;
    throw errorOf('DEVICE_NOT_AVAILABLE', `Cannot set the configuration: ${why}`);
  }
  const words = native.refusal(device, config);
  if (words === null) return;
  const why = explainRefusal(native, [device], config) ?? translate({ message: words }).message;
  throw errorOf('UNSUPPORTED_PROPERTY', `Cannot set the configuration: ${why}`);
}

/** Which device takes which keys where none is named; '' is the runtime itself. */
function spread(native: NativeCore, config: NativeConfig): Map<string, NativeConfig> {
  const spreads = new Map<string, NativeConfig>();
  const add = (device: string, key: string): void => {
    spreads.set(device, { ...spreads.get(device), [key]: config[key] as string });
  };
  const rest = Object.keys(config).filter((key) => {
    const isOfRuntime = ask(native, '', key) !== undefined;
    if (isOfRuntime) add('', key);
    return !isOfRuntime;
  });
  if (rest.length === 0) return spreads;
  const here = native.availableDevices().flatMap(baseDevices);
  const devices = [...new Set([...here, ...virtualDevices])];
  const lists = devices.map((device) => [device, settable(native, device)] as const);
  for (const key of rest) {
    const listing = lists.flatMap(([device, keys]) => (keys.includes(key) ? [device] : []));
    const value = { [key]: config[key] as string };
    // Plugins take some keys that they do not list.
    const taking =
      listing.length > 0
        ? listing
        : here.filter((device) => refusal(native, device, value) === null);
    if (taking.length === 0) {
      const names = acceptedKeys(
        lists.flatMap(([, keys]) => keys),
        devices,
      );
      throw errorOf(
        'UNSUPPORTED_PROPERTY',
        `Cannot set the configuration: no device here has a key ${key}${didYouMean(key, names)}`,
      );
    }
    for (const device of taking) add(device, key);
  }
  return spreads;
}

/**
 * Checks a configuration to set, on a core that is thrown away: the runtime keeps what a plugin refuses, and
 * then cannot load that plugin any more.
 *
 * @param device - '' for all: each gets the keys that it has
 * @returns what to set for which device
 * @throws OpenVINOError - UNSUPPORTED_PROPERTY, DEVICE_NOT_AVAILABLE
 */
export function toSettings(
  native: NativeCore,
  device: string,
  config: NativeConfig,
): [device: string, config: NativeConfig][] {
  if (device.includes(':') && baseDevices(device).length > 1)
    throw errorOf(
      'UNSUPPORTED_PROPERTY',
      `Expected one device to set the configuration of, received ${device}: set that of each device by itself`,
    );
  if (Object.hasOwn(config, 'DEVICE_PROPERTIES'))
    throw errorOf(
      'UNSUPPORTED_PROPERTY',
      'DEVICE_PROPERTIES is for loadNetwork(); call setConfig() once for each device instead',
    );
  const settings: [string, NativeConfig][] =
    device === '' ? [...spread(native, config)] : [[device, config]];
  for (const [one, its] of settings) if (one !== '') checkTaken(native, one, its);
  return settings;
}

/** The devices that the configuration of a call may be meant for. */
export function devicesOf(native: NativeCore, device: string, config: NativeConfig): string[] {
  const [kind = '', ...named] = baseDevices(device);
  if (!isVirtual(kind)) return [device];
  const listed = baseDevices(`:${config.MULTI_DEVICE_PRIORITIES ?? ''}`);
  const others = [named, listed, native.availableDevices().flatMap(baseDevices)];
  return [...new Set([kind, ...(others.find((list) => list.length > 0) ?? [])])];
}

/**
 * Refuses a key that neither AUTO, MULTI or HETERO nor a device under it has: the runtime passes over it.
 *
 * @throws OpenVINOError - UNSUPPORTED_PROPERTY
 */
export function checkLoadConfig(native: NativeCore, device: string, config: NativeConfig): void {
  const devices = devicesOf(native, device, config);
  if (devices.length === 1) return;
  const nested = nestedConfigs(config.DEVICE_PROPERTIES ?? '');
  const parts: [readonly string[], NativeConfig][] = [
    [devices, config],
    ...nested.map(([name, its]): [string[], NativeConfig] => [[name], its]),
  ];
  for (const [meant, its] of parts) {
    const listed = new Set([...readAtLoading, ...meant.flatMap((one) => settable(native, one))]);
    const unlisted = Object.entries(its).filter(([key]) => !listed.has(key));
    const why = explainRefusal(native, meant, Object.fromEntries(unlisted));
    if (why !== undefined) throw errorOf('UNSUPPORTED_PROPERTY', why);
  }
}
