/** Prints the list of `iecore devices`. */

import type { DeviceReport } from '../../device/report';
import { print } from '../shared/print';

const range = ([least = 1, most = 1]: readonly number[] = []): string =>
  least === most ? String(least) : `${least} to ${most}`;

/** Prints a device with its properties, or why it is not usable. */
export function printDevice(report: DeviceReport): void {
  const { device, usable, reason = '', remedy = '' } = report;
  if (!usable) {
    print(`${device}: not usable. ${reason}${remedy === '' ? '' : `\n  to fix it: ${remedy}`}`);
    return;
  }
  print(`${device}: ${report.name ?? ''}`);
  for (const [what, value] of [
    ['architecture', report.architecture],
    ['capabilities', report.capabilities?.join(', ')],
    ['parallel requests', range(report.requests)],
    ['optimal requests', report.optimalRequests?.toString()],
    ['streams', range(report.streams)],
    ['driver', report.driver === 'unknown' ? undefined : report.driver],
    ['plugin', report.plugin],
  ])
    if (value !== undefined) print(`  ${what}: ${value}`);
}
