/** Reads the names of a network's classes. */

import { checkInteger, checkString } from '../base/check';
import { errorOf } from '../errors';
import { readRegular } from '../base/regular-file';

/**
 * Reads the names of a network's classes, one per line: line `i`, counted from 0, names class `i`.
 *
 * @param file - UTF-8 text
 * @param count - the required number of labels, which is the number of the network's scores. Default: any number
 * @throws `FileError` with code `FILE_NOT_FOUND` or `FILE_NOT_READABLE`
 * @throws `ArgumentError` with code `SHAPE_MISMATCH` if the file has another number of labels
 *
 * @example
 * ```ts
 * const labels = await readLabels('efficientnet-lite0.labels.txt', 1000);
 * ```
 */
export async function readLabels(file: string, count?: number): Promise<string[]> {
  checkString(file, 'file');
  if (count !== undefined) checkInteger(count, 'count', 1);
  // The decoder removes a byte order mark; empty lines at the end are not labels.
  const text = new TextDecoder().decode(await readRegular(file, 'labels file')).replace(/\s+$/, '');
  const labels = text === '' ? [] : text.split('\n').map((line) => line.trim());
  if (count !== undefined && labels.length !== count) {
    throw errorOf(
      'SHAPE_MISMATCH',
      `Expected ${count} labels in ${file}, one per line, received ${labels.length}; use the labels that the network was trained with`,
    );
  }
  return labels;
}
