/** What every command shares: how it is declared, what it prints where, and how it fails. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { OpenVINOError } from '../errors';
import { packageRoot } from '../runtime';
import { unwritable } from '../system-error';

/** Exit codes of `iecore`. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Options that every command has. */
export interface CommonOptions {
  /** One JSON value on stdout instead of text. */
  json?: boolean;
  /** More detail, and stack traces of errors. */
  verbose?: boolean;
}

/** A line that teaches: what to type, and what it does. */
type Example = readonly [command: string, effect: string];

/**
 * Declares a command with the options and the manner that all of them share.
 *
 * @param examples - shown at the end of `--help`
 * @example
 * ```ts
 * export function devicesCommand(): Command {
 *   return declare('devices', 'List the devices of this machine', [['iecore devices --json', 'for programs']])
 *     .action(async (options: CommonOptions) => { … });
 * }
 * ```
 */
export function declare(name: string, description: string, examples: readonly Example[]): Command {
  return new Command(name)
    .description(description)
    .option(
      '--json',
      'print one JSON value on stdout; an error too: { "error": { "code", "message" } }',
    )
    .option('--verbose', 'tell more, and show stack traces of errors')
    .addHelpText('after', formatExamples(examples));
}

/** The version of this package. */
export function version(): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Reads an option that counts something. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number of at least 1 is needed.');
  return value;
}

/** Waits until a file is written; says which one it was that could not be. */
export async function written(file: string, writing: Promise<void>): Promise<void> {
  return writing.catch((cause: unknown) => {
    throw unwritable(file, cause);
  });
}

/** Examples as they stand below the options in a help text. */
export function formatExamples(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, effect]) => `  ${command.padEnd(width)}  ${effect}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** Prints a result: a line on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints the one JSON value of `--json`. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Tells of progress or trouble: a line on stderr. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Whether an error only ends a command that did what was asked, as `--help` does. */
function isDone(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/**
 * Reports an error in the way that was asked for, and gives the exit code that belongs to it.
 * Wrong usage has been reported by commander already, unless JSON was asked for.
 */
export function report(error: unknown, { json = false, verbose = false }: CommonOptions): number {
  if (isDone(error)) return exitCodes.done;
  const usage = error instanceof CommanderError;
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const code = usage ? 'USAGE' : error instanceof OpenVINOError ? error.code : 'GENERAL_ERROR';
    printJson({ error: { code, message: message.replace(/^error: /, '') } });
  } else if (!usage) {
    note(`error: ${message}`);
  }
  if (verbose && !usage) console.error(error);
  return usage ? exitCodes.usage : exitCodes.failed;
}
