/** The table of the flags of `iecore query`. */

import { InvalidArgumentError } from 'commander';
import { boolean, defaultTo, integer, option, required, text } from '../../base/option-table';
import type { CommandTable, CommandValues } from '../shared/command-options';

/** Reads `layer=device` and adds it to the pairs before it; the name of the layer may contain `=`. */
function addPair(pair: string, before: unknown): Record<string, string> {
  const at = pair.lastIndexOf('=');
  if (at < 1 || at === pair.length - 1)
    throw new InvalidArgumentError('Expected layer=device, such as conv1=GPU.');
  return {
    ...(before as Record<string, string> | undefined),
    [pair.slice(0, at)]: pair.slice(at + 1),
  };
}

/** All flags; `run` gets the values by these names. */
export const queryFlags = {
  model: {
    flags: '-m, --model <file>',
    help: 'network to query: .xml, .onnx, …',
    takes: required(text()),
  },
  device: {
    flags: '-d, --device <name>',
    help: 'device to query',
    takes: defaultTo(text(), 'CPU'),
  },
  affinity: {
    flags: '--affinity <layer=device>',
    help: 'assign a layer to a device; may be repeated',
    takes: {
      ...option('layer=device', (pairs) => pairs as Readonly<Record<string, string>>),
      fromText: addPair,
    },
  },
  affinityFile: {
    flags: '--affinity-file <file>',
    help: 'devices of many layers, as JSON: {"layer": "device"}',
    takes: text(),
  },
  perf: { flags: '--perf', help: 'run the network and time each executed layer', takes: boolean() },
  iterations: {
    flags: '--niter <number>',
    help: 'number of inferences with --perf',
    takes: defaultTo(integer(1), 10),
  },
  picture: {
    flags: '--picture <file>',
    help: 'draw the layers and their devices (.svg)',
    takes: text(),
  },
} satisfies CommandTable;

/** The values of the flags. */
export type QueryValues = CommandValues<typeof queryFlags>;
