import type { Command } from 'commander';
import { loadAddon } from '../native';
import { addonFile, build, findRuntime } from '../runtime';
import { declare, print, printJson, type CommonOptions } from './command';

interface SetupOptions extends CommonOptions {
  force?: boolean;
  python?: string;
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
      ['OPENVINO_IECORE_RUNTIME=/opt/intel/openvino_2026 iecore setup', 'build for this runtime'],
    ],
  )
    .option('--force', 'fetch the runtime again and build from nothing')
    .option('--python <path>', 'Python whose pip fetches the runtime (default: the active one)')
    .action(setup);
}

async function setup(options: SetupOptions): Promise<void> {
  await build({ force: options.force, python: options.python });
  const { buildNumber } = loadAddon().version();
  const { runtime } = findRuntime();
  if (options.json) printJson({ version: buildNumber, runtime, addon: addonFile });
  else
    print(
      `OpenVINO ${buildNumber} is ready${runtime ? `: ${runtime.root} (${runtime.place})` : ''}`,
    );
}
