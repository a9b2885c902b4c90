/** Finds the input or output of a request that a name stands for. */
import { show } from '../base/check';
import { didYouMean } from '../base/suggest';
import { errorOf } from '../errors';
import type { Inference } from './inference';
import type { InputSlot } from './input-slot';
import type { OutputSlot } from './output-slot';

/**
 * Finds an input or output by its name, else by a tensor name. If an output returns an input unchanged, under the
 * same name, both are one tensor, and the input is found.
 *
 * @throws ArgumentError - UNKNOWN_NAME if there is none, or more than one
 */
export function findSlot(inference: Inference, name: string): InputSlot | OutputSlot {
  const { inputs, outputs } = inference;
  const [input, output] = [inputs.named(name), outputs.named(name)];
  if (input !== undefined && output !== undefined) {
    const isSameTensor = input.aliases.some((alias) => output.aliases.includes(alias));
    if (isSameTensor) return inference.input(input);
    throw errorOf(
      'UNKNOWN_NAME',
      `An input and an output are both named ${show(name)}; use inputBlobs or outputBlobs, or a tensor name`,
    );
  }
  const foundInput = input ?? (output === undefined ? inputs.find(name) : undefined);
  if (foundInput !== undefined) return inference.input(foundInput);
  const foundOutput = output ?? outputs.find(name);
  if (foundOutput !== undefined) return inference.output(foundOutput);
  const all = [...inputs.names, ...outputs.names];
  throw errorOf(
    'UNKNOWN_NAME',
    `There is no input or output named ${show(name)}; there are: ${all.join(', ')}${didYouMean(name, all)}`,
  );
}
