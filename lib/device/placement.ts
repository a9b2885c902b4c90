/** Decides which devices a network is loaded on: the choice of AUTO, the devices of MULTI, affinities of layers. */
import type { NativeCore } from '../addon/native-types';
import { errorOf } from '../errors';
import { deviceError, explainBrokenPlugin } from './errors';
import { explainDevice, splitDevice } from './names';

/**
 * The device to pass to the runtime: AUTO without the devices whose plugin does not load, any other name unchanged.
 * The runtime's AUTO fails at such a plugin instead of choosing another device.
 *
 * @throws OpenVINOError - DEVICE_NOT_AVAILABLE when a device of MULTI is missing, which the runtime would ignore
 */
export function chooseDevices(core: NativeCore, device: string): string {
  const { first, list } = splitDevice(device);
  if (first === 'MULTI' && explainDevice(device, core.availableDevices()) !== undefined)
    throw deviceError(core, undefined, device, `Cannot load the network on ${device}`);
  if (first !== 'AUTO' || list === undefined) return device;
  const kept = list.split(',').filter((name) => explainBrokenPlugin(core, name) === undefined);
  return kept.length === 0 ? device : `AUTO:${kept.join(',')}`;
}

/**
 * Checks that a network whose layers have devices is loaded on a HETERO device that contains these devices.
 *
 * @param affinity - device by layer name, as `setAffinity` set it
 * @throws ArgumentError - INVALID_ARGUMENT
 */
export function checkAffinity(affinity: Readonly<Record<string, string>>, device: string): void {
  const wanted = new Set(Object.values(affinity));
  if (wanted.size === 0) return;
  const { first, list = '' } = splitDevice(device);
  const present = first === 'HETERO' ? list.split(',').map((name) => name.trim()) : [];
  const missing = [...wanted].filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  throw errorOf(
    'INVALID_ARGUMENT',
    `Expected a HETERO device that contains ${missing.join(' and ')}, because setAffinity() gave layers to it, received ${device}; load on HETERO:${[...wanted].join(',')}, or remove the affinities with setAffinity({})`,
  );
}
