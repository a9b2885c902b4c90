#!/usr/bin/env node
/** The entry of the command line. A new command is one more file beside this one, and one more line in `commands`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../runtime';
import { formatExamples, report } from './command';
import { doctorCommand } from './doctor';
import { setupCommand } from './setup';

const commands = [setupCommand, doctorCommand];

function version(): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function createProgram(json: boolean): Command {
  const program = new Command('iecore')
    .description('Run trained networks on Intel hardware: OpenVINO by way of the classic IECore flow')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText(
      'after',
      `${formatExamples([
        ['iecore setup', 'get the OpenVINO runtime and build the addon'],
        ['iecore doctor', 'what is here, what is missing, and how to get it'],
        ['iecore classify', 'the photographs and the model that come with the package'],
        ['iecore classify -m net.xml -i photos/', 'your own network and pictures'],
        ['iecore help classify', 'all about one command'],
      ])}\n\nExit codes: 0 done, 1 failed, 2 wrong usage. Results are on stdout, all else on stderr.`,
    )
    .showHelpAfterError('(add --help for the options and examples)')
    // Throws where commander would end the process, so that what is printed arrives and `report` has the last word.
    .exitOverride();
  if (json) program.configureOutput({ writeErr: () => undefined });
  for (const create of commands) {
    const command = create();
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Ends quietly when the reader of our output has gone, as `head` does. */
function quietWhenUnread(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

async function main(): Promise<void> {
  // Known before the command line is parsed, because a mistake in it is reported in the same way.
  const flags = process.argv.slice(2);
  const options = { json: flags.includes('--json'), verbose: flags.includes('--verbose') };
  quietWhenUnread(process.stdout);
  quietWhenUnread(process.stderr);
  process.on('uncaughtException', (error) => process.exit(report(error, options)));
  try {
    await createProgram(options.json).parseAsync();
  } catch (error) {
    process.exitCode = report(error, options);
  }
}

void main();
