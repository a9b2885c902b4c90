/** Writes a network as IR files, which appear in place only once they are complete. */

import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadAddon } from '../addon/loader';
import type { NativeNetwork } from '../addon/native-types';
import { makeFolder } from '../base/folders';
import { AtomicIr } from '../read/atomic-ir';

/**
 * Writes the graph to a path ending in `.xml` and the weights beside it; makes the folder.
 *
 * @param compressToFp16 - whether FP32 weights are written as FP16
 * @throws FileError - FILE_NOT_WRITABLE; earlier files stay as they were
 */
export async function writeIr(
  network: NativeNetwork,
  xml: string,
  compressToFp16: boolean,
): Promise<void> {
  await makeFolder(dirname(xml));
  const files = new AtomicIr(xml);
  try {
    const [weights, graph] = files.paths as [string, string];
    await loadAddon().saveModel(network, graph, compressToFp16, false);
    // If the .bin path is a symbolic link to another folder, the temporary files are in different folders too.
    const beside = `${graph.slice(0, -4)}.bin`;
    if (beside !== weights) await copyFile(beside, weights);
    await files.commit();
  } catch (error) {
    throw files.discard(error);
  }
}
