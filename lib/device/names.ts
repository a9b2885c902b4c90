/** The table of device names, and functions that read the parts of a name such as `MULTI:GPU.1,CPU(4)`. */
import { didYouMean } from '../base/suggest';

/** The properties of a device that this package knows. */
interface DeviceFacts {
  /**
   * Set for a virtual device, which runs networks on other devices. `several`: DEVICE_PROPERTIES holds the settings
   * of each of them. `one`: it passes its own settings on.
   */
  readonly runsOn?: 'one' | 'several';
  /** Whether all files of a CACHE_DIR are complete when loading ends; other devices may write them later. */
  readonly fillsCacheAtLoad?: true;
  /** The remedy if the device is not usable. */
  readonly remedy?: string;
  /** Set for a device that today's runtime no longer has: its last release and its replacement. */
  readonly gone?: { readonly after: string; readonly instead: string };
}

/** The devices that this package knows; any other name is passed to the runtime unchanged. */
const devices = {
  CPU: { fillsCacheAtLoad: true, remedy: 'use another device' },
  GPU: {
    remedy:
      "install Intel's compute runtime (OpenCL driver) and give the user access to the render node, or use CPU",
  },
  NPU: { remedy: "install Intel's NPU driver (kernel module intel_vpu), or use CPU" },
  AUTO: { runsOn: 'several' },
  MULTI: { runsOn: 'several' },
  HETERO: { runsOn: 'several', fillsCacheAtLoad: true },
  BATCH: { runsOn: 'one', fillsCacheAtLoad: true },
  MYRIAD: { gone: { after: '2022.3', instead: 'NPU or GPU' } },
  HDDL: { gone: { after: '2022.3', instead: 'NPU or GPU' } },
  GNA: { gone: { after: '2023.3', instead: 'NPU' } },
  FPGA: { gone: { after: '2020.3', instead: 'GPU' } },
  VPUX: { gone: { after: '2023.0', instead: 'NPU' } },
} as const satisfies Record<string, DeviceFacts>;

/** The name of a device this package knows. */
export type KnownDevice = keyof typeof devices;

/** The name of a device that runs networks on other devices. */
export type VirtualDevice = {
  [Name in KnownDevice]: (typeof devices)[Name] extends { runsOn: string } ? Name : never;
}[KnownDevice];

type Physical = 'CPU' | 'GPU' | 'NPU' | 'MYRIAD' | 'HDDL';

/**
 * A device name as `loadNetwork` takes it. Known names complete in an editor; every other string
 * ("HETERO:GPU,CPU", "GPU.1", a plugin registered under a name of its own) is passed on.
 */
export type DeviceName = KnownDevice | `${VirtualDevice}:${Physical}` | (string & {});

/** Devices that `diagnoseDevices` always lists, usable or not. */
export const alwaysListed: readonly KnownDevice[] = ['CPU', 'GPU', 'NPU', 'MYRIAD', 'HDDL', 'GNA'];

/** Whether a string is the name of a device this package knows. */
export function isKnownDevice(name: string): name is KnownDevice {
  return Object.hasOwn(devices, name);
}

function factsOf(name: string): DeviceFacts {
  return isKnownDevice(name) ? devices[name] : {};
}

/** Whether a name is that of a virtual device: one that runs networks on other devices. */
export function isVirtual(name: string): name is VirtualDevice {
  return factsOf(name).runsOn !== undefined;
}

/** The names of the virtual devices. */
export const virtualDevices: readonly VirtualDevice[] = Object.keys(devices).filter(isVirtual);

/** Whether a virtual device takes the settings of the devices under it in DEVICE_PROPERTIES. */
export function runsOnSeveral(name: string): boolean {
  return factsOf(name).runsOn === 'several';
}

/** Whether a device has written all files of a CACHE_DIR when loading ends. */
export function fillsCacheAtLoad(name: string): boolean {
  return factsOf(name).fillsCacheAtLoad === true;
}

/** The name before the colon, and the list after it, which is undefined without a colon. */
export function splitDevice(device: string): { first: string; list: string | undefined } {
  const [first = '', list] = device.split(/:(.*)/s);
  return { first, list };
}

/** The parts of a name, with device numbers: "MULTI:GPU.1,CPU(4)" → MULTI, GPU.1 and CPU. */
function parts(device: string): string[] {
  const { first, list = '' } = splitDevice(device);
  const listed = list.split(',').map((part) =>
    part
      .trim()
      .replace(/^-/, '')
      .replace(/\(.*\)$/, ''),
  );
  return [first, ...listed];
}

/** A device name without the number of the device: "GPU.1" → "GPU". */
export function withoutNumber(device: string): string {
  return device.split('.')[0] ?? '';
}

/** The devices in a name, without numbers: "MULTI:GPU.1,CPU(4)" → MULTI, GPU and CPU. */
export function baseDevices(device: string): string[] {
  return parts(device)
    .map(withoutNumber)
    .filter((name) => name !== '');
}

/** Explains why one device, named without a number, is not usable. */
function explainBase(name: string, usable: ReadonlySet<string>, here: string): string {
  const { gone, remedy } = factsOf(name);
  if (gone !== undefined)
    return `This runtime has no ${name} plugin: OpenVINO ${gone.after} was the last release with it. Use ${gone.instead} instead, or CPU, which runs everywhere`;
  if (remedy !== undefined)
    return `The device ${name} is not usable on this machine; usable here: ${here}. To fix it: ${remedy}`;
  const meant = didYouMean(name, [...usable, ...Object.keys(devices)]);
  return `The runtime knows no device ${name}; usable here: ${here}${meant || '. Plugins of your own are added with registerPlugin()'}`;
}

/**
 * Explains why a device cannot be used here, with a remedy; undefined if every device in the name seems usable.
 *
 * @param device - the name as the caller gave it
 * @param available - the devices that the runtime reports
 */
export function explainDevice(device: string, available: readonly string[]): string | undefined {
  const usable = new Set(available.flatMap(baseDevices));
  const here = available.length === 0 ? 'none' : available.join(', ');
  const names = baseDevices(device);
  if (names.length === 0 || device.endsWith(':'))
    return `Expected a device in the name '${device}'; usable here: ${here}`;
  const missing = names.find((name) => !usable.has(name) && !isVirtual(name));
  if (missing !== undefined) return explainBase(missing, usable, here);
  const absent = parts(device).find(
    (name) => /\.[1-9]\d*$/.test(name) && !available.includes(name),
  );
  return absent === undefined ? undefined : `There is no ${absent} here; usable here: ${here}`;
}
