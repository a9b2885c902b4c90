#!/usr/bin/env node
/** The entry of the command line: chooses the command, and reports errors. */

import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { terminalText } from '../base/escape-text';
import { formatExamples } from './shared/command-options';
import { reportError } from './shared/report-error';
import { version } from './shared/version';

// Node's thread pool decodes images. It has four threads unless this is set before its first use.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism()));

/** The commands. Each is imported only when it is needed, because doctor must run where sharp cannot be loaded. */
const commands: Record<string, () => Promise<Command>> = {
  classify: async () => (await import('./classify/run.js')).classifyCommand(),
  benchmark: async () => (await import('./benchmark/run.js')).benchmarkCommand(),
  devices: async () => (await import('./devices/run.js')).devicesCommand(),
  export: async () => (await import('./export/run.js')).exportCommand(),
  compare: async () => (await import('./compare/run.js')).compareCommand(),
  mo: async () => (await import('./mo/run.js')).moCommand(),
  query: async () => (await import('./query/run.js')).queryCommand(),
  quantize: async () => (await import('./quantize/run.js')).quantizeCommand(),
  setup: async () => (await import('./setup/run.js')).setupCommand(),
  doctor: async () => (await import('./doctor/run.js')).doctorCommand(),
};

/** Makes the program with the called command, or with all commands if the first argument is not a command. */
async function createProgram(called: string | undefined, json: boolean): Promise<Command> {
  const program = new Command('iecore')
    .description('Run trained networks on Intel hardware: OpenVINO with the classic IECore flow')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText(
      'after',
      `${formatExamples([
        ['iecore setup', 'get the OpenVINO runtime and build the addon'],
        ['iecore doctor', 'report what is installed, what is missing, and how to fix it'],
        ['iecore classify', 'classify the photographs of the package with its model'],
        ['iecore classify -m net.xml -i photos/', 'use your own network and images'],
        ['iecore help classify', 'print the help of one command'],
      ])}\n\nExit codes: 0 success, 1 failure, 2 wrong usage. Results go to stdout, everything else to stderr.`,
    )
    // mo has its own --version.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for the options and examples)')
    // Throws instead of ending the process, so that all output is flushed and `reportError` decides the exit code.
    .exitOverride();
  program.configureOutput({
    writeErr: (text) => {
      if (!json) process.stderr.write(terminalText(text));
    },
  });
  const chosen = Object.entries(commands).filter(([name]) => name === called);
  for (const [, load] of chosen.length > 0 ? chosen : Object.entries(commands)) {
    const command = await load();
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Ends the process without an error when the reader of its output has ended, as with `| head`. */
function exitWhenUnread(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

async function main(): Promise<void> {
  // Read before commander parses, because its errors are reported with these options too.
  const flags = process.argv.slice(2);
  const options = { json: flags.includes('--json'), verbose: flags.includes('--verbose') };
  exitWhenUnread(process.stdout);
  exitWhenUnread(process.stderr);
  process.on('uncaughtException', (error) => process.exit(reportError(error, options)));
  try {
    const program = await createProgram(flags[0], options.json);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = reportError(error, options);
  }
}

void main();
