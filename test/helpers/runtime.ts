import { readAddonNote } from '../../lib/addon/runtime';

/** The version of the runtime under test. */
export const runtimeVersion = readAddonNote()?.version ?? '';

const numbers = (version: string): number[] => version.split('.').map(Number);

/** Whether the runtime has at least this version. */
export function isSince(version: string): boolean {
  const [here, wanted] = [numbers(runtimeVersion), numbers(version)];
  const at = wanted.findIndex((value, i) => value !== here[i]);
  return at === -1 || (here[at] ?? 0) > (wanted[at] ?? 0);
}

/** `test`, skipped with runtimes before 2026, which behave differently. */
export const testSince2026: jest.It = isSince('2026.0') ? test : test.skip;
