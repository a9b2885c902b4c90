#!/usr/bin/env node
/** The entry of the command line. */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { terminalText } from '../base/escape-text';
import { formatExamples, report, version } from './shared/command';

// Node's own threads decode pictures: four of them, unless this is set before the first is needed.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism()));

/** The commands, each in its own file, which is read when it is needed: doctor must run where sharp does not. */
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

/** The program with the command that is called for, or with all of them when that is not clear, as for help. */
async function createProgram(called: string | undefined, json: boolean): Promise<Command> {
  const program = new Command('iecore')
    .description(
      'Run trained networks on Intel hardware: OpenVINO by way of the classic IECore flow',
    )
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
    // A command may have a --version of its own.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for the options and examples)')
    // Throws where commander would end the process, so that what is printed arrives and `report` has the last word.
    .exitOverride();
  program.configureOutput({
    writeErr: (text) => {
      if (!json) process.stderr.write(terminalText(text));
    },
  });
  const one = Object.entries(commands).filter(([name]) => name === called);
  for (const [, load] of one.length > 0 ? one : Object.entries(commands)) {
    const command = await load();
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
    const program = await createProgram(flags[0], options.json);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = report(error, options);
  }
}

void main();
