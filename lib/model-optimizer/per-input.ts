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
        `Expected ${what} for each of the ${inputs.length} inputs, received ${list.length}; put a name before each: ${inputs.map(({ name }) => name).join(', ')}`,
      );
    }
    return inputs.map((_, i) => list[i]);
  }
  const record = readRecord(values, what, 'a list, a list for each input, or a record by names');
  const given = new NameTable('input', inputs).byItem(Object.entries(record as Record<string, T>));
  return inputs.map((input) => given.get(input));
}
