'use strict';
/** The models that cases are made from: files by name, the path to read, and the kind of each. */
const { mkdtempSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, dirname, extname, join, relative } = require('node:path');

const fixtures = join(__dirname, '../fixtures');
const networks = join(fixtures, 'networks');
const formats = join(networks, 'formats');

const kinds = {
  '.xml': 'xml',
  '.onnx': 'protobuf',
  '.pb': 'protobuf',
  '.pdmodel': 'protobuf',
  '.tflite': 'bytes',
  '.blob': 'bytes',
};

/** Each model: its group, the path to read, and its files. */
function seed(group, main, files) {
  const name = basename(files[0]);
  const root = main === undefined ? dirname(files[0]) : main;
  return {
    name,
    group,
    main: main === undefined ? name : basename(main),
    files: files.map((file) => ({
      path: main === undefined ? basename(file) : join(basename(main), relative(root, file)),
      kind: kinds[extname(file)] ?? 'bytes',
      bytes: readFileSync(file),
    })),
  };
}

function ir(path) {
  return seed('ir', undefined, [path, path.replace(/\.xml$/, '.bin')]);
}

function below(folder, ending) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/** Networks exported on this machine: as files of the package, and as blobs of the runtime alone. */
function exported({ IECore }, unpack) {
  const folder = mkdtempSync(join(tmpdir(), 'iecore-fuzz-'));
  try {
    const ie = new IECore();
    return ['conv', 'relu1x4', 'scalar'].flatMap((name) => {
      const path = join(folder, `${name}.blob`);
      const exec = ie.loadNetworkSync(join(networks, `${name}.xml`), 'CPU', { numRequests: 1 });
      exec.exportSync(path);
      exec.close();
      const framed = seed('exported', undefined, [path]);
      const { bytes } = unpack(framed.files[0].bytes);
      const file = { ...framed.files[0], bytes: Buffer.from(bytes) };
      return [framed, { ...framed, name: `${name} of the runtime`, group: 'blob', files: [file] }];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * All models, in groups; each group gets a share of the cases.
 *
 * @param {object} iecore - the built package
 * @param {Function} unpack - takes the package's frame off an exported network
 */
function makeSeeds(iecore, unpack) {
  const saved = join(formats, 'saved-model');
  const seeds = [
    ...below(networks, '.xml').map(ir),
    ir(join(formats, 'v10.xml')),
    ...below(join(__dirname, 'seeds'), '.xml').map(ir),
    ...[...below(networks, '.onnx'), ...below(join(fixtures, 'mo/models'), '.onnx')].map((path) =>
      seed('onnx', undefined, [path]),
    ),
    seed('others', undefined, [join(formats, 'frozen.pb')]),
    seed('others', undefined, [join(formats, 'lite.tflite')]),
    seed('others', undefined, [join(formats, 'paddle.pdmodel'), join(formats, 'paddle.pdiparams')]),
    seed('others', saved, [
      join(saved, 'saved_model.pb'),
      join(saved, 'variables/variables.index'),
      join(saved, 'variables/variables.data-00000-of-00001'),
    ]),
    ...exported(iecore, unpack),
  ];
  const groups = {};
  for (const one of seeds) (groups[one.group] ??= []).push(one);
  return groups;
}

module.exports = { makeSeeds };
