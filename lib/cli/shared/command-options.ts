/** Declares commands from tables: the flags, aliases and help texts of options that option rows describe. */

import { Command, InvalidArgumentError, Option } from 'commander';
import type { DefaultedRow, OptionRow, RequiredRow, SettingsOf } from '../../base/option-table';
import { isOwnError } from '../../errors';

/** One option of a command. */
export interface CommandOption<
  Row extends OptionRow<unknown> =
    OptionRow<unknown> | RequiredRow<unknown> | DefaultedRow<unknown>,
> {
  /** The flags in commander's notation: `-b, --batch <number>`, `--perf_counts`, `--report [file]`. */
  readonly flags: string;
  /** Other spellings of the flag: `-nireq`, `--number_infer_requests`. */
  readonly aliases?: readonly string[];
  /** The help text: an imperative or a noun phrase. Default, choices and aliases are added to it. */
  readonly help: string;
  /** The accepted values: a row of the library's table, or one of the command's own. */
  readonly takes: Row;
  /** Leaves the option out of the help. */
  readonly hidden?: boolean;
}

/** The options of a command, by the names under which `run` receives them. */
export type CommandTable = Readonly<Record<string, CommandOption>>;

/**
 * The rows that a command's table must have for the options of a library call: one by the name of each, so
 * that a forgotten one is a compile error. Callbacks and the signal have no flag.
 *
 * @example
 * ```ts
 * export const benchmarkFlags = {
 *   model: { flags: '-m, --model <file>', help: 'network to measure', takes: required(text()) },
 *   requests: { flags: '--nireq <number>', aliases: ['-nireq'], help: 'number of requests', takes: benchmarkOptions.requests },
 * } satisfies CommandTable & FlagsFor<BenchmarkOptions, 'config'>;
 * ```
 */
export type FlagsFor<Options, WithoutFlag extends keyof Options = never> = Readonly<
  Record<Exclude<keyof Options, WithoutFlag | 'signal' | `on${Capitalize<string>}`>, CommandOption>
>;

type RowsOf<T extends CommandTable> = { [K in keyof T]: T[K]['takes'] };

/** Options that every command has. */
export interface CommonOptions {
  /** Print one JSON value on stdout instead of text. */
  json?: boolean;
  /** Print more detail, and stack traces of errors. */
  verbose?: boolean;
}

/** The values that `run` receives: `--json`, `--verbose` and the options of the table. */
export type CommandValues<T extends CommandTable> = SettingsOf<RowsOf<T>> & CommonOptions;

/** Reads the text of an option on the command line; errors of `fromText` are not wrapped. */
function parserOf({ expected, read, fromText }: OptionRow<unknown>) {
  return (text: string, before: unknown): unknown => {
    const value = fromText === undefined ? text : fromText(text, before);
    try {
      return read(value, expected);
    } catch (error) {
      // commander adds the name of the option, and the text.
      throw isOwnError(error) ? new InvalidArgumentError(`Expected ${expected}.`) : error;
    }
  };
}

function toOption({ flags, aliases = [], help, takes, hidden = false }: CommandOption): Option {
  const others = aliases.length > 0 ? ` (also ${aliases.join(', ')})` : '';
  const option = new Option(flags, `${help}${others}`).hideHelp(hidden);
  if (option.required || option.optional) {
    if (takes.choices !== undefined) option.choices(takes.choices);
    if (takes.choices !== undefined || takes.fromText !== undefined)
      option.argParser(parserOf(takes));
    if ('default' in takes) option.default(takes.default);
  }
  return option.makeOptionMandatory('required' in takes);
}

/** An example for `--help`: a command line, and its effect. */
export type Example = readonly [command: string, effect: string];

/** Formats examples for the end of a help text. */
export function formatExamples(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, effect]) => `  ${command.padEnd(width)}  ${effect}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/**
 * Declares a command with the options of a table and the options of every command.
 *
 * @param examples - shown at the end of `--help`
 * @param run - receives the values by their names in the table
 */
export function declareCommand<const T extends CommandTable>(
  {
    name,
    description,
    examples,
  }: { name: string; description: string; examples: readonly Example[] },
  table: T,
  run: (values: CommandValues<T>) => Promise<void> | void,
): Command {
  const command = new Command(name)
    .description(description)
    .option('--json', 'print one JSON value; an error as { "error": { "code", "message" } }')
    .option('--verbose', 'print debug output and stack traces')
    .addHelpText('after', formatExamples(examples));
  const spellings = new Map<string, string>();
  const options = Object.entries(table).map(([key, entry]) => {
    const option = toOption(entry);
    command.addOption(option);
    for (const alias of entry.aliases ?? []) spellings.set(alias, option.long ?? alias);
    return { key, attribute: option.attributeName(), takes: entry.takes };
  });
  // commander knows one short and one long flag for each option, and no long one with a single dash.
  const parseOptions = command.parseOptions.bind(command);
  command.parseOptions = (args) => parseOptions(args.map((arg) => spellings.get(arg) ?? arg));
  return command.action(async (given: Record<string, unknown>) => {
    const values: Record<string, unknown> = { json: given['json'], verbose: given['verbose'] };
    for (const { key, attribute, takes } of options)
      values[key] = given[attribute] ?? ('default' in takes ? takes.default : undefined);
    const known = Object.entries(values).filter(([, value]) => value !== undefined);
    await run(Object.fromEntries(known) as CommandValues<T>);
  });
}
