/** The command `iecore setup`: fetches the runtime and builds the addon. */

import type { Command } from 'commander';
import { loadAddon } from '../../addon/loader';
import { addonFile, findRuntime } from '../../addon/runtime';
import { boolean, text } from '../../base/option-table';
import { providePyTorch } from '../../pytorch';
import { build } from '../../setup/scripts';
import { print, printJson } from '../shared/print';
import { declareCommand, type CommandTable, type CommandValues } from '../shared/command-options';

const setupFlags = {
  force: {
    flags: '--force',
    help: 'fetch the runtime again; rebuild everything',
    takes: boolean(),
  },
  python: {
    flags: '--python <path>',
    help: 'Python whose pip fetches (default: the active one)',
    takes: text(),
  },
  pytorch: {
    flags: '--pytorch',
    help: 'also make a Python environment with PyTorch (up to 6 GB)',
    takes: boolean(),
  },
} satisfies CommandTable;

/** Declares the command. */
export function setupCommand(): Command {
  return declareCommand(
    {
      name: 'setup',
      description: 'Fetch the OpenVINO runtime and build the addon, if they are missing',
      examples: [
        ['iecore setup', 'fetch and build what is missing'],
        ['iecore setup --force', 'fetch and build everything again'],
        ['iecore setup --python /usr/bin/python3.12', 'fetch with the pip of this Python'],
        ['iecore setup --pytorch', 'prepare export and compare, which need PyTorch and timm'],
        ['OPENVINO_IECORE_RUNTIME=/opt/intel/openvino_2026 iecore setup', 'build for this runtime'],
      ],
    },
    setupFlags,
    run,
  );
}

async function run(options: CommandValues<typeof setupFlags>): Promise<void> {
  await build({ force: options.force, python: options.python });
  const pytorch = options.pytorch === true ? await providePyTorch(options.python) : undefined;
  const { buildNumber } = loadAddon().version();
  const { runtime } = findRuntime();
  if (options.json === true) {
    printJson({ version: buildNumber, runtime, addon: addonFile, ...pytorch });
    return;
  }
  print(`OpenVINO ${buildNumber} is ready${runtime ? `: ${runtime.root} (${runtime.place})` : ''}`);
  if (pytorch !== undefined) print(`PyTorch ${pytorch.pytorch} is ready: ${pytorch.python}`);
}
