import type { Command } from 'commander';
import { IECore } from '../core';
import { explainDevice } from '../device';
import { declare, print, printJson, type CommonOptions } from './command';

/** Devices people ask for; what is not there is explained. */
const askedFor = ['CPU', 'GPU', 'NPU', 'MYRIAD', 'HDDL'];

/** `iecore devices`: what is here, and why something is not. */
export function devicesCommand(): Command {
  return declare('devices', 'List the devices of this machine, and why others cannot be used', [
    ['iecore devices', 'as a list'],
    ['iecore devices --json', 'for programs'],
  ]).action(devices);
}

function devices(options: CommonOptions): void {
  const ie = new IECore();
  const available = ie.availableDevices;
  const usable = available.map((device) => ({
    device,
    name: String(ie.getMetric(device, 'FULL_DEVICE_NAME')),
    capabilities: ie.getMetric(device, 'OPTIMIZATION_CAPABILITIES') as string[],
    plugin: ie.getVersions(device)[device]?.buildNumber,
  }));
  const missing = askedFor.flatMap((device) => {
    const reason = explainDevice(device, available);
    return reason === undefined ? [] : [{ device, reason }];
  });
  if (options.json === true) return printJson({ devices: usable, unavailable: missing });
  for (const { device, name, capabilities, plugin } of usable) {
    print(
      `${device}: ${name}\n  capabilities: ${capabilities.join(', ')}\n  plugin: ${plugin ?? 'unknown'}`,
    );
  }
  for (const { device, reason } of missing) print(`${device}: not usable. ${reason}`);
}
