'use strict';
/** Makes the test case with a number: the same seed and number give the same files. */
const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { mutate } = require('./mutate.cjs');
const { Random } = require('./random.cjs');

/** How many of ten cases are from each group of models. */
const shares = [
  ...['ir', 'ir', 'ir', 'ir'],
  ...['onnx', 'onnx', 'onnx'],
  'others',
  'blob',
  'exported',
];

/** How a file is read. */
const ways = ['async', 'sync', 'bytes'];

/** The files of a case, in memory, and how to read them. */
function makeCase(seeds, seed, number) {
  const random = new Random(seed, number);
  const group = shares[number % shares.length];
  const { name, main, files } = random.pick(seeds[group]);
  // The first file is the graph; damaged weights cause fewer failures.
  const target = random.chance(0.75) ? 0 : random.below(files.length);
  const { bytes, changes } = mutate(files[target], random);
  return {
    number,
    group,
    model: name,
    main,
    way: group === 'others' ? random.pick(ways.slice(0, 2)) : random.pick(ways),
    file: files[target].path,
    changes,
    files: files.map(({ path, bytes: whole }, i) => ({
      path,
      bytes: i === target ? bytes : whole,
    })),
  };
}

/** Writes a case into a folder, replacing everything in it. */
function writeCase({ files, ...about }, folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(folder, 'case.json'), JSON.stringify(about));
}

module.exports = { makeCase, writeCase };
