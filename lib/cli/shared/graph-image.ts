import { errorOf } from '../../errors';
import { writeFresh } from '../../base/fresh-files';
import { drawLayers, largestPicture, type ExecutedLayer } from '../../model-optimizer';

/** Writes a picture (SVG) of layers, if they are few enough for one. */
export async function writePicture(
  file: string,
  layers: readonly ExecutedLayer[],
  deviceOf?: Readonly<Record<string, string>>,
): Promise<void> {
  const count = layers.filter(({ type }) => !/^Const(ant)?$/.test(type)).length;
  if (count > largestPicture) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected at most ${largestPicture} layers for a picture, the network has ${count}`,
    );
  }
  await writeFresh(file, await drawLayers(layers, deviceOf));
}
