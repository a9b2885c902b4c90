/** Writes the graph of a network's layers as an SVG image, for `mo --report` and `query --picture`. */

import { errorOf } from '../../errors';
import { writeAtomically } from '../../base/atomic-files';
import { drawLayers, largestPicture, type ExecutedLayer } from '../../model-optimizer';
import { isConstant } from '../../model-optimizer/layers';

/**
 * Writes the image.
 *
 * @param deviceOf - device of each layer, by layer name
 * @throws ArgumentError - INVALID_ARGUMENT for a graph that is too large to be legible
 */
export async function writeGraphImage(
  file: string,
  layers: readonly ExecutedLayer[],
  deviceOf?: Readonly<Record<string, string>>,
): Promise<void> {
  const count = layers.filter((layer) => !isConstant(layer)).length;
  if (count > largestPicture) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected at most ${largestPicture} layers for an image of the graph, but the network has ${count}`,
    );
  }
  await writeAtomically(file, await drawLayers(layers, deviceOf));
}
