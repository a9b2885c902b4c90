import { readFileSync, statSync } from 'node:fs';
import { checkString, invalid } from './check';
import { FreshFiles } from './fresh-files';

/** The files of an IR, weights first: a graph in place always has them. */
export class FreshIr extends FreshFiles {
  /** @param bin - default: beside the graph, ending in .bin */
  constructor(xml: string, bin?: string) {
    checkString(xml, 'xml');
    if (!xml.endsWith('.xml')) throw invalid('xml', 'a path that ends in .xml', xml);
    if (bin !== undefined) checkString(bin, 'bin');
    super(bin ?? `${xml.slice(0, -4)}.bin`, xml);
  }

  /** Moves the files into place, if they are whole: runtimes before 2026.1 do not ask how their streams fared. */
  override commit(): void {
    const [bin, xml] = this.paths as [string, string];
    const graph = readFileSync(xml, 'latin1');
    let length = 0;
    for (const [, offset, size] of graph.matchAll(/ offset="(\d+)" size="(\d+)"/g))
      length = Math.max(length, Number(offset) + Number(size));
    if (!graph.trimEnd().endsWith('</net>') || statSync(bin).size < length)
      throw new Error(FreshFiles.brokenOff);
    super.commit();
  }
}
