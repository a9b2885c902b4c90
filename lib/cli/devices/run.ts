import type { Command } from 'commander';
import { IECore } from '../../core';
import { declare, print, printJson, type CommonOptions } from '../shared/command';

/** `iecore devices`: what is here, and why something is not. */
export function devicesCommand(): Command {
  return declare('devices', 'List the devices of this machine, and why others cannot be used', [
    ['iecore devices', 'as a list'],
    ['iecore devices --json', 'for programs'],
  ]).action(devices);
}

const range = ([least = 1, most = 1]: readonly number[] = []): string =>
  least === most ? String(least) : `${least} to ${most}`;

function devices(options: CommonOptions): void {
  const reports = new IECore().diagnoseDevices();
  if (options.json === true) {
    return printJson({
      devices: reports.filter(({ usable }) => usable),
      unavailable: reports.filter(({ usable }) => !usable),
    });
  }
  for (const report of reports) {
    const { device, usable, reason = '', remedy = '' } = report;
    if (!usable) {
      print(`${device}: not usable. ${reason}${remedy === '' ? '' : `\n  to mend it: ${remedy}`}`);
      continue;
    }
    print(`${device}: ${report.name ?? ''}`);
    for (const [what, value] of [
      ['architecture', report.architecture],
      ['capabilities', report.capabilities?.join(', ')],
      ['requests at once', range(report.requests)],
      ['optimal requests', report.optimalRequests?.toString()],
      ['streams', range(report.streams)],
      ['driver', report.driver === 'unknown' ? undefined : report.driver],
      ['plugin', report.plugin],
    ])
      if (value !== undefined) print(`  ${what}: ${value}`);
  }
}
