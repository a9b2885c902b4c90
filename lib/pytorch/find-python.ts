/** Finds a Python that has PyTorch and other packages. */

import { checkString } from '../base/check';
import { errorOf } from '../errors';
import { findEnvironment, pythonCommands } from '../setup/scripts';
import { probePython } from './probe-python';

/** A Python with the required packages. */
export interface FoundPython {
  /** Path of the interpreter. */
  python: string;
  /** Its version. */
  version: string;
  /** Versions of the required packages; '?' for a package without a version. */
  packages: Record<string, string>;
  /** Whether it belongs to a virtual environment. */
  virtual: boolean;
  /** The interpreters that were tried before it, each with the reason why it was rejected. */
  rejected: string[];
}

/** Describes the chosen Python, and why those before it were rejected. */
export function describePython({ python, version, packages, rejected }: FoundPython): string {
  const versions = Object.entries(packages).map((entry) => entry.join(' '));
  const chosen = `Using ${python} (Python ${version}, ${versions.join(', ')})`;
  return [chosen, ...rejected.map((line) => `  rejected ${line}`)].join('\n');
}

/** Lists the commands of Pythons outside the package's own environments: `named` alone if it is given. */
export function installedPythons(named: string | undefined): string[] {
  if (named !== undefined) return [named];
  return [...pythonCommands(), ...(process.platform === 'win32' ? [] : ['/usr/bin/python3'])];
}

/** The order of search: the active environment, the one that `iecore setup` made, those on PATH, the system's. */
function candidates(named: string | undefined): string[] {
  const own = named === undefined ? findEnvironment('pytorch') : undefined;
  const installed = installedPythons(named);
  const active = process.env['VIRTUAL_ENV'] === undefined ? 0 : 1;
  return own === undefined
    ? installed
    : [...installed.slice(0, active), own, ...installed.slice(active)];
}

/**
 * Finds a Python that has some packages.
 *
 * @param named - the only interpreter to try
 * @throws LoadError - PYTHON_NOT_FOUND with the packages that each interpreter lacks
 */
export async function findPython(
  packages: readonly string[],
  named?: string,
): Promise<FoundPython> {
  if (named !== undefined) checkString(named, 'python');
  const rejected: string[] = [];
  const seen = new Set<string>();
  for (const python of candidates(named)) {
    const report = await probePython(python, packages);
    if (typeof report === 'string') {
      rejected.push(`${python}: ${report}`);
      continue;
    }
    if (seen.has(report.executable)) continue;
    seen.add(report.executable);
    const missing = packages.filter((name) => typeof report.packages[name] !== 'string');
    if (missing.length === 0) {
      const { version, virtual } = report;
      const found = report.packages as Record<string, string>;
      return { python: report.executable, version, packages: found, virtual, rejected };
    }
    rejected.push(
      `${report.executable} (Python ${report.version}): has no ${missing.join(' and no ')}`,
    );
  }
  throw errorOf(
    'PYTHON_NOT_FOUND',
    [
      `No Python with ${packages.join(' and ')} was found. Tried:`,
      ...rejected.map((line) => `  ${line}`),
      'To make one: npx iecore setup --pytorch. To name one: --python PATH.',
    ].join('\n'),
  );
}
