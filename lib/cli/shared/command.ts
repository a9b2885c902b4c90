/** What every command shares: how it is declared, what it prints where, and how it fails. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { OpenVINOError } from '../../errors';
import { jsonText, terminalText } from '../../base/escape-text';
import { packageRoot } from '../../addon/runtime';

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
export type Example = readonly [command: string, effect: string];

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

/** Examples as they stand below the options in a help text. */
export function formatExamples(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, effect]) => `  ${command.padEnd(width)}  ${effect}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** Prints a result on stdout: lines, in which nothing is left that a terminal obeys. */
export function print(text: string): void {
  process.stdout.write(`${terminalText(text)}\n`);
}

/** Prints the one JSON value of `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** Prints progress or trouble on stderr: lines, in which nothing is left that a terminal obeys. */
export function note(text: string): void {
  process.stderr.write(`${terminalText(text)}\n`);
}

/** Prints on stderr what another program printed, as it comes in. */
export function passOn(text: string): void {
  process.stderr.write(terminalText(text.replace(/\r\n?/g, '\n')));
}

/** A message behind what it is. Its further lines are indented, so that none looks like another message. */
export function entry(kind: string, message: string): string {
  return `${kind} ${message.replaceAll('\n', '\n  ')}`;
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
    note(entry('error:', message));
  }
  if (verbose && !usage) note(inspect(error));
  return usage ? exitCodes.usage : exitCodes.failed;
}
