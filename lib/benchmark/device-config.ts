/** The configuration that a benchmark gives a device, and the properties that the device reports. */

import type { Config, ConfigValue } from '../device/config-keys';
import { baseDevices, runsOnSeveral } from '../device/names';
import type { ExecutableNetwork } from '../executable-network';
import { benchmarkOptions, hints, type BenchmarkSettings } from './options';

/** The settings of options that have a configuration key of their own. */
function ownSettings(settings: BenchmarkSettings): Record<string, ConfigValue> {
  const entries = Object.entries(benchmarkOptions).flatMap(([name, row]) => {
    const value = settings[name as keyof BenchmarkSettings] as ConfigValue | undefined;
    return 'configKey' in row && value !== undefined ? [[row.configKey, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The configuration for `loadNetwork`. */
export function configOf(settings: BenchmarkSettings): Config {
  const { device, hint, perfCounts, cacheDir, config } = settings;
  const own = ownSettings(settings);
  const [first = '', ...parts] = baseDevices(device);
  const inner = parts.length > 0 ? parts : ['CPU'];
  const handedOn =
    runsOnSeveral(first) && Object.keys(own).length > 0
      ? { DEVICE_PROPERTIES: Object.fromEntries(inner.map((name) => [name, own])) }
      : own;
  return {
    ...(hints[hint] !== undefined && { PERFORMANCE_HINT: hints[hint] }),
    ...handedOn,
    ...(perfCounts && { PERF_COUNT: true }),
    ...(cacheDir !== undefined && { CACHE_DIR: cacheDir }),
    ...config,
  };
}

/** The properties of a loaded network by name, without the list of their names. */
export function propertiesOf(exec: ExecutableNetwork): Record<string, unknown> {
  const names = Object.keys(exec.getMetric('SUPPORTED_PROPERTIES') as object);
  const others = names.filter((name) => name !== 'SUPPORTED_PROPERTIES');
  return Object.fromEntries(
    others.map((name) => {
      try {
        return [name, exec.getMetric(name)];
      } catch {
        // Some devices list properties that they cannot report.
        return [name, 'not reported'];
      }
    }),
  );
}

/** Whether a network was loaded from the cache; false for a device that does not report it. */
export function isFromCache(exec: ExecutableNetwork): boolean {
  try {
    return exec.getMetric('LOADED_FROM_CACHE') === true;
  } catch {
    return false;
  }
}
