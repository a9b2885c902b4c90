/** What a machine lacks for a device: looks at the system, not at the runtime, which only says no. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exists } from '../base/regular-file';

/** Why a device cannot be used, and what to do about it. */
export interface Diagnosis {
  /** What is missing. */
  reason: string;
  /** The way to get it. */
  remedy: string;
}

/** How a kind of device shows on Linux. */
interface Traces {
  /** Folder of its nodes, and how they are called. */
  folder: string;
  node: RegExp;
  /** Kernel modules that make them. */
  modules: readonly string[];
  /** Library by which its plugin reaches it, and the package that has it. */
  library: { name: string; package: string };
  /** Files that say that a driver is there, and the package that has it. */
  driver: { folder: string; file: RegExp; package: string } | undefined;
}

const traces: Readonly<Record<string, Traces>> = {
  GPU: {
    folder: 'dev/dri',
    node: /^renderD\d+$/,
    modules: ['i915', 'xe'],
    library: { name: 'libOpenCL.so.1', package: 'ocl-icd-libopencl1' },
    driver: { folder: 'etc/OpenCL/vendors', file: /intel.*\.icd$/i, package: 'intel-opencl-icd' },
  },
  NPU: {
    folder: 'dev/accel',
    node: /^accel\d+$/,
    modules: ['intel_vpu'],
    library: { name: 'libze_loader.so.1', package: 'level-zero' },
    driver: undefined,
  },
};

const libraryFolders = [
  ...['usr/lib', 'usr/lib64', 'usr/local/lib', 'lib', 'lib64'],
  ...['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu'],
];

function filesIn(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder).filter((file) => name.test(file));
  } catch {
    return [];
  }
}

const intel = '0x8086';

/** Whether a render node is of Intel's; true where the system does not say. */
function isIntel(root: string, node: string): boolean {
  try {
    const file = join(root, 'sys/class/drm', node, 'device/vendor');
    return readFileSync(file, 'utf8').trim() === intel;
  } catch {
    return true;
  }
}

function isOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What this machine lacks for GPU or NPU, the first thing first; undefined where nothing seems to be
 * missing, or for other devices and systems.
 *
 * @param root - where the system's files are
 */
export function diagnose(
  device: string,
  root = '/',
  platform: NodeJS.Platform = process.platform,
): Diagnosis | undefined {
  const known = Object.hasOwn(traces, device) ? traces[device] : undefined;
  if (known === undefined || platform !== 'linux') return undefined;
  const { folder, node, modules, library, driver } = known;
  const isLoaded = modules.some((name) => exists(join(root, 'sys/module', name)));
  const nodes = filesIn(join(root, folder), node);
  const own = device === 'GPU' ? nodes.filter((name) => isIntel(root, name)) : nodes;
  if (own.length === 0) {
    const others = nodes.length > 0 ? `; ${nodes.join(', ')} there is of another maker` : '';
    return isLoaded
      ? {
          reason: `The kernel module is loaded, and finds no Intel ${device} (nothing in /${folder}${others})`,
          remedy: `In a container pass the device through (--device /${folder}); else this machine has none`,
        }
      : {
          reason: `There is no Intel ${device} for the kernel: nothing in /${folder}${others}, and no module ${modules.join(' or ')}`,
          remedy: `If the machine has one: sudo modprobe ${modules[0] ?? ''}; a newer kernel may be needed`,
        };
  }
  const closed = own.filter((name) => !isOpen(join(root, folder, name)));
  if (closed.length === own.length) {
    return {
      reason: `This user may not open /${folder}/${closed[0] ?? ''}`,
      remedy: 'sudo usermod -aG render $USER, then log in again',
    };
  }
  if (!libraryFolders.some((place) => exists(join(root, place, library.name)))) {
    return {
      reason: `The library ${library.name} is not there`,
      remedy: `sudo apt-get install ${library.package}`,
    };
  }
  if (driver !== undefined && filesIn(join(root, driver.folder), driver.file).length === 0) {
    return {
      reason: `No driver of Intel's is listed in /${driver.folder}`,
      remedy: `sudo apt-get install ${driver.package}`,
    };
  }
  return undefined;
}
