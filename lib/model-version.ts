import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorOf, isOwnError } from './errors';

/** ModelProto.opset_import and OperatorSetIdProto.version of ONNX. */
const [operatorSets, version] = [8, 2];

/** ONNX is at some thirty. */
const highest = 100_000n;

/** What is beyond is left to the runtime. */
const mostFields = 100_000;

/** An operator set has two. */
const fewFields = 16;

/** Gives so many bytes from a place on, or those that are left. */
type Read = (position: number, length: number) => Buffer;

interface Field {
  number: number;
  /** Of a plain number. */
  value: bigint | undefined;
  /** Of a message, where its content begins and ends. */
  begin: number;
  end: number;
}

/** A number in groups of seven bits, and where it ends; undefined where there is none. */
function readVarint(read: Read, position: number): { value: bigint; end: number } | undefined {
  const bytes = read(position, 10);
  const length = bytes.findIndex((byte) => byte < 0x80) + 1;
  if (length === 0) return undefined;
  let value = 0n;
  for (let i = length - 1; i >= 0; i -= 1) value = (value << 7n) | BigInt((bytes[i] ?? 0) & 0x7f);
  return { value, end: position + length };
}

/** The fields between two places, as far as they can be understood, and no more than so many. */
function* fieldsIn(read: Read, begin: number, end: number, most: number): Generator<Field> {
  for (let position = begin, left = most; position < end && left > 0; left -= 1) {
    const tag = readVarint(read, position);
    if (tag === undefined) return;
    const number = Number(tag.value >> 3n);
    const kind = Number(tag.value & 7n);
    const first = kind === 0 || kind === 2 ? readVarint(read, tag.end) : undefined;
    if (kind === 1) position = tag.end + 8;
    else if (kind === 5) position = tag.end + 4;
    else if (first === undefined) return;
    else position = first.end + (kind === 2 ? Number(first.value) : 0);
    yield {
      number,
      value: kind === 0 ? first?.value : undefined,
      begin: first?.end ?? tag.end,
      end: Math.min(position, end),
    };
  }
}

function check(read: Read, size: number, what: string): void {
  for (const field of fieldsIn(read, 0, size, mostFields)) {
    if (field.number !== operatorSets || field.value !== undefined) continue;
    for (const { number, value } of fieldsIn(read, field.begin, field.end, fewFields)) {
      if (number !== version || value === undefined || value <= highest) continue;
      throw errorOf(
        'NETWORK_NOT_READ',
        `Cannot read ${what}: it is damaged, for it asks for version ${BigInt.asIntN(64, value)} of its operators`,
      );
    }
  }
}

/**
 * Refuses an ONNX model in memory that asks for a version of operators that cannot be. The runtime would
 * look for that version, the one before and so on, for years.
 *
 * @throws OpenVINOError - NETWORK_NOT_READ
 */
export function checkVersion(bytes: Uint8Array, what: string): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Read = (position, length) => buffer.subarray(position, position + length);
  check(read, buffer.length, what);
}

/** Reads a file by pieces that hold many small fields. */
function readerOf(file: number): Read {
  const piece = Buffer.alloc(4096);
  let [start, end] = [0, 0];
  return (position, length) => {
    if (position < start || position + length > end) {
      start = position;
      end = position + readSync(file, piece, 0, piece.length, position);
    }
    return piece.subarray(position - start, Math.min(position + length, end) - start);
  };
}

/**
 * The same for a file.
 *
 * @throws FileError - FILE_NOT_READABLE
 */
export function checkVersionOfFile(path: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    check(readerOf(file), fstatSync(file).size, path);
  } catch (cause) {
    if (isOwnError(cause)) throw cause;
    const { message } = cause as Error;
    throw errorOf('FILE_NOT_READABLE', `Cannot read ${path}: ${message}`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
