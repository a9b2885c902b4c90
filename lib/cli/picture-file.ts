import { writeFile } from 'node:fs/promises';
import { errorOf } from '../errors';
import { drawLayers, largestPicture, type ExecutedLayer } from '../model-optimizer';
import { written } from './command';

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
  await written(file, writeFile(file, await drawLayers(layers, deviceOf)));
}
