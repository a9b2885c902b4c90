/** Measures the ways of starting with a network: compiled, from the cache, imported. */

import { join } from 'node:path';
import { withTemporaryFolder } from '../base/folders';
import type { Config } from '../device/config-keys';
import type { ExecutableNetwork } from '../executable-network';
import { isFromCache } from './device-config';
import type { StartTimes } from './result';
import { timed } from './timed';

/** A loaded network, how it was loaded, and how to load it again. */
export interface LoadedNetwork {
  exec: ExecutableNetwork;
  /** In ms. */
  loadTime: number;
  fromCache: boolean;
  /** Loads it with more configuration. */
  load: (config: Config) => Promise<ExecutableNetwork>;
  /** Imports it from a file. */
  importFrom: (file: string) => Promise<ExecutableNetwork>;
}

async function measureImport(
  exported: ExecutableNetwork,
  importFrom: LoadedNetwork['importFrom'],
): Promise<number | undefined> {
  return withTemporaryFolder('iecore-start', async (folder) => {
    try {
      const file = join(folder, 'network.blob');
      await exported.export(file);
      const [network, time] = await timed(async () => importFrom(file));
      network.close();
      return time;
    } catch {
      // Not every device can export networks; AUTO and MULTI never can.
      return undefined;
    }
  });
}

/** Loads the network in each way in which it was not loaded yet, and measures the times. */
export async function measureStarts({
  exec,
  loadTime,
  fromCache,
  load,
  importFrom,
}: LoadedNetwork): Promise<StartTimes> {
  const [other, otherTime] = await timed(async () => load(fromCache ? { CACHE_DIR: '' } : {}));
  // A network from the cache cannot be exported, so the compiled one is exported.
  const imported = await measureImport(fromCache ? other : exec, importFrom);
  const otherCached = isFromCache(other);
  other.close();
  if (fromCache) return { compiled: otherTime, cached: loadTime, imported };
  return { compiled: loadTime, cached: otherCached ? otherTime : undefined, imported };
}

/** One line about the times. */
export function describeStarts({ compiled, cached, imported }: StartTimes): string {
  const text = (time: number | undefined): string =>
    time === undefined ? 'not offered' : `${time.toFixed(2)} ms`;
  return `Start: compiled ${text(compiled)}, from the cache ${text(cached)}, imported ${text(imported)}`;
}
