/** The command `iecore devices`: lists the devices, and explains why some are not usable. */

import type { Command } from 'commander';
import { IECore } from '../../core';
import { printJson } from '../shared/print';
import { declareCommand, type CommonOptions } from '../shared/command-options';
import { printDevice } from './print';

/** Declares the command. */
export function devicesCommand(): Command {
  return declareCommand(
    {
      name: 'devices',
      description: 'List the devices of this machine, and why others cannot be used',
      examples: [
        ['iecore devices', 'as text'],
        ['iecore devices --json', 'for programs'],
      ],
    },
    {},
    run,
  );
}

function run({ json }: CommonOptions): void {
  const reports = new IECore().diagnoseDevices();
  if (json === true) {
    printJson({
      devices: reports.filter(({ usable }) => usable),
      unavailable: reports.filter(({ usable }) => !usable),
    });
    return;
  }
  for (const report of reports) printDevice(report);
}
