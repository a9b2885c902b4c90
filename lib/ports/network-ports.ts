/** The table of a loaded network's inputs and outputs: made at loading, and kept as JSON in exported files. */
import type { NativeExecutableNetwork, NativePort } from '../addon/native-types';
import { defaultLayout, isLayout } from '../tensor/layout';
import type { LoadedPort, Port, InputPort, LoadedInput } from './port';
import { plainDims } from '../tensor/dims';
import { precisionOf } from '../tensor/precision';
import { bytesOf } from '../base/typed-array';
import { withUniqueNames } from './unique-names';
import { readPreProcess } from './preprocess';
import { isValueRule } from './value-rules';

/** The inputs and outputs of a loaded network, under the names, precisions and layouts that its user set. */
export interface NetworkPorts {
  inputs: InputPort[];
  outputs: Port[];
  /** Whether the duration of an inference is independent of the input values; unknown counts as no. */
  steady?: boolean;
}

/** The ports of a network that was compiled here: with the dimensions of the compiled graph and the user's settings. */
export function compiledPorts(
  native: NativeExecutableNetwork,
  known: { inputs: readonly LoadedInput[]; outputs: readonly LoadedPort[] },
): NetworkPorts {
  const { steady, rules } = native.facts();
  const withDims = <T extends LoadedPort>(
    ports: readonly NativePort[],
    loaded: readonly T[],
  ): (T & Port)[] => ports.map(({ dims }, index) => ({ ...(loaded[index] as T), index, dims }));
  return {
    inputs: withDims(native.inputs(), known.inputs).map((port) => ({
      ...port,
      rules: rules.filter(({ input }) => input === port.index),
    })),
    outputs: withDims(native.outputs(), known.outputs),
    steady,
  };
}

function toPort(index: number, port: NativePort): Port {
  return {
    index,
    name: port.name,
    aliases: port.aliases,
    precision: precisionOf(port.element),
    layout: defaultLayout(port.layout, port.dims === null ? null : plainDims(port.dims)),
    dims: port.dims,
  };
}

/** The ports of a network that another tool exported: only the compiled graph describes them. */
export function importedPorts(native: NativeExecutableNetwork): NetworkPorts {
  return {
    inputs: withUniqueNames(native.inputs()).map((port, i) => ({
      ...toPort(i, port),
      preProcess: readPreProcess({}, 'preProcess'),
    })),
    outputs: withUniqueNames(native.outputs()).map((port, i) => toPort(i, port)),
  };
}

/** Writes ports as JSON; the FP32 numbers of mean images become base64 text. */
export function portsToJson(ports: NetworkPorts): string {
  return JSON.stringify(ports, (_, value: unknown) =>
    value instanceof Float32Array
      ? { float32: Buffer.from(bytesOf(value)).toString('base64') }
      : value,
  );
}

function fromJson(_: string, value: unknown): unknown {
  const { float32 } = Object(value) as { float32?: unknown };
  return typeof float32 === 'string'
    ? new Float32Array(Uint8Array.from(Buffer.from(float32, 'base64')).buffer)
    : value;
}

function isDim(dim: unknown): boolean {
  return typeof dim === 'number' || (Array.isArray(dim) && dim.length === 2 && dim.every(isDim));
}

function isPort(value: unknown, index: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const port = value as Readonly<Record<keyof Port, unknown>>;
  return (
    port.index === index &&
    typeof port.name === 'string' &&
    Array.isArray(port.aliases) &&
    port.aliases.every((alias) => typeof alias === 'string') &&
    typeof port.precision === 'string' &&
    isLayout(port.layout) &&
    (port.dims === null || (Array.isArray(port.dims) && port.dims.every(isDim))) &&
    (port.rules === undefined || (Array.isArray(port.rules) && port.rules.every(isValueRule)))
  );
}

function haveUniqueNames(ports: readonly Port[]): boolean {
  return new Set(ports.map(({ name }) => name)).size === ports.length;
}

/** Reads the JSON that `portsToJson` wrote; throws a plain error for any other text. */
export function portsFromJson(json: string): NetworkPorts {
  const ports: unknown = JSON.parse(json, fromJson);
  const { inputs, outputs, steady } = Object(ports) as Record<keyof NetworkPorts, unknown>;
  for (const list of [inputs, outputs])
    if (!Array.isArray(list) || !list.every(isPort) || !haveUniqueNames(list))
      throw new Error('Expected a table of inputs and outputs with different names');
  if (!['boolean', 'undefined'].includes(typeof steady))
    throw new Error('Expected a boolean for steady');
  // Files of earlier versions contain no preprocessing.
  const withPreProcess = (inputs as (Port & { preProcess?: unknown })[]).map((port) => ({
    ...port,
    preProcess: readPreProcess(port.preProcess ?? {}, 'preProcess'),
  }));
  return { ...(ports as NetworkPorts), inputs: withPreProcess };
}
