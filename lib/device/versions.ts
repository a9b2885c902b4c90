/** Reads the versions of the plugins of a device. */
import type { NativeCore, NativeVersion } from '../addon/native-types';
import { deviceError } from './errors';

/** The version of a device's plugin. */
export interface DeviceVersion {
  /** The year of the release. */
  major: number;
  /** The number of the release in that year. */
  minor: number;
  /** The full version with its build. */
  buildNumber: string;
  /** The name that the plugin gives itself. */
  description: string;
}

/** The versions of all plugins of a device, by device name. */
export function readVersions(core: NativeCore, device: string): Record<string, DeviceVersion> {
  const context = `Cannot read the version of ${device}`;
  let versions: Record<string, NativeVersion>;
  try {
    versions = core.versions(device);
  } catch (error) {
    throw deviceError(core, error, device, context);
  }
  // For an unknown device the runtime returns no versions and reports no error.
  if (Object.keys(versions).length === 0) throw deviceError(core, undefined, device, context);
  return Object.fromEntries(
    Object.entries(versions).map(([name, version]) => {
      const [major = 0, minor = 0] = version.buildNumber.split(/[.-]/).map(Number);
      return [name, { major, minor, ...version }];
    }),
  );
}
