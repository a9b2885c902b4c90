/** Reports the properties of every device, or why it cannot be used. */
import type { NativeCore } from '../addon/native-types';
import { diagnose } from './diagnosis';
import { alwaysListed, explainDevice } from './names';
import { readVersions } from './versions';

/** One device in the list that `diagnoseDevices` returns. */
export interface DeviceReport {
  /** Its name, such as `GPU.0`. */
  device: string;
  /** Whether networks can be loaded on it. */
  usable: boolean;
  /** Full name of the hardware. */
  name?: string;
  /** Its architecture. */
  architecture?: string;
  /** Precisions and features that it supports: `FP32`, `INT8`, `EXPORT_IMPORT`, … */
  capabilities?: string[];
  /** Minimum and maximum number of streams. */
  streams?: number[];
  /** Minimum and maximum useful number of parallel requests, and the increment. */
  requests?: number[];
  /** Optimal number of requests, for a small network that is loaded for throughput. */
  optimalRequests?: number;
  /** Version of its driver; `unknown` if there is no driver or the device does not report it. */
  driver?: string;
  /** Version of its plugin. */
  plugin?: string;
  /** Why it cannot be used. */
  reason?: string;
  /** The remedy; may be empty. */
  remedy?: string;
}

/** A device reports its optimal number of requests only for a loaded network; this is the smallest one. */
const smallNetwork = Buffer.from(`<?xml version="1.0"?><net name="small" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,16" element_type="f32"/><output><port id="0" precision="FP32"><dim>1</dim><dim>16</dim></port></output></layer>
<layer id="1" name="y" type="ReLU" version="opset1"><input><port id="0" precision="FP32"><dim>1</dim><dim>16</dim></port></input><output><port id="1" precision="FP32"><dim>1</dim><dim>16</dim></port></output></layer>
<layer id="2" name="r" type="Result" version="opset1"><input><port id="0" precision="FP32"><dim>1</dim><dim>16</dim></port></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/><edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>`);

/** Loads an input or output of the small network without a change. */
const unchanged = { precision: 'FP32', layout: '', modelLayout: '' };
const smallPlan = {
  inputs: [{ ...unchanged, color: '', resize: '', reverseChannels: false, mean: [], scale: [] }],
  outputs: [unchanged],
  affinity: {},
};

function optimalRequests(core: NativeCore, device: string): Pick<DeviceReport, 'optimalRequests'> {
  try {
    const network = core.readModelFromBuffer(smallNetwork, new Uint8Array(), 'ir', true);
    const config = { PERFORMANCE_HINT: 'THROUGHPUT' };
    const loaded = core.compile(network, smallPlan, device, config, null, true);
    const count = Number(loaded.getProperty('OPTIMAL_NUMBER_OF_INFER_REQUESTS'));
    loaded.close();
    network.close();
    return { optimalRequests: count };
  } catch {
    // The runtime may list a device that then refuses to load a network.
    return {};
  }
}

function reportUsable(core: NativeCore, device: string): DeviceReport {
  const property = (name: string): unknown => {
    try {
      return core.getProperty(device, name);
    } catch {
      // Not every device has every property.
      return undefined;
    }
  };
  const text = (name: string): string => {
    const value = property(name);
    return typeof value === 'string' ? value : 'unknown';
  };
  const list = <T>(name: string): T[] => (property(name) as T[] | undefined) ?? [];
  return {
    device,
    usable: true,
    name: text('FULL_DEVICE_NAME'),
    architecture: text('DEVICE_ARCHITECTURE'),
    capabilities: list('OPTIMIZATION_CAPABILITIES'),
    streams: list('RANGE_FOR_STREAMS'),
    requests: list('RANGE_FOR_ASYNC_INFER_REQUESTS'),
    ...optimalRequests(core, device),
    driver: text(device.startsWith('NPU') ? 'NPU_DRIVER_VERSION' : 'GPU_DRIVER_VERSION'),
    plugin: readVersions(core, device)[device]?.buildNumber ?? 'unknown',
  };
}

/** Reports the devices that the runtime lists, then those that are always listed and missing here. */
export function reportDevices(core: NativeCore): DeviceReport[] {
  const available = core.availableDevices();
  const missing = alwaysListed.flatMap((device): DeviceReport[] => {
    const why = explainDevice(device, available);
    if (why === undefined) return [];
    return [{ device, usable: false, ...(diagnose(device) ?? { reason: why, remedy: '' }) }];
  });
  return [...available.map((device) => reportUsable(core, device)), ...missing];
}
