import type { Command } from 'commander';
import { loadAddon } from '../../addon/loader';
import { addonFile, findRuntime } from '../../addon/runtime';
import { build } from '../../setup/scripts';
import { providePyTorch } from '../../pytorch';
import { declare, print, printJson, type CommonOptions } from '../shared/command';

interface SetupOptions extends CommonOptions {
  force?: boolean;
  python?: string;
  pytorch?: boolean;
}

/** `iecore setup`: fetches the runtime and builds the addon, as far as they are missing. */
export function setupCommand(): Command {
  return declare(
    'setup',
    'Fetch the OpenVINO runtime and build the addon, as far as they are missing',
    [
      ['iecore setup', 'fetch and build what is missing'],
      ['iecore setup --force', 'fetch and build again from nothing'],
      ['iecore setup --python /usr/bin/python3.12', "fetch with this Python's pip"],
      ['iecore setup --pytorch', 'make a Python environment with PyTorch, for export and compare'],
      ['OPENVINO_IECORE_RUNTIME=/opt/intel/openvino_2026 iecore setup', 'build for this runtime'],
    ],
  )
    .option('--force', 'fetch the runtime again and build from nothing')
    .option('--python <path>', 'Python whose pip is used (default: the active one)')
    .option(
      '--pytorch',
      'make a Python environment with PyTorch and timm too; small where a Python has PyTorch, else 6 GB',
    )
    .action(setup);
}

async function setup(options: SetupOptions): Promise<void> {
  await build({ force: options.force, python: options.python });
  const pytorch = options.pytorch === true ? await providePyTorch(options.python) : undefined;
  const { buildNumber } = loadAddon().version();
  const { runtime } = findRuntime();
  if (options.json === true)
    return printJson({ version: buildNumber, runtime, addon: addonFile, ...pytorch });
  print(`OpenVINO ${buildNumber} is ready${runtime ? `: ${runtime.root} (${runtime.place})` : ''}`);
  if (pytorch !== undefined) print(`PyTorch ${pytorch.pytorch} is ready: ${pytorch.python}`);
}
