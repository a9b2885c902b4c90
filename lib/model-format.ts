import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { errorOf } from './errors';

/** The formats this package reads, by the runtime's name for each, with their file endings. */
const formats: Readonly<Record<string, readonly string[]>> = {
  ir: ['.xml'],
  onnx: ['.onnx', '.prototxt'],
  tflite: ['.tflite'],
  paddle: ['.pdmodel'],
  tf: ['.pb', '.pbtxt', '.meta'],
};

/** All endings, for messages. */
export const modelEndings = Object.values(formats).flat();

/** The format of a file by its ending; a folder is a TensorFlow SavedModel. */
export function formatOfFile(path: string, isDirectory: boolean): string | undefined {
  if (isDirectory) return 'tf';
  const ending = extname(path).toLowerCase();
  return Object.keys(formats).find((format) => formats[format]?.includes(ending));
}

/** The format of a model in memory: IR is XML, the rest is taken for ONNX. */
export function formatOfBytes(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString(
    'latin1',
  );
  if (head.slice(4, 8) === 'TFL3') {
    throw errorOf(
      'NETWORK_NOT_READ',
      'The runtime reads TensorFlow Lite from files only; write the bytes to a file ending in .tflite and give its path',
    );
  }
  return /^(\xef\xbb\xbf)?\s*</.test(head) ? 'ir' : 'onnx';
}

/** Checks that a file or folder is there and may be read; says what is wrong with it if not. */
export function statFile(path: string, what: string): { isDirectory: boolean; isFile: boolean } {
  try {
    accessSync(path, constants.R_OK);
    const stats = statSync(path);
    // The runtime takes a file that cannot be opened, for want of descriptors say, for damaged.
    if (stats.isFile()) closeSync(openSync(path, 'r'));
    return { isDirectory: stats.isDirectory(), isFile: stats.isFile() };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw errorOf('FILE_NOT_FOUND', `There is no ${what} ${path}`, { cause });
    throw errorOf(
      'FILE_NOT_READABLE',
      `Cannot read the ${what} ${path}: ${code ?? String(cause)}`,
      { cause },
    );
  }
}
