import { didYouMean } from '../base/suggest';

/** What the package knows of each device; any other name is passed to the runtime as it is. */
const devices = {
  CPU: { plugin: 'Intel CPU' },
  GPU: { plugin: 'Intel GPU' },
  NPU: { plugin: 'Intel NPU' },
  AUTO: { plugin: 'automatic choice' },
  MULTI: { plugin: 'several devices at once' },
  HETERO: { plugin: 'one network over several devices' },
  BATCH: { plugin: 'automatic batching' },
  MYRIAD: { gone: { after: '2022.3', instead: 'NPU or GPU' } },
  HDDL: { gone: { after: '2022.3', instead: 'NPU or GPU' } },
  GNA: { gone: { after: '2023.3', instead: 'NPU' } },
  FPGA: { gone: { after: '2020.3', instead: 'GPU' } },
  VPUX: { gone: { after: '2023.0', instead: 'NPU' } },
} as const satisfies Record<
  string,
  { plugin: string } | { gone: { after: string; instead: string } }
>;

/** The name of a device this package knows. */
export type KnownDevice = keyof typeof devices;

/** Whether it is the name of a device this package knows. */
export function isKnownDevice(name: string): name is KnownDevice {
  return Object.hasOwn(devices, name);
}

type Physical = 'CPU' | 'GPU' | 'NPU' | 'MYRIAD' | 'HDDL';

/**
 * A device name as `loadNetwork` takes it. Known names complete in an editor; every other string
 * ("HETERO:GPU,CPU", "GPU.1", a plugin registered under a name of its own) is passed on.
 */
export type DeviceName =
  KnownDevice | `${'AUTO' | 'MULTI' | 'HETERO' | 'BATCH'}:${Physical}` | (string & {});

/** The parts of a name: "MULTI:GPU.1,CPU(4)" names MULTI, GPU.1 and CPU. */
function parts(device: string): string[] {
  const [first = '', rest = ''] = device.split(/:(.*)/s);
  const named = rest.split(',').map((part) =>
    part
      .trim()
      .replace(/^-/, '')
      .replace(/\(.*\)$/, ''),
  );
  return [first, ...named];
}

/** The devices inside a name: "MULTI:GPU.1,CPU(4)" names MULTI, GPU and CPU. */
export function baseDevices(device: string): string[] {
  return parts(device)
    .map((name) => name.split('.')[0] ?? '')
    .filter((name) => name !== '');
}

/**
 * Why a device cannot be used here and what to do, or undefined when all its parts seem usable.
 *
 * @param device - the name as given
 * @param available - the devices the runtime reports
 */
export function explainDevice(device: string, available: readonly string[]): string | undefined {
  const usable = new Set(available.flatMap(baseDevices));
  const here = available.length === 0 ? 'none' : available.join(', ');
  const names = baseDevices(device);
  if (names.length === 0 || device.endsWith(':'))
    return `The name '${device}' lacks a device; usable here: ${here}`;
  for (const name of names) {
    if (usable.has(name)) continue;
    const known: { plugin?: string; gone?: { after: string; instead: string } } | undefined =
      isKnownDevice(name) ? devices[name] : undefined;
    if (known?.gone !== undefined) {
      const { after, instead } = known.gone;
      return `This runtime has no ${name} plugin: OpenVINO ${after} was the last release with it. Use ${instead} instead, or CPU, which runs everywhere`;
    }
    if (['AUTO', 'MULTI', 'HETERO', 'BATCH'].includes(name)) continue;
    if (known === undefined) {
      const meant = didYouMean(name, [...usable, ...Object.keys(devices)]);
      return `The runtime knows no device ${name}; usable here: ${here}${meant || '. Plugins of your own are added with registerPlugin()'}`;
    }
    const remedy =
      name === 'GPU'
        ? "install Intel's compute runtime (OpenCL driver) and give the user access to the render node, or use CPU"
        : name === 'NPU'
          ? "install Intel's NPU driver (kernel module intel_vpu), or use CPU"
          : 'use another device';
    return `The device ${name} is not usable on this machine; usable here: ${here}. To mend it: ${remedy}`;
  }
  const absent = parts(device).find(
    (name) => /\.[1-9]\d*$/.test(name) && !available.includes(name),
  );
  return absent === undefined ? undefined : `There is no ${absent} here; usable here: ${here}`;
}
