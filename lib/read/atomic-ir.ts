/** Writes an IR: the graph (.xml) and the weights (.bin), both or neither. */
import { promises, readFileSync, statSync } from 'node:fs';
import type { NativeNetwork } from '../addon/native-types';
import { checkString, invalid } from '../base/check';
import { AtomicFiles } from '../base/atomic-files';
import { step, type Operation } from '../base/operation';

/** Whether a graph is complete, and weights of this length in bytes contain all parts that it refers to. */
function isWhole(graph: string, weights: number): boolean {
  let length = 0;
  for (const [, offset, size] of graph.matchAll(/ offset="(\d+)" size="(\d+)"/g))
    length = Math.max(length, Number(offset) + Number(size));
  return graph.trimEnd().endsWith('</net>') && weights >= length;
}

/** The files of an IR: weights first, so that a graph is never in place without its weights. */
export class AtomicIr extends AtomicFiles {
  /** @param bin - default: the path of the graph with the extension .bin */
  constructor(xml: string, bin?: string) {
    checkString(xml, 'xml');
    if (!xml.endsWith('.xml')) throw invalid('xml', 'a path that ends in .xml', xml);
    if (bin !== undefined) checkString(bin, 'bin');
    super(bin ?? `${xml.slice(0, -4)}.bin`, xml);
  }

  /** Moves the files into place if they are complete: runtimes before 2026.1 do not detect failed writes. */
  override *moveIntoPlace(): Operation<void> {
    const [bin, xml] = this.paths as [string, string];
    const graph = yield* step((sync) =>
      sync ? readFileSync(xml, 'latin1') : promises.readFile(xml, 'latin1'),
    );
    const { size } = yield* step((sync) => (sync ? statSync(bin) : promises.stat(bin)));
    if (!isWhole(graph, size)) throw new Error(AtomicFiles.incomplete);
    yield* super.moveIntoPlace();
  }
}

/**
 * Writes a network as IR: to temporary files first, which are then moved into place.
 *
 * @throws FileError - FILE_NOT_WRITABLE
 */
export function* writeIr(
  network: NativeNetwork,
  xml: string,
  bin: string | undefined,
): Operation<void> {
  const files = new AtomicIr(xml, bin);
  const [weights, graph] = files.paths as [string, string];
  try {
    yield* step((sync) => network.serialize(graph, weights, sync));
    yield* files.moveIntoPlace();
  } catch (error) {
    throw files.discard(error);
  }
}
