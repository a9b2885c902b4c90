/** Finds the tensors of a graph by the names that users give them. */

import { errorOf } from '../errors';
import type { NativeOperation, NativePosition, NativeTensors } from '../addon/native-types';
import { nearest } from '../base/suggest';
import { readPlaceName, type PlaceName } from './place-name';

/** Operations of the model file by name, each with the names of its input and output tensors. */
export type SourceOperations = ReadonlyMap<string, NativeTensors>;

/** The tensors of a graph, each found by its own names and by its operation's name. */
export class Places {
  readonly #operations: readonly NativeOperation[];
  readonly #source: SourceOperations;
  readonly #byName = new Map<string, number[]>();
  readonly #byTensor = new Map<string, NativePosition>();

  /**
   * @param operations - the operations of the graph, as the runtime read it
   * @param source - the operations of the model file that may have other names in the graph
   */
  constructor(operations: readonly NativeOperation[], source: SourceOperations) {
    this.#operations = operations;
    this.#source = source;
    operations.forEach(({ name, type, tensors }, operation) => {
      if (type === 'Result') return;
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), operation]);
      tensors.forEach((names, port) => {
        for (const tensor of names) this.#byTensor.set(tensor, { operation, port });
      });
    });
  }

  /** Finds an operation by name. If several have the name, the error lists their tensors. */
  #operation(name: string): number | undefined {
    const [first, ...others] = this.#byName.get(name) ?? [];
    if (first === undefined || others.length === 0) return first;
    const tensors = [first, ...others].flatMap((i) => this.#operations[i]?.tensors.flat() ?? []);
    throw errorOf(
      'UNKNOWN_NAME',
      `${others.length + 1} operations of the model are named '${name}'${tensors.length > 0 ? `; name a tensor instead: ${tensors.join(', ')}` : ''}`,
    );
  }

  #tensor(names: readonly string[]): NativePosition | undefined {
    return names.map((name) => this.#byTensor.get(name)).find((place) => place !== undefined);
  }

  /** Finds the tensor at an input or output port of an operation. */
  #port(name: string, side: 'inputs' | 'outputs', port: number): NativePosition | undefined {
    const source = this.#source.get(name)?.[side][port];
    if (source !== undefined) return this.#tensor(source);
    const operation = this.#operation(name);
    if (operation === undefined) return undefined;
    const known = this.#operations[operation];
    if (side === 'inputs') return known?.sources[port];
    return port < (known?.outputs ?? 0) ? { operation, port } : undefined;
  }

  #read(place: PlaceName, side: 'inputs' | 'outputs'): NativePosition | undefined {
    const { name, inputPort, outputPort } = place;
    if (inputPort !== undefined) return this.#port(name, 'inputs', inputPort);
    if (outputPort !== undefined) return this.#port(name, 'outputs', outputPort);
    const tensor = this.#byTensor.get(name);
    if (tensor !== undefined) return tensor;
    const operation = this.#operation(name);
    // An operation without inputs, such as a Parameter, can only mean its own output.
    const isSource = operation !== undefined && this.#operations[operation]?.sources.length === 0;
    return this.#port(name, isSource ? 'outputs' : side, 0);
  }

  /**
   * Finds a tensor by the name of a tensor or operation, with or without a port.
   *
   * @param side - which tensor an operation without a port means: its first input or first output
   * @throws ArgumentError - UNKNOWN_NAME with the nearest names
   */
  find(text: string, side: 'inputs' | 'outputs'): NativePosition {
    for (const reading of readPlaceName(text)) {
      const place = this.#read(reading, side);
      if (place !== undefined) return place;
    }
    const all = [...this.#byName.keys(), ...this.#byTensor.keys(), ...this.#source.keys()];
    const near = nearest(text, all);
    throw errorOf(
      'UNKNOWN_NAME',
      `There is no operation or tensor '${text}' in the model${near.length > 0 ? `; the nearest names are: ${near.join(', ')}` : ''}`,
    );
  }

  /** Returns the name of the operation that computes a tensor, and the names of the tensor. */
  namesAt({ operation, port }: NativePosition): { name: string; tensors: readonly string[] } {
    const known = this.#operations[operation];
    return { name: known?.name ?? '', tensors: known?.tensors[port] ?? [] };
  }

  /** Returns how many outputs the operation at a position has. */
  outputsAt({ operation }: NativePosition): number {
    return this.#operations[operation]?.outputs ?? 1;
  }
}
