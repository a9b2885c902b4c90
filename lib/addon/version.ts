/** The version of the OpenVINO runtime. */
import { loadAddon } from './loader';

/**
 * The version of the OpenVINO runtime, with its build: `2026.4.1-…`. For the versions of device plugins see
 * `IECore.getVersions`.
 *
 * @throws LoadError - when the runtime or the addon is missing or does not load
 */
export function getVersion(): string {
  return loadAddon().version().buildNumber;
}
