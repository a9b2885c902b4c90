/** Finds the driver, library or permission that a machine lacks for a GPU or NPU; the runtime gives no reason. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exists } from '../base/regular-file';

/** Why a device cannot be used, and the remedy. */
export interface Diagnosis {
  /** The missing part. */
  reason: string;
  /** The remedy, often a command. */
  remedy: string;
}

/** The files by which Linux shows a kind of device. */
interface Traces {
  /** Folder of its device nodes, and the pattern of their names. */
  folder: string;
  node: RegExp;
  /** Kernel modules that create these nodes. */
  modules: readonly string[];
  /** Library that its plugin needs, and the Debian package that contains it. */
  library: { name: string; package: string };
  /** Files that show that a driver is installed, and the Debian package of the driver. */
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

/** PCI vendor number of Intel. */
const intel = '0x8086';

/** Whether a render node belongs to an Intel device; true if the system does not report the vendor. */
function isIntel(root: string, node: string): boolean {
  try {
    const file = join(root, 'sys/class/drm', node, 'device/vendor');
    return readFileSync(file, 'utf8').trim() === intel;
  } catch {
    return true;
  }
}

/** Whether this user may read and write a file. */
function isAccessible(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Finds the first thing that this machine lacks for a GPU or NPU. Returns undefined if nothing seems to be missing,
 * and for other devices and systems.
 *
 * @param root - the folder that contains the system's files
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
    const others = nodes.length > 0 ? `; ${nodes.join(', ')} there belongs to another vendor` : '';
    return isLoaded
      ? {
          reason: `The kernel module is loaded but finds no Intel ${device} (nothing in /${folder}${others})`,
          remedy: `In a container, pass the device through (--device /${folder}); otherwise this machine has none`,
        }
      : {
          reason: `The kernel knows no Intel ${device}: nothing in /${folder}${others}, and no module ${modules.join(' or ')}`,
          remedy: `If the machine has one: sudo modprobe ${modules[0] ?? ''}; a newer kernel may be needed`,
        };
  }
  const closed = own.filter((name) => !isAccessible(join(root, folder, name)));
  if (closed.length === own.length) {
    return {
      reason: `This user has no permission to open /${folder}/${closed[0] ?? ''}`,
      remedy: 'sudo usermod -aG render $USER, then log in again',
    };
  }
  if (!libraryFolders.some((place) => exists(join(root, place, library.name)))) {
    return {
      reason: `The library ${library.name} is not installed`,
      remedy: `sudo apt-get install ${library.package}`,
    };
  }
  if (driver !== undefined && filesIn(join(root, driver.folder), driver.file).length === 0) {
    return {
      reason: `/${driver.folder} lists no Intel driver`,
      remedy: `sudo apt-get install ${driver.package}`,
    };
  }
  return undefined;
}
