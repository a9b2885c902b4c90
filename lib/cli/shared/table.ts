/** Formats tables of text for a terminal. */

import { plainText } from '../../base/escape-text';

/**
 * Formats a table whose columns have the width of their widest cell. A row of two cells is a name and a remark of any
 * length.
 *
 * @param names - the number of columns that hold names, aligned left; the others hold numbers, aligned right
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  names = 1,
): string {
  const isRemark = (row: readonly string[]): boolean => row.length === 2 && head.length > 2;
  const safe = rows.map((row) => row.map(plainText));
  const widths = head.map((text, i) => {
    const cells = safe.filter((row) => i === 0 || !isRemark(row)).map((row) => row[i] ?? '');
    return Math.max(text.length, ...cells.map((cell) => cell.length));
  });
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) =>
        i < names || isRemark(row) ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...safe.map(line)].join('\n');
}
