/** Sets the shapes, batch size and precisions of a network before it is measured. */

import { readDims } from '../tensor/dims';
import { isList } from '../base/check';
import { errorOf } from '../errors';
import type { IENetwork } from '../network';
import { isFloating } from '../tensor/precision';
import type { Dimension } from '../tensor/reshape';
import { imageAxes } from './input-data';
import type { BenchmarkSettings } from './options';

/** The shape of the only input, or of each input by name. */
function byName<Dim>(
  shapes: Readonly<Record<string, readonly Dim[]>> | readonly Dim[] = {},
  network: IENetwork,
): Readonly<Record<string, readonly Dim[]>> {
  if (!isList(shapes)) return shapes;
  const names = Object.keys(network.inputInfo);
  if (names.length !== 1) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a shape for each input by name, because the network has several inputs: ${names.join(', ')}`,
    );
  }
  return { [names[0] as string]: shapes };
}

/** The batch size of the inferences, and the shapes of the data by input. */
export interface InputShapes {
  batch: number;
  dataShapes: ReadonlyMap<string, readonly number[]>;
}

/** Reshapes a network, and sets its batch size. */
export function setShapes(network: IENetwork, settings: BenchmarkSettings): InputShapes {
  const shapes = byName<Dimension>(settings.shape, network);
  if (Object.keys(shapes).length > 0) network.reshape(shapes);
  if (settings.batch !== undefined) network.batchSize = settings.batch;
  const dataShapes = new Map(
    Object.entries(byName(settings.dataShape, network)).map(([name, dims]) => [
      name,
      readDims(dims, `options.dataShape.${name}`),
    ]),
  );
  const dataBatch = [...dataShapes.values()][0]?.[0];
  return { batch: network.batchSize === -1 ? (dataBatch ?? 1) : network.batchSize, dataShapes };
}

/** Sets the precisions of inputs and outputs; by default inputs of images take bytes. */
export function setPrecisions(
  network: IENetwork,
  { inputPrecision, outputPrecision }: BenchmarkSettings,
): void {
  for (const info of Object.values(network.inputInfo)) {
    const takesImages = imageAxes(info.shape, info.layout) !== undefined;
    if (inputPrecision !== undefined) info.precision = inputPrecision;
    else if (takesImages && isFloating(info.precision)) info.precision = 'U8';
  }
  for (const info of Object.values(network.outputs))
    if (outputPrecision !== undefined) info.precision = outputPrecision;
}

function describePorts(ports: IENetwork['inputInfo'] | IENetwork['outputs']): string[] {
  return Object.values(ports).map(
    ({ name, precision, layout, shape }) =>
      `    ${name} : ${precision} / [${[...layout].join(',')}] / [${shape.map((dim) => (dim < 0 ? '?' : dim)).join(',')}]`,
  );
}

/** The inputs and outputs of a network, in lines as benchmark_app prints them. */
export function describeNetwork({ inputInfo, outputs }: IENetwork): string[] {
  return [
    ...['Model inputs:', ...describePorts(inputInfo)],
    ...['Model outputs:', ...describePorts(outputs)],
  ];
}
