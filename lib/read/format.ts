/** The table of model formats, and the files that belong to a model. */
import { readdirSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { errorOf } from '../errors';
import { exists } from '../base/regular-file';

/** The file extensions of each format that this package reads, by the runtime's name of the format. */
const formats: Readonly<Record<string, readonly string[]>> = {
  ir: ['.xml'],
  onnx: ['.onnx', '.prototxt'],
  tflite: ['.tflite'],
  paddle: ['.pdmodel'],
  tf: ['.pb', '.pbtxt', '.meta'],
};

/** All file extensions, for messages. */
export const modelEndings = Object.values(formats).flat();

/** The format of a file by its extension; a folder is a TensorFlow SavedModel. */
export function formatOfFile(path: string, isDirectory: boolean): string | undefined {
  if (isDirectory) return 'tf';
  const ending = extname(path).toLowerCase();
  return Object.keys(formats).find((format) => formats[format]?.includes(ending));
}

/** The format of a model in memory: IR if it is XML, otherwise ONNX. */
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

/** The extension of the weights file that the runtime opens together with a model, by the model's extension. */
const weightsExtension: Readonly<Record<string, string>> = {
  '.xml': '.bin',
  '.pdmodel': '.pdiparams',
};

function filesIn(folder: string, begin = ''): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name.startsWith(begin) && !entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    // Without such a folder there is no file to check.
    return [];
  }
}

/** The files that the runtime opens together with a model, and the purpose of each. */
export function filesBeside(path: string, isFolder: boolean): { file: string; what: string }[] {
  if (isFolder) {
    const needed = 'network: a folder is read as SavedModel, and this one has no';
    const weights = filesIn(join(path, 'variables'));
    return [
      { file: join(path, 'saved_model.pb'), what: needed },
      ...weights.map((file) => ({ file, what: 'weights file' })),
    ];
  }
  const { dir, name, ext } = parse(path);
  const ending = weightsExtension[ext.toLowerCase()];
  const file = join(dir, `${name}${ending}`);
  const files =
    ext.toLowerCase() === '.meta'
      ? filesIn(dir === '' ? '.' : dir, `${name}.`)
      : [file].filter((one) => ending !== undefined && exists(one));
  return files.map((one) => ({ file: one, what: 'weights file' }));
}
