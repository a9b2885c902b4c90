/** What all commands share: their declaration, printing, and the report of errors. */

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
  /** Print one JSON value on stdout instead of text. */
  json?: boolean;
  /** Print more detail, and stack traces of errors. */
  verbose?: boolean;
}

/** An example for `--help`: a command line, and what it does. */
export type Example = readonly [command: string, effect: string];

/**
 * Declares a command with the options that every command has.
 *
 * @param examples - shown at the end of `--help`
 */
export function declare(name: string, description: string, examples: readonly Example[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON value on stdout, also for an error')
    .option('--verbose', 'print debug output and stack traces')
    .addHelpText('after', formatExamples(examples));
}

/** Returns the version of this package. */
export function version(): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Parses a whole number of at least 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return value;
}

/** Formats examples for the end of a help text. */
export function formatExamples(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, effect]) => `  ${command.padEnd(width)}  ${effect}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** Prints a result on stdout. Control characters become visible. */
export function print(text: string): void {
  process.stdout.write(`${terminalText(text)}\n`);
}

/** Prints the JSON value of `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** Prints progress or a warning on stderr. Control characters become visible. */
export function note(text: string): void {
  process.stderr.write(`${terminalText(text)}\n`);
}

/** Prints the output of another program on stderr, as it arrives. */
export function passOn(text: string): void {
  process.stderr.write(terminalText(text.replace(/\r\n?/g, '\n')));
}

/** Formats a message after its kind, such as `error:`. Further lines are indented, so that none looks like a message. */
export function entry(kind: string, message: string): string {
  return `${kind} ${message.replaceAll('\n', '\n  ')}`;
}

/** Whether an error only ends the program after a success, as commander's error for `--help` does. */
function isDone(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/**
 * Prints an error as text or JSON, and returns the exit code. commander has printed wrong usage already, unless
 * JSON is wanted.
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
