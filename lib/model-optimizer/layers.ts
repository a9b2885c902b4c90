/** Lists the layers of a network, as it was read or as a device executes it. */

import { invalid } from '../base/check';
import { IECore } from '../core';
import type { DeviceName } from '../device/names';
import { isNetwork, nativeNetworkOf, type IENetwork } from '../network';

/** A layer of a network, with the operations that a device fused into it. */
export interface ExecutedLayer {
  /** Name of the layer. */
  name: string;
  /** Type of the layer, in the device's terms. */
  type: string;
  /** Names of the operations that the layer executes. */
  operations: string[];
  /** Positions in the list of the layers whose outputs are its inputs. */
  sources: number[];
}

/**
 * Lists the layers of a network as it was read, without fusing.
 *
 * @throws ArgumentError - INVALID_ARGUMENT
 */
export function layersOf(network: IENetwork): ExecutedLayer[] {
  if (!isNetwork(network)) throw invalid('network', 'an IENetwork', network);
  return nativeNetworkOf(network)
    .operations()
    .map(({ name, type, sources }) => ({
      name,
      type,
      operations: [name],
      sources: sources.map(({ operation }) => operation),
    }));
}

/** Loads a network on a device and lists the layers that the device executes, in order of execution. */
export async function executedLayersOf(
  network: IENetwork,
  device: DeviceName,
): Promise<ExecutedLayer[]> {
  const exec = await new IECore().loadNetwork(network, device, { numRequests: 1 });
  const layers = nativeNetworkOf(exec.getExecGraphInfo())
    .operations()
    .map(({ name, rtInfo, sources }) => ({
      name,
      type: rtInfo['layerType'] ?? '',
      operations: (rtInfo['originalLayersNames'] ?? '').split(',').filter((part) => part !== ''),
      sources: sources.map(({ operation }) => operation),
    }));
  exec.close();
  return layers;
}

/** Whether a layer is a constant, which drawings leave out. */
export function isConstant({ type }: ExecutedLayer): boolean {
  return /^Const(ant)?$/.test(type);
}
