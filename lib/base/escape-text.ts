/**
 * Escapes text from outside (names in models, labels, file names, messages of programs), one function for each target.
 */

/**
 * Characters that a terminal executes instead of showing them: control characters (C0 and C1 with escape, and DEL),
 * characters that change the direction of writing, and line and paragraph separators. Also half a surrogate pair, which
 * is not a character.
 */
const unsafe = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const hex = (char: string, digits: number): string =>
  char.charCodeAt(0).toString(16).padStart(digits, '0');

function visible(char: string): string {
  return short[char] ?? (char < '\u0100' ? `\\x${hex(char, 2)}` : `\\u${hex(char, 4)}`);
}

/** Text for one line on a terminal: unsafe characters become visible, as `\x1b` or `\n`. */
export function plainText(text: string): string {
  return text.replace(unsafe, visible);
}

/** Text of several lines for a terminal: as `plainText`, but line ends and tabs are kept. */
export function terminalText(text: string): string {
  return text.replace(unsafe, (char) => (char === '\n' || char === '\t' ? char : visible(char)));
}

/** Text for an element or a quoted attribute of HTML, XML or SVG; line ends and tabs are kept. */
export function xmlText(text: string): string {
  return terminalText(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** JSON for a file or a terminal: unsafe characters that JSON allows are escaped too, as `\u009b`. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unsafe, (char) =>
    char === '\n' ? char : `\\u${hex(char, 4)}`,
  );
}

/** Matches text that a spreadsheet would read as a formula; a number or a flag (`-1.5`, `-m`) does not match. */
const formula = /^(?:[=@\t\r]|[+-](?![\w.-]*$))/;

/** A field of a CSV file whose separator is the semicolon: quoted if necessary, and never a formula. */
export function csvField(text: string): string {
  const field = formula.test(text) ? `'${text}` : text;
  const safe = field.replace(unsafe, visible);
  return /[;"]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
