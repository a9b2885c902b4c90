'use strict';
/** Where the package and the built addon are. */
const { join, resolve } = require('node:path');

const packageRoot = resolve(__dirname, '..');

/** The built addon. */
const addonFile = join(packageRoot, 'build', 'Release', 'openvino_iecore.node');

/** A JSON file that records what the addon was built from: sources, system, runtime. */
const addonStamp = join(packageRoot, 'build', 'addon.json');

module.exports = { packageRoot, addonFile, addonStamp };
