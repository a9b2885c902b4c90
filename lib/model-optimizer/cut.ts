/** Finds the tensors at which the converted network begins and ends. */

import { loadAddon } from '../addon/loader';
import type {
  NativeInputChange,
  NativeNetwork,
  NativeOperation,
  NativeConversionPlan,
  NativePort,
  NativeTensors,
} from '../addon/native-types';
import { toNativeDims } from '../tensor/reshape';
import { formatOfFile } from '../read/format';
import { withUniqueNames } from '../ports/unique-names';
import type { ConvertOptions, InputChange } from './options';
import { readPlaceName } from './place-name';
import { Places, type SourceOperations } from './places';

type NativeOutputs = NativeConversionPlan['outputs'];

function toInputChange(item: string | InputChange): InputChange {
  return typeof item === 'string' ? { name: item } : item;
}

function toNativeInput(change: InputChange, places: Places): NativeInputChange {
  const at = places.find(change.name, 'inputs');
  const { name, tensors } = places.namesAt(at);
  const [plain] = readPlaceName(change.name);
  const own = plain?.name ?? change.name;
  const [first = name] = [...tensors].sort();
  return {
    ...at,
    name: tensors.includes(own) ? own : first,
    aliases: [...new Set([...tensors, own])],
    shape: change.shape === undefined ? null : toNativeDims(change.shape, `the shape of '${own}'`),
    type: change.precision ?? null,
    value: change.value?.map(String) ?? null,
  };
}

/** Lists the inputs, frozen ones included; returns null to keep the model's own. */
function inputsOf(
  { input, freeze = {} }: ConvertOptions,
  own: readonly NativePort[],
  places: Places,
): NativeInputChange[] | null {
  const frozen = Object.entries(freeze).map(([name, value]) => ({ name, value }));
  if (input === undefined && frozen.length === 0) return null;
  const kept = input?.map(toInputChange) ?? own.map(({ name }): InputChange => ({ name }));
  const all = [...kept, ...frozen].map((change) => toNativeInput(change, places));
  // A frozen input comes last, so it replaces an entry for the same tensor.
  const byPlace = new Map(all.map((change) => [`${change.operation}:${change.port}`, change]));
  return [...byPlace.values()];
}

/**
 * Lists the outputs; returns null to keep the model's own.
 *
 * @param keepsNames - false if the frontend names the operation of an output after its tensor
 */
function outputsOf({ output }: ConvertOptions, places: Places, keepsNames: boolean): NativeOutputs {
  if (output === undefined) return null;
  return output.map((name) => {
    const at = places.find(name, 'outputs');
    const [tensor = ''] = [...places.namesAt(at).tensors].sort();
    return { ...at, name: keepsNames || places.outputsAt(at) > 1 ? '' : tensor };
  });
}

/** Asks the model file for the operations that the options name; the runtime may have renamed them. */
async function findSourceOperations(
  file: string | undefined,
  { input = [], output = [], freeze = {} }: ConvertOptions,
  operations: readonly NativeOperation[],
): Promise<SourceOperations> {
  const texts = [
    ...output,
    ...input.map((item) => toInputChange(item).name),
    ...Object.keys(freeze),
  ];
  const format = file === undefined ? undefined : formatOfFile(file, false);
  if (file === undefined || format === undefined || format === 'ir' || texts.length === 0)
    return new Map();
  const names = [...new Set(texts.flatMap((text) => readPlaceName(text).map(({ name }) => name)))];
  const found = await loadAddon().operationTensors(
    file,
    format,
    names,
    operations.flatMap(({ tensors }) => tensors.flat()),
    false,
  );
  return new Map(
    names.flatMap((name, i): [string, NativeTensors][] => {
      const tensors = found[i];
      return tensors === undefined || tensors === null ? [] : [[name, tensors]];
    }),
  );
}

/**
 * Translates the options `input`, `freeze` and `output` into positions in the graph.
 *
 * @param file - the model file; undefined for a network that was read before
 * @throws ArgumentError - UNKNOWN_NAME with the nearest names
 */
export async function findCut(
  options: ConvertOptions,
  network: NativeNetwork,
  file: string | undefined,
): Promise<Pick<NativeConversionPlan, 'inputs' | 'outputs'>> {
  const operations = network.operations();
  const source = await findSourceOperations(file, options, operations);
  const places = new Places(operations, source);
  const keepsNames = file === undefined || formatOfFile(file, false) === 'ir';
  const outputs = outputsOf(options, places, keepsNames);
  return { inputs: inputsOf(options, withUniqueNames(network.inputs()), places), outputs };
}
