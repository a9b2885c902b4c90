/** Recognizes objects made by another installed copy of this package, which cannot be used here. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';

/** The property in which a class records its copy of the package; the symbol is the same in all copies. */
const mark = Symbol.for('openvino-iecore.copy');

/** The folder of this copy's compiled modules. */
export const modulesFolder = join(__dirname, '..');

interface Copy {
  readonly className: string;
  /** The folder of its modules. */
  readonly folder: string;
}

/** Marks the objects of a class as made by this copy of the package. */
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
 * Describes the copy of the package that made an object; undefined for all other values. Call it only for values that
 * this copy has not made.
 */
export function describeCopy(value: unknown): string | undefined {
  // Reading a property of a proxy would run the caller's code.
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  const { [mark]: copy } = value as { readonly [mark]?: Copy };
  if (typeof copy?.className !== 'string' || typeof copy.folder !== 'string') return undefined;
  const again = copy.folder === modulesFolder ? ', loaded a second time' : '';
  return `${copy.className} of the copy of openvino-iecore in ${copy.folder} (version ${versionIn(copy.folder)})${again}`;
}
