/** Tells objects of another copy of the package, which look right and do not work here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';

/** Where a class keeps which copy it is of: one symbol for all copies. */
const mark = Symbol.for('openvino-iecore.copy');

/** The folder of this copy's compiled modules. */
export const modulesFolder = join(__dirname, '..');

interface Copy {
  readonly className: string;
  /** The folder of its modules. */
  readonly folder: string;
}

/** Marks the objects of a class as made by this copy. */
export function markClass(ours: { readonly name: string; readonly prototype: object }): void {
  const copy: Copy = { className: ours.name, folder: modulesFolder };
  Object.defineProperty(ours.prototype, mark, { value: copy });
}

function versionIn(folder: string): string {
  try {
    const text = readFileSync(join(folder, '..', 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

/**
 * Which copy of the package made an object; undefined for what none made. Only for objects that are not
 * this copy's own.
 */
export function describeCopy(value: unknown): string | undefined {
  // A proxy would run code of the caller's.
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  const { [mark]: copy } = value as { readonly [mark]?: Copy };
  if (typeof copy?.className !== 'string' || typeof copy.folder !== 'string') return undefined;
  const again = copy.folder === modulesFolder ? ', loaded a second time' : '';
  return `${copy.className} of the copy of openvino-iecore in ${copy.folder} (version ${versionIn(copy.folder)})${again}`;
}
