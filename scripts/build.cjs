#!/usr/bin/env node
'use strict';
/**
 * Builds what is missing or out of date, in this order: the OpenVINO runtime, the addon, the TypeScript.
 *
 *   node scripts/build.cjs [--force] [--addon] [--python PATH]
 *
 * --force   fetches the runtime again if setup had fetched it, and builds from nothing
 * --addon   leaves the TypeScript alone
 * --python  the Python whose pip fetches the runtime
 */
const { createHash } = require('node:crypto');
const {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { availableParallelism } = require('node:os');
const { dirname, join, relative } = require('node:path');
const { parseArgs } = require('node:util');
const { explainMissing, findRuntime } = require('./find-openvino.cjs');
const { fetchRuntime } = require('./setup.cjs');
const { firstLine, installCommand, log, packageRoot, run, toolError } = require('./tools.cjs');

const inPackage = (...parts) => join(packageRoot, ...parts);
const addonFile = inPackage('build', 'Release', 'openvino_iecore.node');
/** What the addon was built from and for; the loader reads it to explain a failed load. */
const addonStamp = inPackage('build', 'addon.json');
const typescriptStamp = inPackage('build', 'typescript.json');
const cmakeFolder = inPackage('build', 'cmake');

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** One hash over the contents of files and folders, and over other facts that the result depends on. */
function keyOf(paths, facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths) {
    const nested = readdirSync(inPackage(path), { recursive: true, withFileTypes: true });
    const files = nested
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) {
      hash.update(relative(packageRoot, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}
