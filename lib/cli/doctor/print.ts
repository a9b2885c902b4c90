/** Prints the report of `iecore doctor`. */

import { listPlaces, type Search } from '../../addon/runtime';
import { print } from '../shared/print';
import type { Check } from './checks';

function textOf({ name, ok, needed, detail, remedy }: Check): string {
  const mark = ok ? 'ok' : needed ? 'MISSING' : 'missing';
  const indent = ' '.repeat(25);
  const lines = [detail, ...(remedy === undefined ? [] : [`→ ${remedy}`])].join('\n').split('\n');
  return `${mark.padEnd(8)} ${name.padEnd(15)} ${lines.join(`\n${indent}`)}`;
}

/** Prints each check, and whether inference can run; with `verbose` also the places without a runtime. */
export function printReport(
  checks: readonly Check[],
  search: Search,
  { ok, verbose }: { ok: boolean; verbose: boolean },
): void {
  for (const check of checks) print(textOf(check));
  if (verbose && search.tried.length > 0)
    print(`\nPlaces without a suitable runtime:\n${listPlaces(search)}`);
  print(
    ok
      ? '\nInference can run.'
      : '\nInference cannot run yet; apply the remedies above from the top.',
  );
}
