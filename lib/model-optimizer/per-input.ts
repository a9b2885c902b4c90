/** Assigns values that an option gives for one input, for all in order, or by name. */

import { readRecord } from '../base/check';
import { errorOf } from '../errors';
import type { NativePort } from '../addon/native-types';
import { NameTable } from '../ports/name-table';
import type { ByInput } from './options';

/**
 * Returns the value of each input; undefined for an input that has none.
 *
 * @param what - the values in error messages, such as 'mean values'
 * @param isOne - whether something is the value of a single input
 * @throws ArgumentError - INVALID_ARGUMENT for a wrong number of values, UNKNOWN_NAME
 */
export function valuesByInput<T>(
  values: ByInput<T> | undefined,
  what: string,
  isOne: (values: unknown) => boolean,
  inputs: readonly NativePort[],
): (T | undefined)[] {
  if (values === undefined) return inputs.map(() => undefined);
  if (isOne(values) || Array.isArray(values)) {
    const list = (isOne(values) ? [values] : values) as readonly T[];
    if (list.length !== inputs.length) {
      throw errorOf(
        'INVALID_ARGUMENT',
        `Expected ${what} for each of the ${inputs.length} inputs, received ${list.length}; to give values for some inputs only, use their names: ${inputs.map(({ name }) => name).join(', ')}`,
      );
    }
    return inputs.map((_, i) => list[i]);
  }
  const record = readRecord(
    values,
    what,
    'one value, a list with one for each input, or a record by input name',
  ) as Record<string, T>;
  const given = new NameTable('input', inputs).byItem(Object.entries(record));
  return inputs.map((input) => given.get(input));
}
