import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IECore, type IENetwork } from '../../lib';
import { loadableOf } from '../../lib/network';
import { packageRoot, temporaryFolders } from '../helpers/folders';
import { f32, fixture, ir, parameter, type Layer } from '../helpers/networks';

const newFolder = temporaryFolders();
const ie = new IECore();

async function load(network: IENetwork, folder: string): Promise<boolean> {
  const config = { ...f32.config, CACHE_DIR: folder };
  using exec = await ie.loadNetwork(network, 'CPU', { config });
  return exec.getMetric('LOADED_FROM_CACHE') as boolean;
}

test('the hash is BLAKE2b, however the input is divided', () => {
  const program = join(newFolder(), 'blake2b');
  const source = join(packageRoot, 'test/fixtures/blake2b.cpp');
  execFileSync(process.env['CXX'] ?? 'c++', ['-std=c++17', '-O1', '-o', program, source]);
  for (const length of [0, 1, 127, 128, 129, 256, 257, 100_000]) {
    const input = randomBytes(length);
    const expected = createHash('blake2b512').update(input).digest('hex');
    for (const piece of [1, 127, 128, 129, 65_536])
      expect(spawnSync(program, [String(piece)], { input }).stdout.toString()).toBe(expected);
  }
});

const line = { dims: [1, 16] };

const result: Layer = { name: 'result', type: 'Result', inputs: [line] };

/** A network that adds 16 FP32 numbers, given as 64 bytes. */
async function adding(bytes: Uint8Array): Promise<IENetwork> {
  const data = 'offset="0" size="64" shape="1,16" element_type="f32"';
  const layers: Layer[] = [
    parameter('x', line),
    { name: 'weights', type: 'Const', data, outputs: [line] },
    { name: 'sum', type: 'Add', inputs: [line, line], outputs: [line] },
    result,
  ];
  const edges = [
    [0, 0, 2, 0],
    [1, 0, 2, 1],
    [2, 2, 3, 0],
  ];
  return ie.readNetwork(ir(layers, edges), bytes);
}

/** A checksum of 64-bit words that can be inverted: `Mix` of native/store/checksum.hpp. */
function mix(state: bigint, word: bigint): bigint {
  const mixed = state ^ word;
  const turned = (mixed << 29n) | (mixed >> 35n);
  return BigInt.asUintN(64, BigInt.asUintN(64, turned) * 0x9e3779b97f4a7c15n);
}

test('weights constructed to have the same checksum have different entries', async () => {
  const folder = newFolder();
  const weights = Buffer.from(new Float32Array(16).fill(1).buffer);
  const network = await adding(weights);
  const { native, plan } = loadableOf(network);
  const parts = ['CPU', Object.entries(f32.config).sort(), plan, native.name(), native.inputs()];
  const key = Buffer.from(JSON.stringify([...parts, native.outputs()]));
  let state = 0n;
  for (let at = 0; at + 32 <= key.length; at += 32) state = mix(state, key.readBigUInt64LE(at + 8));
  const [first, second] = [8, 40].map((at) => weights.readBigUInt64LE(at)) as [bigint, bigint];
  const other = Buffer.from(weights);
  // The second word undoes the effect of the changed first word.
  other.writeBigUInt64LE(first ^ 1n, 8);
  other.writeBigUInt64LE(second ^ mix(state, first) ^ mix(state, first ^ 1n), 40);
  const prepared = await adding(other);
  for (const isCached of [false, true])
    for (const each of [network, prepared]) expect(await load(each, folder)).toBe(isCached);
  expect(readdirSync(folder)).toHaveLength(2);
});

test('graphs that differ only in an operation have different entries', async () => {
  const folder = newFolder();
  for (const isCached of [false, true]) {
    for (const type of ['Relu', 'Abs']) {
      const layer = { name: 'y', type, inputs: [line], outputs: [line] };
      const edges = [
        [0, 0, 1, 0],
        [1, 1, 2, 0],
      ];
      const network = await ie.readNetwork(ir([parameter('x', line), layer, result], edges));
      expect(await load(network, folder)).toBe(isCached);
    }
  }
  expect(readdirSync(folder)).toHaveLength(2);
});

test.each(['conv.xml', 'conv.onnx', 'formats/frozen.pb', 'formats/paddle.pdmodel'])(
  '%s has one entry, however the runtime names its layers',
  async (file) => {
    const folder = newFolder();
    for (const isCached of [false, true, true]) {
      const network = await ie.readNetwork(fixture(file));
      for (const input of Object.values(network.inputInfo)) input.precision = 'U8';
      expect(await load(network, folder)).toBe(isCached);
      await ie.readNetwork(fixture('conv.onnx'));
    }
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  },
);
