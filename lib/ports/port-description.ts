/** Describes the inputs and outputs of a loaded network in read-only records. */
import { readOnlyRecord, readOnlyNames } from '../base/guarded-records';
import { errorOf, type OpenVINOError } from '../errors';
import type { TensorDesc } from '../tensor/tensor';
import type { Port } from './port';
import type { NameTable } from './name-table';
import { plainDims } from '../tensor/dims';

/** An input or output of a loaded network. */
export interface PortDescription {
  readonly name: string;
  readonly precision: TensorDesc['precision'];
  readonly layout: TensorDesc['layout'];
  /** The dimensions in the order of `layout`; -1 where a dimension may vary. */
  readonly shape: readonly number[];
  readonly tensorDesc: TensorDesc;
}

/** The member of a network that lists its inputs or its outputs. */
type Kind = 'inputInfo' | 'outputs';

/** Makes a description that throws on each write, in sloppy mode code too. */
function describePort(kind: Kind, port: Port): PortDescription {
  const { name, precision, layout, dims } = port;
  const shape = plainDims(dims);
  const refuse = (property: string): OpenVINOError =>
    errorOf(
      'INVALID_ARGUMENT',
      `Cannot set ${property} of '${name}': the network is loaded; set net.${kind}['${name}'].${property} before loadNetwork`,
    );
  const tensorDesc = readOnlyRecord({ precision, dims: shape, layout }, refuse);
  return readOnlyRecord({ name, precision, layout, shape, tensorDesc }, refuse);
}

/** The descriptions of all inputs or all outputs, by name. */
export function describePorts(
  kind: Kind,
  table: NameTable<Port>,
): Readonly<Record<string, PortDescription>> {
  return readOnlyNames(
    table.record((port) => describePort(kind, port)),
    (name) =>
      errorOf(
        'INVALID_ARGUMENT',
        `Cannot replace ${kind} '${name}': the network is loaded; set net.${kind} before loadNetwork`,
      ),
    (name) => table.unknown(name),
  );
}
