import { ir, type Layer, type Tensor } from '../../helpers/networks';

export interface Value {
  dims: readonly number[];
  numbers: readonly number[];
}

/** The values of one inference, by input name. */
export type Inputs = Record<string, Value>;

/** A network of an operation whose operands the runtime does not check. */
export interface Case {
  name: string;
  /** The first runtime that computes the operation correctly. Default: every supported one. */
  since?: string;
  model: Buffer;
  /** Precisions of inputs that differ from those in the graph. */
  precisions?: Record<string, string>;
  good: readonly { inputs: Inputs; expected: readonly number[] }[];
  /** Inputs to refuse, with a part of the error's message. */
  bad: readonly { inputs: Inputs; text: string }[];
}

export const i64 = (...dims: number[]): Tensor => ({ dims, element: 'i64' });
export const f32 = (...dims: number[]): Tensor => ({ dims });

/** The weights of every network: integers of 64 bits. */
export const weights = [0, 3, 4];

/** A constant layer: `shape` integers of the weights, from index `first` on. */
function constant(name: string, first: number, shape: readonly number[]): Layer {
  const size = 8 * shape.reduce((count, length) => count * length, 1);
  const data = `element_type="i64" shape="${shape.join(',')}" offset="${8 * first}" size="${size}"`;
  return { name, type: 'Const', data, outputs: [i64(...shape)] };
}

/** The number 0. */
export const zero = constant('zero', 0, []);

/** The list [3, 4]. */
export const threeAndFour = constant('three_and_four', 1, [2]);

/** The list [3, 4] as a matrix of one row. */
export const threeAndFourInRow = constant('three_and_four', 1, [1, 2]);

/** A network of one operation: `sources` are its inputs, in order; its first output is the result. */
export function network(
  layer: Omit<Layer, 'name' | 'inputs'>,
  ...sources: readonly Layer[]
): Buffer {
  const at = sources.length;
  return ir(
    [
      ...sources,
      { name: 'op', ...layer, inputs: sources.map(({ outputs }) => outputs![0]!) },
      { name: 'result', type: 'Result', inputs: layer.outputs!.slice(0, 1) },
    ],
    [...sources.map((_, i) => [i, 0, at, i]), [at, at, at + 1, 0]],
  );
}

export const numbers = (dims: readonly number[], ...list: number[]): Value => ({
  dims,
  numbers: list,
});
export const scalar = (value: number): Value => numbers([], value);
export const list = (...values: number[]): Value => numbers([values.length], ...values);

/** An integer whose lower 32 bits, which are all that the runtime reads, are 0. */
export const wrapped = 2 ** 32;
