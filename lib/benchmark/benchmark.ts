/** The benchmark: the steps of OpenVINO's benchmark_app, one after the other. */

import { hasFired } from '../base/abortable';
import { reading } from '../base/check';
import { IECore } from '../core';
import type { Config } from '../device/config-keys';
import type { ExecutableNetwork } from '../executable-network';
import { isNetwork, type IENetwork } from '../network';
import { configOf, isFromCache, propertiesOf } from './device-config';
import { fillInputs } from './input-data';
import { describeLimits, measure } from './measure';
import { settingsOf, type BenchmarkOptions, type BenchmarkSettings } from './options';
import { describeNetwork, setPrecisions, setShapes, type InputShapes } from './prepare-network';
import { latencyOf, type BenchmarkResult } from './result';
import { describeStarts, measureStarts, type LoadedNetwork } from './start-times';
import { timed } from './timed';

/** A network that is ready to be loaded. */
interface Prepared extends InputShapes {
  core: IECore;
  network: IENetwork;
  config: Config;
  /** In ms. */
  readTime: number;
}

/** Steps 2 to 6: reads the network, and sets its shapes and precisions. */
async function prepare(model: string | IENetwork, settings: BenchmarkSettings): Promise<Prepared> {
  const { device, onStep, onInfo } = settings;
  const showNetwork = (network: IENetwork): void => {
    for (const line of describeNetwork(network)) onInfo?.(line);
  };
  onStep?.(2, 'Loading OpenVINO Runtime');
  const core = new IECore();
  for (const [name, { buildNumber }] of Object.entries(core.getVersions(device)))
    onInfo?.(`${name}: build ${buildNumber}`);
  onStep?.(3, 'Setting device configuration');
  const config = configOf(settings);
  for (const [name, value] of Object.entries(config))
    onInfo?.(`${name}: ${reading(`config.${name}`, () => JSON.stringify(value))}`);
  onStep?.(4, 'Reading model files');
  const [network, readTime] = await timed(async () =>
    isNetwork(model) ? model : core.readNetwork(model),
  );
  onInfo?.(`Read model took ${readTime.toFixed(2)} ms`);
  onInfo?.('Original model I/O parameters:');
  showNetwork(network);
  onStep?.(5, 'Resizing model to match image sizes and given batch');
  const shapes = setShapes(network, settings);
  onInfo?.(`Model batch size: ${shapes.batch}`);
  onStep?.(6, 'Configuring input of the model');
  setPrecisions(network, settings);
  showNetwork(network);
  return { core, network, config, readTime, ...shapes };
}

/** Step 7: loads the network. */
async function load(
  { core, network, config }: Prepared,
  { device, api, requests, onStep }: BenchmarkSettings,
): Promise<LoadedNetwork> {
  onStep?.(7, 'Loading the model to the device');
  const numRequests = api === 'sync' ? 1 : (requests ?? 0);
  const loadWith = async (more: Config): Promise<ExecutableNetwork> =>
    core.loadNetwork(network, device, { config: { ...config, ...more }, numRequests });
  const [exec, loadTime] = await timed(async () => loadWith({}));
  const importFrom = async (file: string): Promise<ExecutableNetwork> =>
    core.importNetwork(file, device, { numRequests });
  return { exec, loadTime, fromCache: isFromCache(exec), load: loadWith, importFrom };
}

/** Steps 8 and 9: queries the device, and fills the inputs. */
async function makeReady(
  { network, dataShapes }: Prepared,
  loaded: LoadedNetwork,
  settings: BenchmarkSettings,
): Promise<Pick<BenchmarkResult, 'starts' | 'properties'>> {
  const { onStep, onInfo } = settings;
  const { fromCache, loadTime } = loaded;
  onInfo?.(`${fromCache ? 'Load from the cache' : 'Compile model'} took ${loadTime.toFixed(2)} ms`);
  const starts = settings.cacheDir === undefined ? undefined : await measureStarts(loaded);
  if (starts !== undefined) onInfo?.(describeStarts(starts));
  onStep?.(8, 'Querying optimal runtime parameters');
  const properties = propertiesOf(loaded.exec);
  for (const [name, value] of Object.entries(properties))
    onInfo?.(`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  onStep?.(9, 'Creating infer requests and preparing input tensors');
  await fillInputs(network, loaded.exec.requests, dataShapes, settings);
  return { starts, properties };
}

/** Steps 10 and 11: measures. */
async function measureRequests(
  { requests }: ExecutableNetwork,
  batch: number,
  settings: BenchmarkSettings,
): Promise<
  Pick<
    BenchmarkResult,
    'firstInference' | 'iterations' | 'interrupted' | 'duration' | 'latency' | 'fps'
  >
> {
  const { onStep, onInfo } = settings;
  const how =
    settings.api === 'sync'
      ? 'synchronously'
      : `asynchronously, ${requests.length} inference requests`;
  onStep?.(
    10,
    `Measuring performance (Start inference ${how}, limits: ${describeLimits(settings)})`,
  );
  const [, firstInference] = await timed(async () => requests[0]?.infer());
  onInfo?.(`First inference took ${firstInference.toFixed(2)} ms`);
  const { latencies, duration } = await measure(requests, settings);
  onStep?.(11, 'Dumping statistics report');
  return {
    firstInference,
    iterations: latencies.length,
    interrupted: hasFired(settings.signal),
    duration,
    latency: latencyOf(latencies, settings.percentile),
    fps: (1000 * batch * latencies.length) / duration,
  };
}

/**
 * Measures how fast a network runs on a device, in the steps of OpenVINO's benchmark_app. Inputs are filled once
 * and outputs stay in the memory of the requests, so that only the runtime is measured.
 *
 * @param model - path of a model, or a network that was read; its precisions and shapes are changed
 * @throws ArgumentError - INVALID_ARGUMENT, SHAPE_MISMATCH
 * @throws FileError - FILE_NOT_FOUND, IMAGE_UNREADABLE
 * @throws OpenVINOError - DEVICE_NOT_AVAILABLE, UNSUPPORTED_PROPERTY, NETWORK_NOT_READ, NETWORK_NOT_LOADED
 * @example
 * ```ts
 * const { fps, latency } = await benchmark('resnet18.xml', { hint: 'throughput', seconds: 10 });
 * ```
 */
export async function benchmark(
  model: string | IENetwork,
  options: BenchmarkOptions = {},
): Promise<BenchmarkResult> {
  const settings = settingsOf(options);
  const prepared = await prepare(model, settings);
  const { batch, config, readTime } = prepared;
  const loaded = await load(prepared, settings);
  const { exec, loadTime, fromCache } = loaded;
  const { requests } = exec;
  try {
    const { starts, properties } = await makeReady(prepared, loaded, settings);
    const measured = await measureRequests(exec, batch, settings);
    const devices = properties['EXECUTION_DEVICES'];
    const precision = properties['INFERENCE_PRECISION_HINT'];
    return {
      device: settings.device,
      executionDevices: Array.isArray(devices) ? devices.map(String) : [settings.device],
      hint: settings.hint,
      api: settings.api,
      batch,
      requests: requests.length,
      inferPrecision: typeof precision === 'string' ? precision : '',
      readTime,
      loadTime,
      fromCache,
      starts,
      ...measured,
      config,
      properties,
      layers: settings.perfCounts ? requests.map((request) => request.getPerfCounts()) : [],
    };
  } finally {
    exec.close();
  }
}
