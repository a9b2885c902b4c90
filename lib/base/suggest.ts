import { distance } from 'fastest-levenshtein';

interface Candidate {
  readonly name: string;
  /** Edits that turn one name into the other, in any case of letters. */
  readonly edits: number;
}

const sorted = (text: string): string => [...text].sort().join('');

/** Edits between two names; two letters that changed places are one. */
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

/** The `count` known names that are most like an unknown one, the most similar first. */
export function nearest(name: string, names: Iterable<string>, count = 3): string[] {
  return byDistance(name, names)
    .slice(0, count)
    .map((candidate) => candidate.name);
}

/**
 * The question at the end of an error message, `; did you mean 'U8'?`; empty where no known name is
 * close enough to be meant. Upper and lower case count as equal; a third of the letters may differ.
 *
 * @param value - what the caller passed; only strings are compared
 */
export function didYouMean(value: unknown, names: Iterable<string>): string {
  if (typeof value !== 'string' || value === '') return '';
  const [best] = byDistance(value, names);
  if (best === undefined) return '';
  const longer = Math.max(value.length, best.name.length);
  return best.edits <= Math.max(1, Math.round(longer / 3)) ? `; did you mean '${best.name}'?` : '';
}
