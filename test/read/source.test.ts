import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IECore } from '../../lib';
import { expectBothRefuse } from '../helpers/both-ways';
import { packageRoot, temporaryFolders, write } from '../helpers/folders';
import { fixture } from '../helpers/networks';
import { asUnprivileged } from '../helpers/unprivileged';

const newFolder = temporaryFolders();
const ie = new IECore();
const conv = fixture('conv.xml');

test('readNetwork accepts paths, file URLs, views and buffers', async () => {
  const weights = readFileSync(fixture('conv.bin'));
  const graph = readFileSync(conv);
  const arrayBuffer = new Uint8Array(graph).buffer;
  for (const args of [
    [conv],
    [conv, fixture('conv.bin')],
    [pathToFileURL(conv)],
    [graph, weights],
    [arrayBuffer, new Uint8Array(weights).buffer],
  ] as [string, string?][]) {
    expect(Object.keys((await ie.readNetwork(...args)).inputInfo)).toEqual(['input']);
    expect(Object.keys(ie.readNetworkSync(...args).outputs)).toEqual(['output']);
  }
});

test.each([
  [undefined],
  [null],
  [1],
  [''],
  [{}],
  [new URL('http://localhost/net.xml')],
  [new Float32Array(4)],
  [conv, 1],
  [conv, ''],
  [conv, Buffer.from('x')],
  [Buffer.from('<net/>'), 'net.bin'],
])('readNetwork refuses %p', async (...args: unknown[]) => {
  const given = args as [string, string?];
  await expectBothRefuse(
    async () => ie.readNetwork(...given),
    () => ie.readNetworkSync(...given),
    { code: 'INVALID_ARGUMENT' },
  );
});

test('readNetwork refuses files that are missing, truncated or of the wrong kind', async () => {
  const folder = newFolder();
  const graph = readFileSync(conv, 'utf8');
  mkdirSync(join(folder, 'folder.xml'));
  copyFileSync(conv, join(folder, 'alone.xml'));
  write(join(folder, 'half.xml'), graph.slice(0, graph.length / 2));
  copyFileSync(conv, join(folder, 'short.xml'));
  writeFileSync(join(folder, 'short.bin'), readFileSync(fixture('conv.bin')).subarray(0, 100));
  const onnx = readFileSync(fixture('conv.onnx'));
  writeFileSync(join(folder, 'half.onnx'), onnx.subarray(0, onnx.length / 2));
  for (const [args, code] of [
    [[join(folder, 'none.xml')], 'FILE_NOT_FOUND'],
    [[join(folder, 'alone.xml', 'x.xml')], 'FILE_NOT_FOUND'],
    [[conv, join(folder, 'none.bin')], 'FILE_NOT_FOUND'],
    [[conv, folder], 'FILE_NOT_READABLE'],
    [[folder], 'FILE_NOT_FOUND'],
    [[join(folder, 'folder.xml')], 'FILE_NOT_FOUND'],
    [[join(folder, 'alone.xml')], 'NETWORK_NOT_READ'],
    [[join(folder, 'half.xml')], 'NETWORK_NOT_READ'],
    [[join(folder, 'short.xml')], 'NETWORK_NOT_READ'],
    [[join(folder, 'half.onnx')], 'NETWORK_NOT_READ'],
  ] as [[string, string?], string][]) {
    await expectBothRefuse(
      async () => ie.readNetwork(...args),
      () => ie.readNetworkSync(...args),
      { code },
    );
  }
});

test('readNetwork refuses bytes that are not a network, and missing weights', async () => {
  for (const args of [
    [new Uint8Array()],
    [Buffer.from('hello')],
    [Buffer.from('<?xml version="1.0"?><html/>')],
    [readFileSync(conv)],
    [readFileSync(conv), new Uint8Array(10)],
    [readFileSync(fixture('conv.onnx')).subarray(0, 500)],
  ] as [Uint8Array, Uint8Array?][]) {
    await expectBothRefuse(
      async () => ie.readNetwork(...args),
      () => ie.readNetworkSync(...args),
      { code: 'NETWORK_NOT_READ' },
    );
  }
});

test('readNetwork reports a file without read permission', () => {
  const folder = newFolder();
  const file = join(folder, 'net.onnx');
  copyFileSync(fixture('conv.onnx'), file);
  chmodSync(file, 0);
  const script = `const { IECore } = require(${JSON.stringify(packageRoot)});
    new IECore().readNetwork(${JSON.stringify(file)}).catch((error) => console.log(error.code));`;
  expect(asUnprivileged(script, folder)).toBe('FILE_NOT_READABLE\n');
});
