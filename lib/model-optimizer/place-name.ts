/** Reads the name of a tensor or operation as a user writes it, with or without a port. */

/** A name with the input or output port that it selects, if any. */
export interface PlaceName {
  name: string;
  inputPort?: number;
  outputPort?: number;
}

/**
 * Lists the possible meanings of a name with colons, the most likely first: the whole text as a name,
 * `port:name` for an input of an operation, `name:port` for an output.
 */
export function readPlaceName(text: string): PlaceName[] {
  const withInputPort = /^(\d+):(.+)$/s.exec(text);
  const withOutputPort = /^(.+):(\d+)$/s.exec(text);
  return [
    { name: text },
    ...(withInputPort
      ? [{ name: withInputPort[2] as string, inputPort: Number(withInputPort[1]) }]
      : []),
    ...(withOutputPort
      ? [{ name: withOutputPort[1] as string, outputPort: Number(withOutputPort[2]) }]
      : []),
  ];
}
