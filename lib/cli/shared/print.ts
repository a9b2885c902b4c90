/** Prints results on stdout, and progress and warnings on stderr. */

import { jsonText, terminalText } from '../../base/escape-text';

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
