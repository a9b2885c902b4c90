/** Suggests the known name that an unknown one was probably meant to be. */

import { distance } from 'fastest-levenshtein';

interface Candidate {
  readonly name: string;
  /** Number of edits that turn one name into the other, regardless of upper and lower case. */
  readonly edits: number;
}

const sorted = (text: string): string => [...text].sort().join('');

/** Number of edits between two names; two swapped letters count as one edit. */
function editsBetween(name: string, known: string): number {
  const edits = distance(name, known);
  return edits === 2 && sorted(name) === sorted(known) ? 1 : edits;
}

function byDistance(name: string, names: Iterable<string>): Candidate[] {
  return [...new Set(names)]
    .map((known) => ({
      name: known,
      edits: editsBetween(name.toLowerCase(), known.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
}

/** The `count` known names that are most similar to an unknown one, the most similar first. */
export function nearest(name: string, names: Iterable<string>, count = 3): string[] {
  return byDistance(name, names)
    .slice(0, count)
    .map((candidate) => candidate.name);
}

/**
 * The question at the end of an error message, such as `; did you mean 'U8'?`, or '' if no known name is similar
 * enough. Upper and lower case count as equal; a third of the letters may differ.
 *
 * @param value - the value that the caller passed; only strings are compared
 */
export function didYouMean(value: unknown, names: Iterable<string>): string {
  if (typeof value !== 'string' || value === '') return '';
  const [best] = byDistance(value, names);
  if (best === undefined) return '';
  const longer = Math.max(value.length, best.name.length);
  return best.edits <= Math.max(1, Math.round(longer / 3)) ? `; did you mean '${best.name}'?` : '';
}
