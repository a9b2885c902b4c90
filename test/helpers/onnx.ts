/** Builds ONNX models from protobuf messages, without the onnx package. */

/** A number as a varint: groups of seven bits. */
export function varint(value: bigint | number): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]);
}

/** A field that contains a number. */
export const plain = (field: number, value: bigint | number): Buffer =>
  Buffer.concat([varint(field << 3), varint(value)]);

/** A field that contains a message, text or bytes. */
export function message(field: number, ...content: readonly (Buffer | string)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part as string)));
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** A key and a value that tell where the values of a tensor are. */
export const externalEntry = (key: string, value: string): Buffer =>
  message(13, message(1, key), message(2, value));

/** Marks the values of a tensor as stored in another file. */
export const external = (location: string): Buffer =>
  Buffer.concat([externalEntry('location', location), plain(14, 1)]);

/** A model with this graph. */
export const onnxModel = (...graph: readonly Buffer[]): Buffer =>
  Buffer.concat([
    plain(1, 8),
    message(8, message(1, ''), plain(2, 13)),
    message(7, message(2, 'graph'), ...graph),
  ]);

/** A model whose output `y` is the bytes of a file. */
export function revealing(location: string, count: number, ...more: readonly Buffer[]): Buffer {
  const [name, type] = [message(8, 'w'), plain(2, 2)];
  const shape = message(2, message(1, plain(1, count)));
  return onnxModel(
    message(1, message(1, 'w'), message(2, 'y'), message(4, 'Identity')),
    message(5, plain(1, count), type, name, external(location), ...more),
    message(12, message(1, 'y'), message(2, message(1, plain(1, 2), shape))),
  );
}
