import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../lib';
import { checkVersion, checkVersionOfFile } from '../lib/model-version';
import { packageRoot, temporaryFolders } from './helpers/folders';
import { coded, fixture } from './helpers/networks';

const newFolder = temporaryFolders();

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}

const plain = (field: number, value: bigint): number[] => [field << 3, ...varint(value)];
const message = (field: number, content: readonly number[]): number[] => [
  (field << 3) | 2,
  ...varint(BigInt(content.length)),
  ...content,
];

/** With a field of each kind before it; the graph is larger than what is read of a file at once. */
const onnx = (version: bigint, graph = 100_000): Buffer =>
  Buffer.from([
    ...plain(1, 8n),
    ...[0xa0, 0x01, 0],
    ...message(2, [...Buffer.from('a producer')]),
    ...[(3 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8],
    ...[(4 << 3) | 5, 1, 2, 3, 4],
    ...message(
      7,
      Array.from({ length: graph }, () => 0x42),
    ),
    ...message(8, [...message(1, [...Buffer.from('ai.onnx.ml')]), ...plain(2, 3n)]),
    ...message(8, plain(2, version)),
  ]);

const refused = (version: string) =>
  expect.objectContaining({
    code: 'NETWORK_NOT_READ',
    message: expect.stringContaining(`it asks for version ${version} of its operators`) as string,
  }) as Error;

/** In memory, and as a file. */
function checks(bytes: Buffer): (() => void)[] {
  const file = join(newFolder(), 'model.onnx');
  writeFileSync(file, bytes);
  return [
    () => {
      checkVersion(bytes, 'the model');
    },
    () => {
      checkVersionOfFile(file);
    },
  ];
}

test.each([
  [onnx(2n ** 62n), '4611686018427387904'],
  [onnx(-1n), '-1'],
  [onnx(100_001n, 10), '100001'],
])('a version that cannot be is refused (%#)', (bytes, version) => {
  for (const check of checks(bytes)) expect(check).toThrow(refused(version));
});

test.each([
  ['the newest', onnx(30n)],
  ['nothing', Buffer.alloc(0)],
  ['no fields', Buffer.from('ir_version: 8 opset_import { version: 99999999 }')],
  ['a number without its end', Buffer.alloc(30, 0xff)],
  ['a length beyond all files', Buffer.from([0x3a, ...varint(2n ** 63n), 1])],
  ['what is cut in the last message', onnx(2n ** 62n).subarray(0, -6)],
  ['what has very many fields', Buffer.alloc(1_000_000, Buffer.from(plain(3, 1n)))],
])('%s is left to the runtime', (_, bytes) => {
  for (const check of checks(bytes)) expect(check).not.toThrow();
});

test('a real model passes', () => {
  expect(() => {
    checkVersionOfFile(fixture('conv.onnx'));
  }).not.toThrow();
});

test('a file that went away is an error of a file', () => {
  expect(() => {
    checkVersionOfFile('/missing.onnx');
  }).toThrow(coded('FILE_NOT_READABLE'));
});

test('what the runtime never comes back from is refused', async () => {
  const ie = new IECore();
  const file = join(packageRoot, 'test/fuzz/deaths/read-endless-opset.onnx');
  await expect(ie.readNetwork(file)).rejects.toThrow(/asks for version/);
  expect(() => ie.readNetworkSync(file)).toThrow(/asks for version/);
  await expect(ie.readNetwork(readFileSync(file))).rejects.toThrow(/the model: it is damaged/);
});
