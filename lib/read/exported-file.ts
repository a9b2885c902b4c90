/** Exported networks: writes a compiled network and its ports to a file, and takes such a file apart. */
import { loadAddon } from '../addon/loader';
import type { NativeExecutableNetwork } from '../addon/native-types';
import { AtomicFiles } from '../base/atomic-files';
import { step, type Operation } from '../base/operation';
import { copyBytes } from '../base/copy-bytes';
import { readRegular, readRegularSync } from '../base/regular-file';
import { errorOf, translate, type OpenVINOError } from '../errors';
import { portsFromJson, portsToJson, type NetworkPorts } from '../ports/network-ports';
import { isBytes, toPath, viewBytes, type ModelSource } from './source';

/**
 * File format, written by the addon: magic, checksum of all that follows up to the last magic (16 characters),
 * length of the port table in bytes (UInt32, little endian), the port table (JSON), the runtime's blob, magic.
 * The magic at the end shows whether the file is complete.
 */
const magic = Buffer.from('IECOREP2');
const checksumLength = 16;

/** A compiled network in memory, and its ports if this package exported it. */
export interface ExportedNetwork {
  bytes: Uint8Array;
  ports: NetworkPorts | undefined;
}

/** The bytes of an exported network, in memory that no other code can change while the runtime reads it. */
export function* readExported(source: ModelSource): Operation<Uint8Array> {
  const what = 'exported network';
  if (isBytes(source)) {
    const bytes = viewBytes(source, 'model');
    return yield* step((sync) => (sync ? new Uint8Array(bytes) : copyBytes(bytes, 'model')));
  }
  const path = toPath(source, 'model');
  return yield* step<Uint8Array>((sync) =>
    sync ? readRegularSync(path, what) : readRegular(path, what),
  );
}

/** The part of a file between the magics, and the checksum in it; undefined for a file of another tool. */
function openFrame(bytes: Uint8Array): { content: Buffer; expected: string } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = buffer.subarray(0, magic.length).equals(magic);
  const ends = buffer.subarray(-magic.length).equals(magic);
  if (!begins && !ends) return undefined;
  const start = magic.length + checksumLength;
  // A file without one of the magics is damaged: no checksum equals an empty string.
  const expected = begins && ends ? buffer.toString('latin1', magic.length, start) : '';
  return { content: buffer.subarray(start, -magic.length), expected };
}

/**
 * Separates the runtime's bytes from the ports; a file of another tool has no ports. Refuses damaged files of this
 * package, because the runtime may not notice the damage.
 *
 * @param bytes - must not change until the operation ends
 * @throws OpenVINOError - NETWORK_NOT_LOADED
 */
export function* unpackExported(bytes: Uint8Array): Operation<ExportedNetwork> {
  const frame = openFrame(bytes);
  if (frame === undefined) return { bytes, ports: undefined };
  const { content, expected } = frame;
  const checksum = yield* step((sync) => loadAddon().checksum(content, sync));
  if (checksum !== expected)
    throw errorOf('NETWORK_NOT_LOADED', 'The exported network is damaged; export it again');
  const end = 4 + content.readUInt32LE();
  try {
    return { bytes: content.subarray(end), ports: portsFromJson(content.toString('utf8', 4, end)) };
  } catch (cause) {
    throw errorOf(
      'NETWORK_NOT_LOADED',
      'Cannot read the ports in the exported network; export it again with this version',
      { cause },
    );
  }
}

/** Removes the temporary file; returns whether writing the file or exporting the network failed, as an error. */
function exportError(files: AtomicFiles, error: unknown): OpenVINOError {
  const notWritten = files.discard(error);
  const failure = translate(error, 'The device cannot export this network');
  return failure.code === 'FILE_NOT_WRITABLE' ? notWritten : failure;
}

/** Writes a compiled network and its ports: to a temporary file first, which is then moved into place. */
export function* exportNetwork(
  native: NativeExecutableNetwork,
  ports: NetworkPorts,
  file: string,
): Operation<void> {
  const files = new AtomicFiles(file);
  const [path] = files.paths as [string];
  try {
    yield* step((sync) => native.export(path, magic.toString(), portsToJson(ports), sync));
  } catch (error) {
    throw exportError(files, error);
  }
  try {
    yield* files.moveIntoPlace();
  } catch (error) {
    throw files.discard(error);
  }
}
